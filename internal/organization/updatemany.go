package organization

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// MaximumUpdated is the maximum number of organizations that one call updates.
const MaximumUpdated = 1_000

// UpdateMany describes the same change to several organizations; nil fields stay unchanged.
type UpdateMany struct {
	OrganizationIDs []uuid.UUID
	Active          *bool
	Note            *string
}

// updatable is an organization that an update may change.
type updatable struct {
	name   string
	active bool
	note   string
}

// updatePlan is what an update of several organizations changes.
type updatePlan struct {
	activity, notes []uuid.UUID // organizations whose activity or note changes
	edits           journal.Edits
}

// planUpdate returns what the update changes, or all problems with it.
func planUpdate(update UpdateMany, found map[uuid.UUID]updatable) (plan updatePlan, problems apperr.UserErrors) {
	var wrong apperr.Problems
	eachOnce(update.OrganizationIDs, found, &wrong, func(one uuid.UUID, present updatable) {
		subject := journal.Ref{ID: one, Name: present.name}
		if update.Active != nil && present.active != *update.Active {
			kind := journal.OrganizationDeactivated
			if *update.Active {
				kind = journal.OrganizationReactivated
			}
			plan.activity = append(plan.activity, one)
			plan.edits.Organizations = append(plan.edits.Organizations, journal.OrganizationEdit{Kind: kind, Organization: subject})
		}
		if update.Note != nil && present.note != *update.Note {
			plan.notes = append(plan.notes, one)
			plan.edits.Fields = append(plan.edits.Fields, journal.FieldEdit{
				Subject: subject, Of: id.Organization, Field: journal.FieldNote, Before: textOrNone(present.note), After: textOrNone(*update.Note),
			})
		}
	})
	return plan, wrong.Errors()
}

func textOrNone(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

const (
	selectUpdatable = `SELECT o.id, o.name, o.active, coalesce(d.note, '') FROM unnest($2::uuid[]) AS w (id)
		JOIN organizations AS o ON o.account_id = $1 AND o.id = w.id
		LEFT JOIN organization_details AS d ON d.account_id = $1 AND d.organization_id = w.id`
	writeActivity = "UPDATE organizations SET active = NOT active, updated_at = now() WHERE account_id = $1 AND id = ANY ($2)"
)

// UpdateMany deactivates or reactivates organizations, or sets their note, all or none, and returns the organizations that
// changed. User errors: NOT_FOUND, INVALID, and QUOTA_EXCEEDED if not all can be reactivated.
func (s *Service) UpdateMany(ctx context.Context, update UpdateMany) (touched []uuid.UUID, err error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	if count := len(update.OrganizationIDs); count > MaximumUpdated {
		return nil, apperr.New(apperr.BadUserInput, "At most %d organizations can be updated at once, not %d.", MaximumUpdated, count)
	}
	if update.Note != nil {
		note, err := normalizeNote(*update.Note)
		if err != nil {
			return nil, err
		}
		update.Note = &note
	}
	err = s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		touched = nil
		if _, err := account.Lock(ctx, tx, actor.AccountID); err != nil {
			return err
		}
		found := make(map[uuid.UUID]updatable, len(update.OrganizationIDs))
		err := tx.Send(ctx, pg.Statement{
			SQL: selectUpdatable, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(update.OrganizationIDs)},
			Take: func(row pg.Row) { found[row.UUID(0)] = updatable{row.Text(1), row.Boolean(2), row.Text(3)} },
		})
		if err != nil {
			return err
		}
		plan, problems := planUpdate(update, found)
		if len(problems) > 0 {
			return problems
		}
		if plan.edits.Count() == 0 {
			return nil
		}
		if err := tx.Send(ctx, plan.statements(actor.AccountID, update)...); err != nil {
			return err
		}
		touched = id.Unique(append(plan.activity[:len(plan.activity):len(plan.activity)], plan.notes...))
		change := journal.Made(actor, journal.Organizations, "organizations.updated")
		change.OrganizationIDs, change.Edits = touched, plan.edits
		return s.journal.Append(ctx, tx, change)
	})
	if err != nil {
		return nil, userError(err, "")
	}
	return touched, nil
}

// statements returns the statements of the plan: one for each field that changes.
func (p *updatePlan) statements(account uuid.UUID, update UpdateMany) (all []pg.Statement) {
	if len(p.activity) > 0 {
		all = append(all, pg.Statement{SQL: writeActivity, Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(p.activity)}})
	}
	if len(p.notes) > 0 {
		all = append(all, pg.Statement{SQL: writeNote, Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(p.notes), pg.Text(*update.Note)}})
	}
	return all
}

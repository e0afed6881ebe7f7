package organization

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// MaximumDeleted is the maximum number of organizations that are deleted together.
const MaximumDeleted = 1_000

// deletable is an organization to be deleted, and what keeps it.
type deletable struct {
	ID       uuid.UUID
	Name     string
	Mapped   bool
	Rejected bool
	Pinned   bool
}

// Delete deletes organizations that have no mappings, all or none. A dry run only checks. User errors: NOT_FOUND, and
// INVALID for an organization that has mappings, or about which people have decided something: that would be lost.
func (s *Service) Delete(ctx context.Context, organizations []uuid.UUID, dryRun bool) error {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return err
	}
	if len(organizations) > MaximumDeleted {
		return apperr.New(apperr.BadUserInput, "At most %d organizations can be deleted at once, not %d.", MaximumDeleted, len(organizations))
	}
	if dryRun {
		return s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
			_, err := checkDeletable(ctx, tx, actor.AccountID, organizations)
			return err
		})
	}
	return s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		if _, err := account.Lock(ctx, tx, actor.AccountID); err != nil {
			return err
		}
		edits, err := checkDeletable(ctx, tx.ReadTx, actor.AccountID, organizations)
		if err != nil || len(edits) == 0 {
			return err
		}
		// What a worker derived from the organizations goes with them.
		for _, statement := range []string{
			"DELETE FROM suggestions WHERE account_id = ? AND organization_id = ANY (?::uuid[])",
			"DELETE FROM organizations WHERE account_id = ? AND id = ANY (?::uuid[])",
		} {
			if _, err := tx.Exec(ctx, statement, actor.AccountID, pg.List(organizations)); err != nil {
				return err
			}
		}
		change := journal.Made(actor, journal.Organizations, "organizations.deleted")
		change.RemovedOrganizationIDs, change.Edits.Organizations = id.Unique(organizations), edits
		return s.journal.Append(ctx, tx, change)
	})
}

// checkDeletable returns the deletion as edits, or all problems with it.
func checkDeletable(ctx context.Context, tx pg.ReadTx, account uuid.UUID, organizations []uuid.UUID) ([]journal.OrganizationEdit, error) {
	var rows []deletable
	err := tx.NewRaw(`
		SELECT o.id, o.name,
			EXISTS (SELECT FROM mappings AS m WHERE m.account_id = o.account_id AND m.organization_id = o.id) AS mapped,
			EXISTS (SELECT FROM rejections AS r WHERE r.account_id = o.account_id AND r.organization_id = o.id) AS rejected,
			EXISTS (SELECT FROM aliases AS l WHERE l.account_id = o.account_id AND l.organization_id = o.id AND l.pinned) AS pinned
		FROM organizations AS o WHERE o.account_id = ? AND o.id = ANY (?::uuid[])`, account, pg.List(organizations)).Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]deletable, len(rows))
	for _, row := range rows {
		found[row.ID] = row
	}
	return planDelete(found, organizations)
}

// planDelete returns the deletion as edits, or all problems with it.
func planDelete(found map[uuid.UUID]deletable, organizations []uuid.UUID) ([]journal.OrganizationEdit, error) {
	var problems apperr.Problems
	edits, seen := make([]journal.OrganizationEdit, 0, len(organizations)), map[uuid.UUID]bool{}
	for i, one := range organizations {
		path := apperr.InputPath("organizationIds", i)
		present, exists := found[one]
		switch {
		case !exists:
			problems.Add(apperr.NotFound, path, "This organization does not exist.")
		case present.Mapped:
			problems.Add(apperr.Invalid, path, "%s has mappings. Clear them first.", name.Quote(present.Name))
		case present.Rejected:
			problems.Add(apperr.Invalid, path, "Somebody has rejected suggestions of %s. Revoke the rejections first.", name.Quote(present.Name))
		case present.Pinned:
			problems.Add(apperr.Invalid, path, "%s has pinned aliases. Revoke them first.", name.Quote(present.Name))
		case !seen[one]:
			seen[one] = true
			edits = append(edits, journal.OrganizationEdit{Kind: journal.OrganizationDeleted, Organization: journal.Ref{ID: one, Name: present.Name}})
		}
	}
	if wrong := problems.Errors(); len(wrong) > 0 {
		return nil, wrong
	}
	return edits, nil
}

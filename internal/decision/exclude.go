package decision

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// The limits of one call.
const (
	MaximumExternalOrgs = 1_000
	maximumNote         = 1_000 // characters
)

// Excluding says why external organizations are not clients.
type Excluding struct {
	Reason Reason
	Note   string
	Until  *time.Time // nil: until someone ends it
}

// subject is an external organization that a decision is about.
type subject struct {
	ID           uuid.UUID
	Name         string
	Organization *string // the one it is mapped to
	Excluded     bool
}

// Exclude records that external organizations are not clients, all or none, and returns their IDs. An exclusion that
// exists is replaced. User errors: NOT_FOUND, ALREADY_MAPPED, and INVALID for a note that is too long or an end in the
// past.
func (s *Service) Exclude(ctx context.Context, externalOrgs []uuid.UUID, excluding Excluding) ([]uuid.UUID, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	if err := checkCount(externalOrgs); err != nil {
		return nil, err
	}
	excluding.Note = strings.TrimSpace(excluding.Note)
	if err := excluding.check(); err != nil {
		return nil, err
	}
	externalOrgs = id.Unique(externalOrgs)
	err = s.write(ctx, actor, func(ctx context.Context, tx pg.Tx) (*journal.Change, error) {
		subjects, err := load(ctx, tx, actor.AccountID, externalOrgs)
		if err != nil {
			return nil, err
		}
		if problems := planExclude(subjects, externalOrgs); len(problems) > 0 {
			return nil, problems
		}
		if len(externalOrgs) == 0 {
			return nil, nil
		}
		made := actor.Author()
		before, err := exclusions(ctx, tx.ReadTx, actor.AccountID, externalOrgs)
		if err != nil {
			return nil, err
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO exclusions (account_id, external_org_id, external_name, reason, note, until, actor_kind, actor_id, actor_name)
			SELECT account_id, id, name, ?, ?, ?, ?, ?, ? FROM external_orgs WHERE account_id = ? AND id = ANY (?::uuid[])
			ON CONFLICT (account_id, external_org_id) DO UPDATE SET external_name = excluded.external_name, reason = excluded.reason, note = excluded.note,
				until = excluded.until, created_at = clock_timestamp(), actor_kind = excluded.actor_kind, actor_id = excluded.actor_id, actor_name = excluded.actor_name`,
			excluding.Reason, excluding.Note, excluding.Until, made.Kind, made.ID, made.Name, actor.AccountID, pg.List(externalOrgs))
		if err != nil {
			return nil, err
		}
		after, err := exclusions(ctx, tx.ReadTx, actor.AccountID, externalOrgs)
		return &journal.Change{
			Action: "externalOrg.excluded", ExternalOrgIDs: externalOrgs,
			After: map[string]any{"reason": excluding.Reason, "note": excluding.Note, "until": excluding.Until},
			Edits: exclusionEdits(externalOrgs, subjects, before, after),
		}, err
	})
	if pg.Violates(err, "exclusions_until_check") {
		err = apperr.User(apperr.Invalid, "The end of an exclusion must be in the future.", apperr.InputPath("until")...)
	}
	return externalOrgs, err
}

// Include ends the exclusions of external organizations and returns their IDs. One that is not excluded stays as it is. User
// error: NOT_FOUND.
func (s *Service) Include(ctx context.Context, externalOrgs []uuid.UUID) ([]uuid.UUID, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	if err := checkCount(externalOrgs); err != nil {
		return nil, err
	}
	externalOrgs = id.Unique(externalOrgs)
	err = s.write(ctx, actor, func(ctx context.Context, tx pg.Tx) (*journal.Change, error) {
		subjects, err := load(ctx, tx, actor.AccountID, externalOrgs)
		if err != nil {
			return nil, err
		}
		var problems apperr.Problems
		checkExist(&problems, subjects, externalOrgs)
		if found := problems.Errors(); len(found) > 0 {
			return nil, found
		}
		excluded := slices.DeleteFunc(slices.Clone(externalOrgs), func(one uuid.UUID) bool { return !subjects[one].Excluded })
		if len(excluded) == 0 {
			return nil, nil
		}
		before, err := exclusions(ctx, tx.ReadTx, actor.AccountID, excluded)
		if err != nil {
			return nil, err
		}
		_, err = tx.Exec(ctx, "DELETE FROM exclusions WHERE account_id = ? AND external_org_id = ANY (?::uuid[])", actor.AccountID, pg.List(excluded))
		return &journal.Change{Action: "externalOrg.included", ExternalOrgIDs: excluded, Edits: exclusionEdits(excluded, subjects, before, nil)}, err
	})
	return externalOrgs, err
}

func checkCount(externalOrgs []uuid.UUID) error {
	if len(externalOrgs) > MaximumExternalOrgs {
		return apperr.New(apperr.BadUserInput, "At most %d external organizations can be changed at once, not %d.", MaximumExternalOrgs, len(externalOrgs))
	}
	return nil
}

func (e Excluding) check() error {
	if utf8.RuneCountInString(e.Note) > maximumNote {
		return apperr.User(apperr.Invalid, fmt.Sprintf("A note has at most %d characters. Shorten it.", maximumNote), apperr.InputPath("note")...)
	}
	if strings.ContainsRune(e.Note, 0) { // Postgres' text cannot contain NUL
		return apperr.User(apperr.Invalid, "The note has a character that cannot be stored.", apperr.InputPath("note")...)
	}
	return nil
}

// planExclude returns all problems with excluding the external organizations.
func planExclude(subjects map[uuid.UUID]subject, externalOrgs []uuid.UUID) apperr.UserErrors {
	var problems apperr.Problems
	checkExist(&problems, subjects, externalOrgs)
	for i, one := range externalOrgs {
		if about := subjects[one]; about.Organization != nil {
			problems.Add(apperr.AlreadyMapped, apperr.InputPath("externalOrgIds", i), "%s is mapped to %s. Clear the mapping first.", name.Quote(about.Name), name.Quote(*about.Organization))
		}
	}
	return problems.Errors()
}

func checkExist(problems *apperr.Problems, subjects map[uuid.UUID]subject, externalOrgs []uuid.UUID) {
	for i, one := range externalOrgs {
		if _, exists := subjects[one]; !exists {
			problems.Add(apperr.NotFound, apperr.InputPath("externalOrgIds", i), "This external organization does not exist.")
		}
	}
}

// load reads external organizations in one statement.
func load(ctx context.Context, tx pg.Tx, account uuid.UUID, externalOrgs []uuid.UUID) (map[uuid.UUID]subject, error) {
	var rows []subject
	err := tx.NewRaw(`
		SELECT x.id, x.name, o.name AS organization, e.external_org_id IS NOT NULL AS excluded
		FROM external_orgs AS x
		LEFT JOIN mappings AS m ON m.account_id = x.account_id AND m.external_org_id = x.id
		LEFT JOIN organizations AS o ON o.account_id = x.account_id AND o.id = m.organization_id
		LEFT JOIN exclusions AS e ON e.account_id = x.account_id AND e.external_org_id = x.id
		WHERE x.account_id = ? AND x.id = ANY (?::uuid[])`, account, pg.List(externalOrgs)).Scan(ctx, &rows)
	subjects := make(map[uuid.UUID]subject, len(rows))
	for _, row := range rows {
		subjects[row.ID] = row
	}
	return subjects, err
}

// ExclusionsOf returns the exclusions of external organizations, in one statement.
func (s *Service) ExclusionsOf(ctx context.Context, externalOrgs []uuid.UUID) (map[uuid.UUID]*Exclusion, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	var found map[uuid.UUID]*Exclusion
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) (err error) {
		found, err = exclusions(ctx, tx, actor.AccountID, externalOrgs)
		return err
	})
	return found, err
}

func exclusions(ctx context.Context, tx pg.ReadTx, account uuid.UUID, externalOrgs []uuid.UUID) (map[uuid.UUID]*Exclusion, error) {
	var rows []*Exclusion
	err := tx.NewSelect().Model(&rows).Where("account_id = ?", account).Where("external_org_id = ANY (?::uuid[])", pg.List(externalOrgs)).Scan(ctx)
	found := make(map[uuid.UUID]*Exclusion, len(rows))
	for _, one := range rows {
		found[one.ExternalOrgID] = one
	}
	return found, err
}

// exclusionEdits returns how the exclusions of external organizations changed.
func exclusionEdits(externalOrgs []uuid.UUID, subjects map[uuid.UUID]subject, before, after map[uuid.UUID]*Exclusion) (edits journal.Edits) {
	for _, one := range externalOrgs {
		edits.Decisions = append(edits.Decisions, journal.DecisionEdit{
			Kind: journal.DecisionExclusion, ExternalOrg: journal.Ref{ID: one, Name: subjects[one].Name},
			Before: before[one].record(), After: after[one].record(),
		})
	}
	return edits
}

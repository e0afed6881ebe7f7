package mapping

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

// MaximumImport is how many external organizations one import takes.
const MaximumImport = 10_000

// ImportResult is what an import did with one external organization.
type ImportResult struct {
	ExternalOrgID  uuid.UUID
	Outcome        ImportOutcome
	OrganizationID *uuid.UUID  // the organization that it is mapped to now; nil where it was skipped
	Replaced       []uuid.UUID // the external organizations that OverwroteMapping took out of the cell
}

// Import makes an organization of each chosen external organization of IT Glue, or maps it to the one that has its
// name, all in one transaction. Results are in the order asked. User errors, with no change at all: NOT_IMPORTABLE,
// NOT_FOUND, INVALID for what is named twice or has no name for an organization, QUOTA_EXCEEDED. Over MaximumImport it
// is BAD_USER_INPUT.
func (s *Service) Import(ctx context.Context, externalOrgIDs []uuid.UUID) ([]ImportResult, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	if len(externalOrgIDs) > MaximumImport {
		return nil, apperr.New(apperr.BadUserInput, "An import can contain at most %d external organizations, not %d.", MaximumImport, len(externalOrgIDs))
	}
	var results []ImportResult
	err = s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		standing, err := account.Lock(ctx, tx, actor.AccountID)
		if err != nil {
			return err
		}
		world, err := loadImportWorld(ctx, tx.ReadTx, actor.AccountID, externalOrgIDs)
		if err != nil {
			return err
		}
		world.places = standing.Organizations.Remaining()
		plan, problems := planImport(world, externalOrgIDs)
		if len(problems) > 0 {
			return problems
		}
		results, err = s.apply(ctx, tx, actor, plan)
		return err
	})
	if err != nil {
		return nil, userError(err, input("externalOrgIds")...)
	}
	return results, nil
}

// apply makes the planned organizations and mappings and writes them into the journal.
func (s *Service) apply(ctx context.Context, tx pg.Tx, actor auth.Actor, plan importPlan) ([]ImportResult, error) {
	made := make(map[string]uuid.UUID, len(plan.creates))
	for _, created := range plan.creates {
		made[created] = id.New()
	}
	done := carry(plan, made)
	if len(done.placed) == 0 {
		return done.results, nil
	}
	if err := createOrganizations(ctx, tx, actor.AccountID, plan.creates, made); err != nil {
		return nil, err
	}
	statements := replacing(actor.AccountID, done.gone, done.placed, OriginImport, actor.Name)
	return done.results, tx.Send(ctx, append(statements, s.journal.Appending(ctx, tx, journal.Change{
		AccountID: actor.AccountID, Kind: journal.Mappings, Action: "organization.imported", Actor: actor.Name,
		OrganizationIDs: done.organizations(), Before: done.before, After: done.after,
	}))...)
}

// imported is an import in ids.
type imported struct {
	results []ImportResult
	gone    []uuid.UUID // mappings
	placed  []placement
	before  []cellContent // of the cells that were overwritten
	after   importRecord
}

// importRecord is what the journal keeps of an import: the cells that it filled, by what became of them.
type importRecord struct {
	Created   []cellContent `json:"created"`
	Mapped    []cellContent `json:"mapped"`
	Overwrote []cellContent `json:"overwrote"`
}

// carry gives the plan the ids of the organizations that it makes.
func carry(plan importPlan, made map[string]uuid.UUID) imported {
	done := imported{results: make([]ImportResult, len(plan.decisions)), before: []cellContent{}}
	done.after = importRecord{Created: []cellContent{}, Mapped: []cellContent{}, Overwrote: []cellContent{}}
	for i, decided := range plan.decisions {
		external := decided.externalOrg
		done.results[i] = ImportResult{ExternalOrgID: external.ID, Outcome: decided.outcome, Replaced: externalOrgIDs(decided.replaced)}
		if !decided.maps() {
			continue
		}
		organization := decided.existing
		if organization == uuid.Nil {
			organization = made[*external.MatchName]
		}
		done.results[i].OrganizationID = &organization
		cell := cellKey{organization, external.IntegrationID}
		done.placed = append(done.placed, placement{cell: cell, externalOrgID: external.ID})
		for _, one := range decided.replaced {
			done.gone = append(done.gone, one.ID)
		}
		done.note(decided, cell)
	}
	return done
}

func (d *imported) note(decided decision, cell cellKey) {
	filled := cellContent{cell.OrganizationID, cell.IntegrationID, []uuid.UUID{decided.externalOrg.ID}}
	switch decided.outcome {
	case Created:
		d.after.Created = append(d.after.Created, filled)
	case OverwroteMapping:
		d.before = append(d.before, contentOf(cell, decided.replaced))
		d.after.Overwrote = append(d.after.Overwrote, filled)
	case MappedExisting:
		d.after.Mapped = append(d.after.Mapped, filled)
	case SkippedAlreadyImported, SkippedDuplicateName: // change nothing
	}
}

func (d *imported) organizations() []uuid.UUID {
	ids := make([]uuid.UUID, len(d.placed))
	for i := range d.placed {
		ids[i] = d.placed[i].cell.OrganizationID
	}
	return id.Unique(ids)
}

// createOrganizations makes organizations in one statement. The schema itself counts them against the quota.
func createOrganizations(ctx context.Context, tx pg.Tx, accountID uuid.UUID, names []string, ids map[string]uuid.UUID) error {
	if len(names) == 0 {
		return nil
	}
	created, folded := make([]uuid.UUID, len(names)), make([]string, len(names))
	for i, one := range names {
		created[i], folded[i] = ids[one], name.Fold(one)
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO organizations (account_id, id, name, folded)
		SELECT ?, made.* FROM unnest(?::uuid[], ?::text[], ?::text[]) AS made`,
		accountID, pg.List(created), pg.List(names), pg.List(folded))
	return err
}

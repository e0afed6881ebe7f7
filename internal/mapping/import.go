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

// MaximumImport is the maximum number of external organizations in one import.
const MaximumImport = 10_000

// ImportResult is what an import did with one external organization.
type ImportResult struct {
	ExternalOrgID  uuid.UUID
	Outcome        ImportOutcome
	OrganizationID *uuid.UUID  // the organization that it is mapped to now, or the one that SimilarExists reports; nil if it was skipped
	Replaced       []uuid.UUID // the external organizations that OverwroteMapping removed from the cell
}

// Import creates an organization for each chosen external organization of IT Glue, or maps it to the existing
// organization of the same name, all in one transaction. Results are in the order of the request. User errors, with
// nothing changed: NOT_IMPORTABLE, NOT_FOUND, INVALID for duplicates in the request and for names that an organization
// cannot have, QUOTA_EXCEEDED. More than MaximumImport is BAD_USER_INPUT.
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
		usage, err := account.Lock(ctx, tx, actor.AccountID)
		if err != nil {
			return err
		}
		world, err := loadImportWorld(ctx, tx.ReadTx, actor.AccountID, externalOrgIDs)
		if err != nil {
			return err
		}
		world.remaining = usage.Organizations.Remaining()
		plan, problems := planImport(world, externalOrgIDs)
		if len(problems) > 0 {
			return problems
		}
		results, err = s.applyImport(ctx, tx, actor, plan, "organization.imported")
		return err
	})
	if err != nil {
		return nil, userError(err, apperr.InputPath("externalOrgIds")...)
	}
	return results, nil
}

// applyImport creates the planned organizations and mappings and records them in the journal as the given action.
func (s *Service) applyImport(ctx context.Context, tx pg.Tx, actor auth.Actor, plan importPlan, action string) ([]ImportResult, error) {
	ids := make(map[string]uuid.UUID, len(plan.creates))
	for _, created := range plan.creates {
		ids[created] = id.New()
	}
	result := withIDs(plan, ids)
	if len(result.inserts) == 0 {
		return result.results, nil
	}
	if err := createOrganizations(ctx, tx, actor.AccountID, plan.creates, ids); err != nil {
		return nil, err
	}
	statements := replaceMappings(actor.AccountID, result.deletes, result.inserts, OriginImport, actor)
	change := journal.Made(actor, journal.Mappings, action)
	change.OrganizationIDs, change.Edits = result.organizations(), result.edits
	return result.results, tx.Send(ctx, append(statements, s.journal.AppendStatement(ctx, tx, change))...)
}

// imported is an executed import, by ID.
type imported struct {
	results []ImportResult
	deletes []uuid.UUID // mappings
	inserts []newMapping
	edits   journal.Edits
}

// results returns what the plan does. ids are the IDs of the created organizations; without them, the results of what
// is mapped to these have no organization.
func (p importPlan) results(ids map[string]uuid.UUID) []ImportResult {
	results := make([]ImportResult, len(p.decisions))
	for i, decided := range p.decisions {
		results[i] = ImportResult{ExternalOrgID: decided.externalOrg.ID, Outcome: decided.outcome, Replaced: externalOrgIDs(decided.replaced)}
		organization := decided.existing
		switch {
		case decided.outcome == SimilarExists:
			organization = decided.similar
		case decided.maps() && organization == uuid.Nil:
			organization = ids[*decided.externalOrg.MatchName]
		}
		if organization != uuid.Nil {
			results[i].OrganizationID = &organization
		}
	}
	return results
}

// withIDs inserts the IDs of the created organizations into the plan.
func withIDs(plan importPlan, ids map[string]uuid.UUID) imported {
	result := imported{results: plan.results(ids)}
	result.edits.Mappings = make([]journal.MappingEdit, 0, len(plan.decisions))
	for _, created := range plan.creates {
		result.edits.Organizations = append(result.edits.Organizations, journal.OrganizationEdit{
			Kind: journal.OrganizationCreated, Organization: journal.Ref{ID: ids[created], Name: created},
		})
	}
	for i, decided := range plan.decisions {
		if !decided.maps() {
			continue
		}
		external := decided.externalOrg
		cell := cellKey{*result.results[i].OrganizationID, external.IntegrationID}
		result.inserts = append(result.inserts, newMapping{cell: cell, externalOrgID: external.ID})
		for _, one := range decided.replaced {
			result.deletes = append(result.deletes, one.ID)
		}
		result.record(decided, cell)
	}
	return result
}

// record adds the edits that a decision makes. A new organization is named after its external organization.
func (d *imported) record(decided decision, cell cellKey) {
	external := decided.externalOrg
	organization := &journal.Ref{ID: cell.OrganizationID, Name: *external.MatchName}
	integration := journal.Ref{ID: external.IntegrationID, Name: external.IntegrationName}
	for _, one := range decided.replaced {
		d.edits.Mappings = append(d.edits.Mappings, journal.MappingEdit{ExternalOrg: one.external(), Integration: integration, Before: organization})
	}
	d.edits.Mappings = append(d.edits.Mappings, journal.MappingEdit{
		ExternalOrg: journal.Ref{ID: external.ID, Name: external.Name}, Integration: integration, After: organization,
	})
}

func (d *imported) organizations() []uuid.UUID {
	ids := make([]uuid.UUID, len(d.inserts))
	for i := range d.inserts {
		ids[i] = d.inserts[i].cell.OrganizationID
	}
	return id.Unique(ids)
}

// createOrganizations inserts organizations in one statement. The database counts them against the quota.
func createOrganizations(ctx context.Context, tx pg.Tx, accountID uuid.UUID, names []string, ids map[string]uuid.UUID) error {
	if len(names) == 0 {
		return nil
	}
	created, folded := make([]uuid.UUID, len(names)), make([]string, len(names))
	for i, one := range names {
		created[i], folded[i] = ids[one], name.Fold(one)
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO organizations (account_id, since, id, name, folded)
		SELECT ?0, (SELECT journal_position + 1 FROM accounts WHERE id = ?0), created.* FROM unnest(?1::uuid[], ?2::text[], ?3::text[]) AS created`,
		accountID, pg.List(created), pg.List(names), pg.List(folded))
	return err
}

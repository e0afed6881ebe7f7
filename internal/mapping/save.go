package mapping

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/journal"
)

// The bounds of a save: its lock stops the account's other writes for as long as it takes.
const (
	MaximumCells            = 1_000
	MaximumCellExternalOrgs = 5_000 // over all cells; as many may be expected
)

// Save replaces the content of the cells, all of them or none, and returns the organizations that they name. Moving an
// external organization from one of them to another is legal. User errors, all that apply: NOT_FOUND; INVALID for what
// is named twice and for an external organization of another integration; ALREADY_MAPPED for what a cell outside the
// save holds; CONFLICT where a cell no longer holds what is expected. Over the bounds it is BAD_USER_INPUT.
func (s *Service) Save(ctx context.Context, cells []Cell) ([]uuid.UUID, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	if err := checkBounds(cells); err != nil {
		return nil, err
	}
	err = s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx bun.Tx) error {
		if _, err := lockAccount(ctx, tx, actor.AccountID); err != nil {
			return err
		}
		world, err := loadSaveWorld(ctx, tx, actor.AccountID, cells)
		if err != nil {
			return err
		}
		plan, problems := planSave(world, cells)
		if len(problems) > 0 {
			return problems
		}
		return s.carryOut(ctx, tx, actor, plan)
	})
	if err != nil {
		return nil, userError(err, input("cells")...)
	}
	organizations := make([]uuid.UUID, len(cells))
	for i, cell := range cells {
		organizations[i] = cell.OrganizationID
	}
	return unique(organizations), nil
}

func checkBounds(cells []Cell) error {
	wanted, expected := 0, 0
	for _, cell := range cells {
		wanted += len(cell.ExternalOrgIDs)
		if cell.Expected != nil {
			expected += len(*cell.Expected)
		}
	}
	switch {
	case len(cells) > MaximumCells:
		return apperr.New(apperr.BadUserInput, "A save takes at most %d cells, not %d.", MaximumCells, len(cells))
	case max(wanted, expected) > MaximumCellExternalOrgs:
		return apperr.New(apperr.BadUserInput, "A save takes at most %d external organizations, not %d.", MaximumCellExternalOrgs, max(wanted, expected))
	}
	return nil
}

func (s *Service) carryOut(ctx context.Context, tx bun.Tx, actor auth.Actor, plan savePlan) error {
	if len(plan.after) == 0 {
		return nil
	}
	if err := replace(ctx, tx, actor.AccountID, plan.gone, plan.placed, OriginManual, actor.Name); err != nil {
		return err
	}
	return s.journal.Append(ctx, tx, journal.Change{
		AccountID: actor.AccountID, Kind: journal.Mappings, Action: "mapping.saved", Actor: actor.Name,
		OrganizationIDs: organizationsOf(plan.after), Before: plan.before, After: plan.after,
	})
}

func organizationsOf(contents []cellContent) []uuid.UUID {
	ids := make([]uuid.UUID, len(contents))
	for i := range contents {
		ids[i] = contents[i].OrganizationID
	}
	return unique(ids)
}

// loadSaveWorld reads what the cells touch, in a number of statements that does not depend on theirs.
func loadSaveWorld(ctx context.Context, tx bun.IDB, account uuid.UUID, cells []Cell) (world saveWorld, err error) {
	organizations, integrations := make([]uuid.UUID, len(cells)), make([]uuid.UUID, len(cells))
	wanted := []uuid.UUID{}
	for i, cell := range cells {
		organizations[i], integrations[i] = cell.OrganizationID, cell.IntegrationID
		wanted = append(wanted, cell.ExternalOrgIDs...)
	}
	if world.organizations, err = loadNames(ctx, tx, "organizations", account, organizations); err != nil {
		return world, err
	}
	if world.integrations, err = loadNames(ctx, tx, "integrations", account, integrations); err != nil {
		return world, err
	}
	var externals []externalOrg
	err = tx.NewRaw("SELECT id, integration_id, name FROM external_orgs WHERE account_id = ? AND id = ANY (?::uuid[])",
		account, pgdialect.Array(wanted)).Scan(ctx, &externals)
	if err != nil {
		return world, err
	}
	world.externalOrgs = make(map[uuid.UUID]externalOrg, len(externals))
	for _, one := range externals {
		world.externalOrgs[one.ID] = one
	}
	err = tx.NewRaw(`
		WITH touched AS (
			SELECT id FROM mappings JOIN unnest(?::uuid[], ?::uuid[]) AS cell (organization_id, integration_id) USING (organization_id, integration_id)
			WHERE account_id = ?
			UNION
			SELECT id FROM mappings WHERE account_id = ? AND external_org_id = ANY (?::uuid[])
		)
		SELECT m.id, m.organization_id, m.integration_id, m.external_org_id, e.name AS external_name, o.name AS organization_name
		FROM touched JOIN mappings m ON m.account_id = ? AND m.id = touched.id
		JOIN external_orgs e ON e.account_id = m.account_id AND e.id = m.external_org_id
		JOIN organizations o ON o.account_id = m.account_id AND o.id = m.organization_id
		ORDER BY e.folded, m.id`,
		pgdialect.Array(organizations), pgdialect.Array(integrations), account, account, pgdialect.Array(wanted), account,
	).Scan(ctx, &world.mappings)
	return world, err
}

// loadNames reads the names of those of the ids that the table has.
func loadNames(ctx context.Context, tx bun.IDB, table bun.Ident, account uuid.UUID, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	var rows []struct {
		ID   uuid.UUID
		Name string
	}
	err := tx.NewRaw("SELECT id, name FROM ? WHERE account_id = ? AND id = ANY (?::uuid[])", table, account, pgdialect.Array(ids)).Scan(ctx, &rows)
	names := make(map[uuid.UUID]string, len(rows))
	for _, row := range rows {
		names[row.ID] = row.Name
	}
	return names, err
}

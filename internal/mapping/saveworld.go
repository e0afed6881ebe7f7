package mapping

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

// loadSaveWorld locks the account and reads what the cells touch, in one round trip. Each statement sees what was
// committed before it started, so these see everything committed before the lock was acquired.
func loadSaveWorld(ctx context.Context, batch pg.Batch, accountID uuid.UUID, cells []Cell) (saveWorld, error) {
	world := saveWorld{
		organizations: make(map[uuid.UUID]string, len(cells)), integrations: map[uuid.UUID]string{},
		externalOrgs: make(map[uuid.UUID]externalOrg, len(cells)), mappings: make([]cellMapping, 0, len(cells)),
	}
	saved := make(map[cellKey]bool, len(cells))
	organizations, integrations := make([]uuid.UUID, 0, len(cells)), make([]uuid.UUID, 0, len(cells))
	wanted := make([]uuid.UUID, 0, len(cells))
	for _, cell := range cells {
		if key := cell.key(); !saved[key] {
			saved[key] = true
			organizations, integrations = append(organizations, key.OrganizationID), append(integrations, key.IntegrationID)
		}
		wanted = append(wanted, cell.ExternalOrgIDs...)
	}
	reading := func(statement string, take func(pg.Row), arguments ...pg.Argument) pg.Statement {
		return pg.Statement{SQL: statement, Arguments: append([]pg.Argument{pg.UUID(accountID)}, arguments...), Take: take, Prepared: true}
	}
	err := batch.Send(ctx,
		account.LockStatement(accountID, new(account.Usage)),
		reading(selectIntegrations, func(row pg.Row) { world.integrations[row.UUID(0)] = row.Text(1) }, pg.UUIDs(id.Unique(integrations))),
		reading(selectCells, world.readCell, pg.UUIDs(organizations), pg.UUIDs(integrations)),
		reading(selectWanted, func(row pg.Row) { world.readWanted(row, saved) }, pg.UUIDs(id.Unique(wanted))),
	)
	return world, err
}

const (
	// Missing rows are NULL. The mappings of a cell come in display order. No index can serve the last condition, on
	// purpose: while Postgres believes that the table is small it would use the index on the integrations' mappings and
	// read all of them for each cell.
	selectCells = `
		SELECT cell.organization_id, o.name, cell.integration_id, m.id, m.external_org_id, m.external_name
		FROM unnest($2::uuid[], $3::uuid[]) AS cell (organization_id, integration_id)
		LEFT JOIN organizations o ON o.account_id = $1 AND o.id = cell.organization_id
		LEFT JOIN mappings m ON m.account_id = $1 AND m.organization_id = cell.organization_id AND m.integration_id IS NOT DISTINCT FROM cell.integration_id
		ORDER BY m.external_folded, m.id`
	selectIntegrations = `
		SELECT i.id, i.name FROM unnest($2::uuid[]) AS named (id) JOIN integrations i ON i.account_id = $1 AND i.id = named.id`
	// The external organizations and their current mappings.
	selectWanted = `
		SELECT e.id, e.integration_id, e.name, m.id, m.organization_id, m.integration_id, o.name
		FROM unnest($2::uuid[]) AS wanted (id)
		JOIN external_orgs e ON e.account_id = $1 AND e.id = wanted.id
		LEFT JOIN mappings m ON m.account_id = $1 AND m.external_org_id = e.id
		LEFT JOIN organizations o ON o.account_id = $1 AND o.id = m.organization_id`
)

func (w *saveWorld) readCell(row pg.Row) {
	organization, integration := row.UUID(0), row.UUID(2)
	if !row.Null(1) {
		w.organizations[organization] = row.Text(1)
	}
	if !row.Null(3) {
		w.mappings = append(w.mappings, cellMapping{
			ID: row.UUID(3), OrganizationID: organization, IntegrationID: integration, ExternalOrgID: row.UUID(4),
			ExternalName: row.Text(5), OrganizationName: w.organizations[organization],
		})
	}
}

// readWanted skips mappings in the cells to save: readCell reads them.
func (w *saveWorld) readWanted(row pg.Row, saved map[cellKey]bool) {
	external := externalOrg{ID: row.UUID(0), IntegrationID: row.UUID(1), Name: row.Text(2)}
	w.externalOrgs[external.ID] = external
	if row.Null(3) {
		return
	}
	mapping := cellMapping{
		ID: row.UUID(3), OrganizationID: row.UUID(4), IntegrationID: row.UUID(5), ExternalOrgID: external.ID,
		ExternalName: external.Name, OrganizationName: row.Text(6),
	}
	if !saved[mapping.cell()] {
		w.mappings = append(w.mappings, mapping)
	}
}

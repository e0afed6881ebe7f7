package mapping

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

// loadImportWorld reads what an import of the chosen external organizations touches, in a fixed number of statements.
// The caller sets remaining.
func loadImportWorld(ctx context.Context, tx pg.ReadTx, account uuid.UUID, chosen []uuid.UUID) (importWorld, error) {
	integrations, err := loadImportableIntegrations(ctx, tx, account)
	if err != nil || len(integrations) == 0 {
		return importWorld{}, err
	}
	var externals []importable
	err = tx.NewRaw(`
		SELECT e.id, e.integration_id, i.name AS integration_name, e.remote_id, e.name, e.match_name, e.removed_at IS NOT NULL AS removed, m.id IS NOT NULL AS mapped
		FROM external_orgs e JOIN integrations i ON i.account_id = e.account_id AND i.id = e.integration_id
		LEFT JOIN mappings m ON m.account_id = e.account_id AND m.external_org_id = e.id
		WHERE e.account_id = ? AND e.id = ANY (?::uuid[])`, account, pg.List(id.Unique(chosen))).Scan(ctx, &externals)
	if err != nil {
		return importWorld{}, err
	}
	return completeImportWorld(ctx, tx, account, integrations, externals)
}

// completeImportWorld adds the organizations with the external organizations' names, and the contents of their cells.
func completeImportWorld(ctx context.Context, tx pg.ReadTx, account uuid.UUID, integrations []uuid.UUID, externals []importable) (importWorld, error) {
	world := importWorld{
		integrations: integrations, externalOrgs: make(map[uuid.UUID]importable, len(externals)), organizations: make(map[string]uuid.UUID),
	}
	names := make([]string, 0, len(externals))
	for _, one := range externals {
		world.externalOrgs[one.ID] = one
		if one.MatchName != nil {
			names = append(names, *one.MatchName)
		}
	}
	var organizations []struct {
		ID   uuid.UUID
		Name string
	}
	err := tx.NewRaw("SELECT id, name FROM organizations WHERE account_id = ? AND name = ANY (?::text[])",
		account, pg.List(id.Unique(names))).Scan(ctx, &organizations)
	if err != nil {
		return world, err
	}
	ids := make([]uuid.UUID, len(organizations))
	for i, one := range organizations {
		ids[i], world.organizations[one.Name] = one.ID, one.ID
	}
	var mappings []cellMapping
	err = tx.NewRaw(`
		SELECT id, organization_id, integration_id, external_org_id, external_name FROM mappings
		WHERE account_id = ? AND organization_id = ANY (?::uuid[]) AND integration_id = ANY (?::uuid[]) ORDER BY id`,
		account, pg.List(ids), pg.List(integrations)).Scan(ctx, &mappings)
	world.cells = byCell(mappings)
	return world, err
}

// loadImportableIntegrations returns the integrations that can be imported from, in the order in which they were
// connected.
func loadImportableIntegrations(ctx context.Context, tx pg.ReadTx, account uuid.UUID) (ids []uuid.UUID, err error) {
	err = tx.NewRaw("SELECT id FROM integrations WHERE account_id = ? AND application = 'IT_GLUE' AND source = 'API' ORDER BY id", account).Scan(ctx, &ids)
	return ids, err
}

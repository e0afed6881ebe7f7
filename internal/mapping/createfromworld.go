package mapping

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

// loadCreateFromWorld reads what creating organizations from the chosen external organizations touches, in a fixed number
// of statements. The caller sets remaining.
func loadCreateFromWorld(ctx context.Context, tx pg.ReadTx, account uuid.UUID, chosen []uuid.UUID) (importWorld, error) {
	var integrations []uuid.UUID
	err := tx.NewRaw("SELECT id FROM integrations WHERE account_id = ? ORDER BY id", account).Scan(ctx, &integrations)
	if err != nil {
		return importWorld{}, err
	}
	// A worker may have stored a suggestion that someone has rejected in the meantime.
	var externals []importable
	err = tx.NewRaw(`
		SELECT e.id, e.integration_id, i.name AS integration_name, e.remote_id, e.name, e.match_name, e.removed_at IS NOT NULL AS removed, m.id IS NOT NULL AS mapped,
			x.external_org_id IS NOT NULL AS excluded, s.organization_id AS suggested
		FROM external_orgs e
		JOIN integrations i ON i.account_id = e.account_id AND i.id = e.integration_id
		LEFT JOIN mappings m ON m.account_id = e.account_id AND m.external_org_id = e.id
		LEFT JOIN exclusions x ON x.account_id = e.account_id AND x.external_org_id = e.id
		LEFT JOIN suggestions s ON s.account_id = e.account_id AND s.external_org_id = e.id AND s.state = 'SUGGESTED' AND NOT EXISTS (
			SELECT FROM rejections r WHERE r.account_id = e.account_id AND r.external_org_id = e.id AND r.organization_id = s.organization_id)
		WHERE e.account_id = ? AND e.id = ANY (?::uuid[])`, account, pg.List(id.Unique(chosen))).Scan(ctx, &externals)
	if err != nil {
		return importWorld{}, err
	}
	return completeImportWorld(ctx, tx, account, integrations, externals)
}

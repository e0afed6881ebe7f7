package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/orgmap/orgmap/internal/id"
)

// bareCells are cells of one integration, each to be mapped to one external organization.
type bareCells struct {
	Integration   uuid.UUID
	Organizations []uuid.UUID
	ExternalOrgs  []uuid.UUID
}

// The least that any save must do: lock the account, delete the mappings of the cells and of the external
// organizations, insert the new ones, and append to the journal. Nothing is validated.
const (
	bareLock   = "SELECT FROM accounts WHERE id = $1 FOR NO KEY UPDATE"
	bareDelete = `DELETE FROM mappings WHERE account_id = $1 AND integration_id = $2
		AND (organization_id = ANY ($3::uuid[]) OR external_org_id = ANY ($4::uuid[]))`
	bareInsert = `INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by, external_name, external_folded)
		SELECT $1, cell.id, cell.organization, $2, cell.external, 'MANUAL', 'bare', e.name, e.folded
		FROM unnest($3::uuid[], $4::uuid[], $5::uuid[]) AS cell (id, organization, external)
		JOIN external_orgs e ON e.account_id = $1 AND e.id = cell.external`
	bareJournal = `WITH moved AS (UPDATE accounts SET journal_position = journal_position + 1 WHERE id = $1 RETURNING journal_position)
		INSERT INTO journal (account_id, position, kind, action, actor, organization_ids)
		SELECT $1, journal_position, 'MAPPINGS', 'mapping.saved', 'bare', $2::uuid[] FROM moved`
)

// save runs one transaction in one round trip.
func (b *bare) save(r *http.Request) ([]byte, error) {
	var cells bareCells
	if err := json.NewDecoder(r.Body).Decode(&cells); err != nil {
		return nil, err
	}
	if err := b.write(r.Context(), cells); err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, `{"data":{"saved":%d}}`, len(cells.Organizations)), nil
}

func (b *bare) write(ctx context.Context, cells bareCells) error {
	ids := make([]uuid.UUID, len(cells.Organizations))
	for i := range ids {
		ids[i] = id.New()
	}
	batch := &pgx.Batch{}
	batch.Queue("SELECT set_config('app.account_id', $1, true)", b.account.String())
	batch.Queue(bareLock, b.account)
	batch.Queue(bareDelete, b.account, cells.Integration, cells.Organizations, cells.ExternalOrgs)
	batch.Queue(bareInsert, b.account, cells.Integration, ids, cells.Organizations, cells.ExternalOrgs)
	batch.Queue(bareJournal, b.account, cells.Organizations)
	return b.pool.SendBatch(ctx, batch).Close()
}

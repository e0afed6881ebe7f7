package organization

import (
	"context"
	"database/sql"
	"errors"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/pg"
)

func insert(ctx context.Context, tx pg.Tx, organization *Organization) error {
	_, err := tx.NewInsert().Model(organization).ExcludeColumn("created_at", "updated_at").Returning("created_at, updated_at").Exec(ctx)
	return err
}

// lock reads an organization and locks its row against changes until the transaction ends.
func lock(ctx context.Context, tx pg.Tx, account, organizationID uuid.UUID) (*Organization, error) {
	var found Organization
	err := tx.NewSelect().Model(&found).Where("account_id = ?", account).Where("id = ?", organizationID).For("NO KEY UPDATE").Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, apperr.User(apperr.NotFound, "This organization does not exist.", "input", "organizationId")
	}
	return &found, err
}

func save(ctx context.Context, tx pg.Tx, organization *Organization) error {
	_, err := tx.NewUpdate().Model(organization).ExcludeColumn("created_at", "updated_at").Set("updated_at = now()").
		WherePK().Returning("updated_at").Exec(ctx)
	return err
}

func find(ctx context.Context, tx pg.ReadTx, account uuid.UUID, ids []uuid.UUID) (found []*Organization, err error) {
	err = tx.NewSelect().Model(&found).Where("account_id = ?", account).Where("id IN (?)", bun.List(ids)).Scan(ctx)
	return found, err
}

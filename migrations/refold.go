package migrations

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/orgmap/orgmap/internal/name"
)

// refoldBatch is how many rows one transaction reads, and at most writes.
const refoldBatch = 2000

// foldedColumn is a column that contains name.Fold of another column.
type foldedColumn struct {
	lock         string // locks to take first, in the order of every write to the table
	read, update string
}

// foldedColumns returns every folded column.
func foldedColumns() []foldedColumn {
	const (
		lockAccount      = "SELECT FROM accounts WHERE id = $1 FOR NO KEY UPDATE"
		lockIntegrations = "SELECT FROM integrations WHERE account_id = $1 ORDER BY id FOR NO KEY UPDATE"
	)
	column := func(table, text, folded, lock string) foldedColumn {
		return foldedColumn{
			lock: lock,
			read: "SELECT id, " + text + ", " + folded + " FROM " + table + " WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3",
			update: "UPDATE " + table + " AS t SET " + folded + " = w.folded FROM unnest($2::uuid[], $3::text[]) AS w (id, folded) " +
				"WHERE t.account_id = $1 AND t.id = w.id",
		}
	}
	return []foldedColumn{
		column("organizations", "name", "folded", lockAccount),
		column("external_orgs", "name", "folded", lockIntegrations),
		column("mappings", "external_name", "external_folded", lockAccount),
		column("organization_groups", "name", "folded", lockAccount),
		column("people", "name", "folded", lockAccount),
	}
}

// refold recomputes all folded names with this program's name.Fold. Each batch is its own
// transaction and writes only what differs, so it never blocks others for long, and after a crash
// the next call continues.
func refold(ctx context.Context, pool *pgxpool.Pool) error {
	accounts, err := allAccounts(ctx, pool)
	if err != nil {
		return err
	}
	for _, account := range accounts {
		for _, column := range foldedColumns() {
			last, more := uuid.Nil, true
			for more {
				if last, more, err = column.refold(ctx, pool, account, last); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// allAccounts returns the ids of all accounts, which the operator role may read.
func allAccounts(ctx context.Context, pool *pgxpool.Pool) (found []uuid.UUID, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL ROLE orgmap_operator"); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, "SELECT id FROM accounts ORDER BY id")
		if err != nil {
			return err
		}
		found, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		return err
	})
	return found, err
}

// refold folds the account's next names after the row with id last. It returns the id of the last
// row read and whether there may be more.
func (c foldedColumn) refold(ctx context.Context, pool *pgxpool.Pool, account, last uuid.UUID) (end uuid.UUID, more bool, err error) {
	end = last
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		// Row-level security also applies to the owner of the tables.
		_, err := tx.Exec(ctx, "SELECT set_config('app.account_id', $1, true)", account.String())
		_, lockErr := tx.Exec(ctx, c.lock, account)
		if err := errors.Join(err, lockErr); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, c.read, account, last, refoldBatch)
		if err != nil {
			return err
		}
		var ids, folded []string
		var text, stored string
		read, err := pgx.ForEachRow(rows, []any{&end, &text, &stored}, func() error {
			if now := name.Fold(text); now != stored {
				ids, folded = append(ids, end.String()), append(folded, now)
			}
			return nil
		})
		if more = read.RowsAffected() == refoldBatch; err != nil || len(ids) == 0 {
			return err
		}
		_, err = tx.Exec(ctx, c.update, account, ids, folded)
		return err
	})
	return end, more, err
}

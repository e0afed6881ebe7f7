package pg

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Prune calls a database function that deletes a batch of expired rows and returns how many, until none are left. Each
// call is a separate transaction, so none comes near the statement timeout.
func (d *DB) Prune(ctx context.Context, function string) (pruned int64, err error) {
	for {
		var batch int64
		err := d.Across(ctx, Statement{
			SQL:  "SELECT " + pgx.Identifier{function}.Sanitize() + "()::bigint",
			Take: func(row Row) { batch = int64(row.Int(0)) },
		})
		pruned += batch
		if err != nil || batch == 0 {
			return pruned, err
		}
	}
}

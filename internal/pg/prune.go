package pg

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Prune calls a database function that deletes a batch of expired rows and returns how many, until none are left. Each
// call is a separate transaction, so none comes near the statement timeout. A function whose retention can be set is given it in months.
func (d *DB) Prune(ctx context.Context, function string, months ...int) (pruned int64, err error) {
	parameters, arguments := make([]string, len(months)), make([]Argument, len(months))
	for i, retention := range months {
		parameters[i], arguments[i] = fmt.Sprintf("make_interval(months => $%d::bigint::integer)", i+1), Int(int64(retention))
	}
	for {
		var batch int64
		err := d.Across(ctx, Statement{
			SQL:       "SELECT " + pgx.Identifier{function}.Sanitize() + "(" + strings.Join(parameters, ", ") + ")::bigint",
			Arguments: arguments,
			Take:      func(row Row) { batch = int64(row.Int(0)) },
		})
		pruned += batch
		if err != nil || batch == 0 {
			return pruned, err
		}
	}
}

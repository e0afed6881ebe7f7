package refresh

import (
	"context"
	"time"

	"github.com/orgmap/orgmap/internal/pg"
)

// Living counts the unfinished runs of one state, across all accounts and servers.
type Living struct {
	State         State
	Runs          int
	Oldest        time.Duration // since it was requested
	WithoutWorker int           // runs whose lease has expired
}

// CountLiving counts the runs that are queued or running, for monitoring.
func CountLiving(ctx context.Context, db *pg.DB) ([]Living, error) {
	var living []Living
	err := db.Across(ctx, pg.Statement{
		SQL: "SELECT state, runs::bigint, oldest::float8, without_worker::bigint FROM living_runs()", // oldest: seconds
		Take: func(row pg.Row) {
			living = append(living, Living{
				State: State(row.Text(0)), Runs: row.Int(1), Oldest: time.Duration(row.Float(2) * float64(time.Second)), WithoutWorker: row.Int(3),
			})
		},
	})
	return living, err
}

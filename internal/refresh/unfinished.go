package refresh

import (
	"context"
	"time"

	"github.com/orgmap/orgmap/internal/pg"
)

// Unfinished counts the unfinished runs of one state, across all accounts and servers.
type Unfinished struct {
	State         State
	Runs          int
	Oldest        time.Duration // since it was requested
	WithoutWorker int           // runs whose lease has expired
}

// CountUnfinished counts the runs that are queued or running, for monitoring.
func CountUnfinished(ctx context.Context, db *pg.DB) ([]Unfinished, error) {
	var living []Unfinished
	err := db.Across(ctx, pg.Statement{
		SQL: "SELECT state, runs::bigint, oldest::float8, without_worker::bigint FROM living_runs()", // oldest: seconds
		Take: func(row pg.Row) {
			living = append(living, Unfinished{
				State: State(row.Text(0)), Runs: row.Int(1), Oldest: time.Duration(row.Float(2) * float64(time.Second)), WithoutWorker: row.Int(3),
			})
		},
	})
	return living, err
}

package refresh

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/pg"
)

// Living are the runs of one state that have not ended, over all accounts and servers.
type Living struct {
	State         State
	Runs          int
	Oldest        time.Duration // since it was asked for
	WithoutWorker int           // those whose lease has ended
}

// CountLiving counts the runs that are queued or running, for those who watch over the servers.
func CountLiving(ctx context.Context, db *pg.DB) ([]Living, error) {
	var rows []struct {
		State         State
		Runs          int
		Oldest        float64 // seconds
		WithoutWorker int
	}
	err := db.Across(ctx, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw("SELECT state, runs, oldest, without_worker FROM living_runs()").Scan(ctx, &rows)
	})
	living := make([]Living, len(rows))
	for i, row := range rows {
		living[i] = Living{
			State: row.State, Runs: row.Runs, WithoutWorker: row.WithoutWorker,
			Oldest: time.Duration(row.Oldest * float64(time.Second)),
		}
	}
	return living, err
}

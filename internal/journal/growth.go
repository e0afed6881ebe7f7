package journal

import (
	"context"
	"sync/atomic"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/pg"
)

// Growth finds accounts whose journals grow fast. History is never cut to a size, so an operator must know which
// account fills it.
type Growth struct {
	journal *Journal
	before  map[uuid.UUID]int64 // each account's journal position at the last check; nil: no check yet
	most    atomic.Int64
}

// NewGrowth returns a Growth for the journal.
func NewGrowth(journal *Journal) *Growth { return &Growth{journal: journal} }

// Most returns how many changes the busiest account wrote between the last two checks.
func (g *Growth) Most() int64 { return g.most.Load() }

// Check returns the accounts that wrote more than limit changes since the last check, with their counts. Only one
// goroutine at a time may call it.
func (g *Growth) Check(ctx context.Context, limit int64) (fast map[uuid.UUID]int64, err error) {
	now := map[uuid.UUID]int64{}
	err = g.journal.db.Across(ctx, pg.Statement{
		SQL:  "SELECT id, journal_position FROM journal_positions()",
		Take: func(row pg.Row) { now[row.UUID(0)] = int64(row.Int(1)) },
	})
	if err != nil {
		return nil, err
	}
	fast, most := map[uuid.UUID]int64{}, int64(0)
	for account, position := range now {
		if g.before == nil {
			break
		}
		written := position - g.before[account]
		most = max(most, written)
		if written > limit {
			fast[account] = written
		}
	}
	g.before = now
	g.most.Store(most)
	return fast, nil
}

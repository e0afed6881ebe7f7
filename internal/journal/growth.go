package journal

import (
	"context"
	"sync/atomic"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/pg"
)

// Growth finds the accounts whose journals grow fast. History is never cut to a size: an operator has to know who fills it.
type Growth struct {
	journal *Journal
	before  map[uuid.UUID]int64 // where each account's journal stood at the last look; nil: nobody has looked
	most    atomic.Int64
}

// NewGrowth returns a Growth of the journal.
func NewGrowth(journal *Journal) *Growth { return &Growth{journal: journal} }

// Most returns how many changes the account wrote that wrote most between the last two looks.
func (g *Growth) Most() int64 { return g.most.Load() }

// Look returns the accounts that wrote more changes than limit since the last look, with how many. One goroutine at a time may look.
func (g *Growth) Look(ctx context.Context, limit int64) (fast map[uuid.UUID]int64, err error) {
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

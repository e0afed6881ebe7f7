package journal

import (
	"context"
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
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
	var rows []struct {
		ID              uuid.UUID
		JournalPosition int64
	}
	err = g.journal.db.Across(ctx, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw("SELECT id, journal_position FROM journal_positions()").Scan(ctx, &rows)
	})
	if err != nil {
		return nil, err
	}
	fast, most := map[uuid.UUID]int64{}, int64(0)
	now := make(map[uuid.UUID]int64, len(rows))
	for _, row := range rows {
		now[row.ID] = row.JournalPosition
		if g.before == nil {
			continue
		}
		written := row.JournalPosition - g.before[row.ID]
		most = max(most, written)
		if written > limit {
			fast[row.ID] = written
		}
	}
	g.before = now
	g.most.Store(most)
	return fast, nil
}

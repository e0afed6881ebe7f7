package live_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/live"
)

var errSource = errors.New("the database is away")

// change is an event of the test journals.
type change struct {
	account  uuid.UUID
	position int64
}

// journal is an in-memory live.LogSource with scripted faults.
type journal struct {
	mu     sync.Mutex // protects the fields below
	heads  map[uuid.UUID]int64
	pruned map[uuid.UUID]int64 // positions up to here are gone
	hole   int64               // a position that is missing although later ones exist; 0: none
	faults int                 // number of calls that will fail
	during func()              // runs once during a read, too late for the read to see its effect
	reads  int
	asks   int // calls of Heads
}

func newJournal() *journal {
	return &journal{heads: map[uuid.UUID]int64{}, pruned: map[uuid.UUID]int64{}}
}

func (j *journal) append(accountID uuid.UUID, count int64) int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.heads[accountID] += count
	return j.heads[accountID]
}

func (j *journal) set(update func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	update()
}

func (j *journal) calls() (reads, asks int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.reads, j.asks
}

func (j *journal) fault() error {
	if j.faults > 0 {
		j.faults--
		return errSource
	}
	return nil
}

func (j *journal) Read(_ context.Context, accountID uuid.UUID, after int64, limit int) ([]*change, error) {
	defer j.meanwhile()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.reads++
	if err := j.fault(); err != nil {
		return nil, err
	}
	var page []*change
	for position := max(after, j.pruned[accountID]) + 1; position <= j.heads[accountID] && len(page) < limit; position++ {
		if position != j.hole {
			page = append(page, &change{accountID, position})
		}
	}
	return page, nil
}

func (j *journal) meanwhile() {
	j.mu.Lock()
	during := j.during
	j.during = nil
	j.mu.Unlock()
	if during != nil {
		during()
	}
}

func (j *journal) Heads(_ context.Context, accountIDs []uuid.UUID) (map[uuid.UUID]int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.asks++
	if err := j.fault(); err != nil {
		return nil, err
	}
	heads := map[uuid.UUID]int64{}
	for _, accountID := range accountIDs {
		if head, ok := j.heads[accountID]; ok {
			heads[accountID] = head
		}
	}
	return heads, nil
}

func changePosition(c *change) int64 { return c.position }

func quiet() live.HubOptions { return live.HubOptions{Logger: slog.New(slog.DiscardHandler)} }

// logBench is a running Log over a journal, without Redis: only Announce notifies it.
type logBench struct {
	t       *testing.T
	ctx     context.Context
	hub     *live.Hub
	log     *live.Log[*change]
	journal *journal
	account uuid.UUID
}

// withLog runs a test in a synctest bubble, where time passes only while all goroutines wait.
func withLog(t *testing.T, options live.LogOptions, test func(*logBench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		b := &logBench{t: t, ctx: ctx, hub: live.NewHub(nil, quiet()), journal: newJournal(), account: uuid.New()}
		b.log = live.NewLog(b.hub, b.journal, changePosition, options)
		ended := make(chan error, 1)
		go func() { ended <- b.log.Run(ctx) }()
		defer func() {
			cancel()
			require.NoError(t, <-ended)
		}()
		test(b)
	})
}

func (b *logBench) commit(count int64) int64 { return b.journal.append(b.account, count) }

func (b *logBench) commitAndAnnounce(count int64) int64 {
	position := b.commit(count)
	b.hub.Announce(live.Notification{AccountID: b.account, Position: position})
	return position
}

func (b *logBench) follow(after int64) *live.LogReader[*change] {
	reader := b.log.Follow(b.account, after)
	b.t.Cleanup(reader.Close)
	return reader
}

// requireNext requires the positions from first to last within limit.
func (b *logBench) requireNext(reader *live.LogReader[*change], first, last int64, limit time.Duration) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, limit)
	defer cancel()
	for position := first; position <= last; position++ {
		event, err := reader.Next(ctx)
		require.NoError(b.t, err, "waiting for %d", position)
		require.Equal(b.t, &change{b.account, position}, event)
	}
}

// requireNothing requires that nothing more arrives for a while.
func (b *logBench) requireNothing(reader *live.LogReader[*change]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	_, err := reader.Next(ctx)
	require.ErrorIs(b.t, err, context.DeadlineExceeded)
}

func (b *logBench) requirePruned(reader *live.LogReader[*change]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	for range 2 {
		_, err := reader.Next(ctx)
		require.ErrorIs(b.t, err, live.ErrPruned)
	}
}

package journal_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// waitTimeout is how long a test waits for what must come. Only a failing test waits that long.
const waitTimeout = 20 * time.Second

// reader is the simplest live feed: it reads the journal after every announcement.
type reader struct {
	bench   *bench
	account uuid.UUID
	last    int64
	page    []*journal.Change
	closed  atomic.Bool
}

func (b *bench) follow(account uuid.UUID, after int64) journal.Reader {
	return &reader{bench: b, account: account, last: after}
}

func (r *reader) Next(ctx context.Context) (*journal.Change, error) {
	if r.closed.Load() {
		return nil, errors.New("a reader was used after it was closed")
	}
	for len(r.page) == 0 {
		_, more := r.bench.news(r.account)
		heads, err := r.bench.journal.Heads(ctx, []uuid.UUID{r.account}) // before the page, which must not be older
		if err != nil {
			return nil, err
		}
		if r.page, err = r.bench.journal.Read(ctx, r.account, r.last, 2); err != nil {
			return nil, err
		}
		if len(r.page) > 0 {
			break
		}
		if heads[r.account] > r.last {
			return nil, journal.ErrPruned
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	next := r.page[0]
	if next.Position != r.last+1 {
		return nil, journal.ErrPruned
	}
	r.page, r.last = r.page[1:], next.Position
	return next, nil
}

// TryNext leaves all changes to Next.
func (r *reader) TryNext() (*journal.Change, bool) { return nil, false }

func (r *reader) Close() { r.closed.Store(true) }

// events returns a channel of what a watcher delivers until it ends.
func events(ctx context.Context, watcher *journal.Watcher) <-chan journal.Event {
	given := make(chan journal.Event)
	go func() {
		defer close(given)
		for {
			event, more := watcher.Next(ctx)
			if !more {
				return
			}
			select {
			case given <- event:
			case <-ctx.Done():
				return
			}
		}
	}()
	return given
}

// receive returns the next event; ok is false if the channel was closed.
func receive(t *testing.T, events <-chan journal.Event) (event journal.Event, ok bool) {
	t.Helper()
	select {
	case event, ok = <-events:
		return event, ok
	case <-time.After(waitTimeout):
		t.Fatal("no event came")
		return event, false
	}
}

func requireChanges(t *testing.T, events <-chan journal.Event, first, last int64) {
	t.Helper()
	for position := first; position <= last; position++ {
		event, ok := receive(t, events)
		require.True(t, ok)
		require.Empty(t, event.Resync)
		require.Equal(t, position, event.Position)
		require.Equal(t, position, event.Change.Position)
	}
}

func requireResync(t *testing.T, events <-chan journal.Event, position int64, reason string) {
	t.Helper()
	event, ok := receive(t, events)
	require.True(t, ok)
	require.Nil(t, event.Change)
	require.Equal(t, position, event.Position)
	require.Contains(t, event.Resync, reason)
}

func (b *bench) watch(ctx context.Context, t *testing.T, account uuid.UUID, after *string) <-chan journal.Event {
	t.Helper()
	watcher, err := b.journal.Watch(as(ctx, account), after)
	require.NoError(t, err)
	return events(ctx, watcher)
}

func cursor(position int64) *string {
	text := journal.FormatCursor(position)
	return &text
}

func TestWatch_StartsNowWithoutACursor(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account, neighbour := b.account(t), b.account(t)
	b.append(t, account, 3)
	events := b.watch(t.Context(), t, account, nil)
	b.append(t, neighbour, 5)
	b.append(t, account, 2)
	requireChanges(t, events, 4, 5)
}

func TestWatch_ResumesWithoutGapsOrRepeats(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account := b.account(t)
	const last = 60
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range last {
			if err := b.write(account, b.appender(account)); err != nil {
				t.Error(err)
			}
		}
	}()
	for seen := int64(0); seen < last; { // a client that is disconnected over and over, at any moment
		ctx, cut := context.WithCancel(t.Context())
		events := b.watch(ctx, t, account, cursor(seen))
		count := min(7, last-seen)
		requireChanges(t, events, seen+1, seen+count)
		seen += count
		cut()
		for range events { // events in flight at the disconnect come again later
		}
	}
	<-done
}

func TestWatch_FromTheStartReturnsTheWholeJournal(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account := b.account(t)
	b.append(t, account, 5)
	events := b.watch(t.Context(), t, account, cursor(0))
	requireChanges(t, events, 1, 5)
	b.append(t, account, 1)
	requireChanges(t, events, 6, 6)
}

func TestWatch_ReportsPrunedChangesOnce(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sentence     string
		changes      int
		pruned       int64
		after        int64
		resync       bool
		next, newest int64
	}{
		{sentence: "all unseen changes pruned", changes: 5, pruned: 5, after: 2, resync: true, next: 6, newest: 5},
		{sentence: "some unseen changes pruned", changes: 5, pruned: 3, after: 1, resync: true, next: 6, newest: 5},
		{sentence: "only seen changes pruned", changes: 5, pruned: 3, after: 3, next: 4, newest: 5},
		{sentence: "all changes pruned after they were seen", changes: 5, pruned: 5, after: 5, next: 6, newest: 5},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			account := b.account(t)
			b.append(t, account, test.changes)
			b.age(t, b.admin(t), account, test.pruned)
			_, err := b.journal.Prune(t.Context(), 1)
			require.NoError(t, err)

			events := b.watch(t.Context(), t, account, cursor(test.after))
			if test.resync {
				requireResync(t, events, test.newest, "30 days")
			}
			b.append(t, account, 3)
			requireChanges(t, events, test.next, int64(test.changes)+3)
		})
	}
}

func TestWatch_CursorAheadOfTheJournalCausesAResync(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account := b.account(t)
	b.append(t, account, 2)
	events := b.watch(t.Context(), t, account, cursor(3))
	requireResync(t, events, 2, "ahead")
	b.append(t, account, 2)
	requireChanges(t, events, 3, 4)
}

func TestWatcher_SeeksToAnotherWatchersCursor(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account := b.account(t)
	b.append(t, account, 3)
	first, err := b.journal.Watch(as(t.Context(), account), cursor(0))
	require.NoError(t, err)
	second, err := b.journal.Watch(as(t.Context(), account), cursor(0))
	require.NoError(t, err)
	for position := int64(1); position <= 2; position++ {
		require.Equal(t, first.Cursor() == second.Cursor(), position == 1)
		event, more := first.Next(t.Context())
		require.True(t, more)
		require.Equal(t, position, event.Position)
	}
	second.Seek(first.Cursor())
	require.Equal(t, first.Cursor(), second.Cursor())
	event, more := second.Next(t.Context())
	require.True(t, more)
	require.EqualValues(t, 3, event.Position, "the second must not continue from its own position")

	behind, err := b.journal.Watch(as(t.Context(), account), cursor(9))
	require.NoError(t, err)
	require.Empty(t, behind.Cursor(), "a resync must come first")
	_, taken := behind.TryNext()
	require.False(t, taken)
	requireResync(t, events(t.Context(), behind), 3, "ahead")
}

func TestWatch_RefusesUnauthenticatedCallersAndInvalidCursors(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.journal.Watch(t.Context(), nil)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
	garbage := "garbage"
	_, err = b.journal.Watch(as(t.Context(), b.account(t)), &garbage)
	require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
}

// faultyReader returns what its function returns.
type faultyReader struct {
	next   func(context.Context) (*journal.Change, error)
	closed *atomic.Int32
}

func (r faultyReader) Next(ctx context.Context) (*journal.Change, error) { return r.next(ctx) }
func (r faultyReader) TryNext() (*journal.Change, bool)                  { return nil, false }

func (r faultyReader) Close() { r.closed.Add(1) }

func TestWatch_EndsWithItsContext(t *testing.T) { //nolint:paralleltest // it looks for leaked goroutines
	b := newBench(t)
	account := b.account(t)
	b.append(t, account, 1)
	closed := new(atomic.Int32)
	waits := func(ctx context.Context) (*journal.Change, error) { <-ctx.Done(); return nil, ctx.Err() }
	always := func(context.Context) (*journal.Change, error) { return &journal.Change{Position: 1}, nil }
	for _, test := range []struct {
		sentence string
		next     func(context.Context) (*journal.Change, error)
		after    *string
	}{
		{"while it waits for a change", waits, nil},
		{"while the change is not received", always, nil},
		{"while the resync is not received", always, cursor(9)},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			watched := journal.New(b.db, b.announce, func(uuid.UUID, int64) journal.Reader { return faultyReader{test.next, closed} })
			ctx, cancel := context.WithCancel(as(t.Context(), account))
			watcher, err := watched.Watch(ctx, test.after)
			require.NoError(t, err)
			events := events(ctx, watcher)
			cancel()
			for {
				if _, ok := receive(t, events); !ok {
					break
				}
			}
			goleak.VerifyNone(t, before, dbtest.Goroutines())
		})
	}
	require.GreaterOrEqual(t, closed.Load(), int32(2), "every opened reader is closed")
}

func TestWatch_EndsWithTheLiveFeed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	closed := new(atomic.Int32)
	over := func(context.Context) (*journal.Change, error) { return nil, errors.New("the feed is closed") }
	watched := journal.New(b.db, b.announce, func(uuid.UUID, int64) journal.Reader { return faultyReader{over, closed} })
	ctx, end := context.WithCancel(as(t.Context(), b.account(t)))
	defer end()
	watcher, err := watched.Watch(ctx, nil)
	require.NoError(t, err)
	_, ok := receive(t, events(ctx, watcher))
	require.False(t, ok)
	end()
	require.Eventually(t, func() bool { return closed.Load() == 1 }, waitTimeout, time.Millisecond)
}

// If the database is down while a watcher must learn the journal's position, the watcher is only delayed.
func TestWatch_WaitsWhileTheDatabaseIsDown(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	admin := b.admin(t)
	account := b.account(t)
	b.append(t, account, 2)
	// The reader's position is pruned, and reading the newest position fails until the table is back.
	closed, opened, counted := new(atomic.Int32), new(atomic.Int32), make(chan struct{})
	watched := journal.New(b.db, b.announce, func(account uuid.UUID, after int64) journal.Reader {
		if opened.Add(1) > 1 {
			return b.follow(account, after)
		}
		return faultyReader{func(context.Context) (*journal.Change, error) { <-counted; return nil, journal.ErrPruned }, closed}
	})
	ctx, statements := pg.WithStatementCount(as(t.Context(), account))
	watcher, err := watched.Watch(ctx, cursor(0))
	require.NoError(t, err)
	events := events(ctx, watcher)
	_, err = admin.Exec(t.Context(), "ALTER TABLE accounts RENAME TO hidden")
	require.NoError(t, err)
	before := statements.Load()
	close(counted)
	require.Eventually(t, func() bool { return statements.Load() >= before+2 }, waitTimeout, time.Millisecond, "begin, a select that fails")
	_, err = admin.Exec(t.Context(), "ALTER TABLE hidden RENAME TO accounts")
	require.NoError(t, err)
	requireResync(t, events, 2, "30 days")
	b.append(t, account, 1)
	requireChanges(t, events, 3, 3)
}

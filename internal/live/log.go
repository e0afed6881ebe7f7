package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
)

const (
	// defaultWindow is how many events an account's feed keeps for its readers, at least; briefly up to twice as
	// many.
	defaultWindow = 256
	// catchUpReads is how many readers may read the journal for themselves at a time. They do not share the feeds'
	// permits, so the feeds stay prompt.
	catchUpReads = 4
)

// ErrPruned says that the journal cannot continue from the reader's position: later events were pruned, or the
// position is past the journal's end because the journal lost its tail. Read everything again and open a new reader.
var ErrPruned = errors.New("live: the journal cannot go on from this position")

// LogSource is a journal: events with positions 1, 2, 3 and so on per account, of which the oldest may be pruned.
// Both methods see everything committed before the call, so neither may read from a lagging replica.
type LogSource[E any] interface {
	// Read returns up to limit events after a position, in ascending order.
	Read(ctx context.Context, accountID uuid.UUID, after int64, limit int) ([]E, error)
	// Heads returns each account's highest position, even if that event has been pruned, in one statement. An account
	// without events has 0 or no entry.
	Heads(ctx context.Context, accountIDs []uuid.UUID) (map[uuid.UUID]int64, error)
}

// LogOptions configures a Log. The zero value is ready to use.
type LogOptions struct {
	Fallback time.Duration // between two comparisons with the source; 0: 2 s
	Window   int           // events kept for an account's readers, and read at a time; 0: 256
}

// Log delivers each account's journal to its readers: every event, in order, exactly once.
type Log[E any] struct {
	source    LogSource[E]
	position  func(E) int64
	window    int
	scheduler *scheduler[*logFeed[E]]
	catchUps  chan struct{} // holds one token per reader that reads for itself

	delivered prometheus.Counter
}

// NewLog returns a Log that learns of new events through hub. position returns an event's position in its account's
// journal. Nothing is delivered until Run is called.
func NewLog[E any](hub *Hub, source LogSource[E], position func(E) int64, options LogOptions) *Log[E] {
	if options.Window <= 0 {
		options.Window = defaultWindow
	}
	l := &Log[E]{
		source:   source,
		position: position,
		window:   options.Window,
		catchUps: make(chan struct{}, catchUpReads),

		delivered: hub.metrics.delivered.WithLabelValues("log"),
	}
	l.scheduler = newScheduler[*logFeed[E]](hub, "log", options.Fallback, l.sweep)
	hub.listen(l)
	return l
}

// Run delivers until ctx ends, then returns nil; every reader then gets ErrClosed.
func (l *Log[E]) Run(ctx context.Context) error { return l.scheduler.run(ctx) }

// Follow starts a reader after a position, which may be pruned or not reached yet. It reads nothing and never blocks.
// The caller closes the reader.
func (l *Log[E]) Follow(accountID uuid.UUID, after int64) *LogReader[E] {
	after = max(after, 0)
	s := l.scheduler.acquire(accountID, func() *logFeed[E] { return newLogFeed(l, accountID) })
	reader := &LogReader[E]{log: l, slot: s, last: after}
	reader.lifetime, reader.end = context.WithCancel(l.scheduler.lifetime)
	if s.feed.join(reader, after) {
		l.scheduler.schedule(s)
	}
	return reader
}

// CountDelivered counts events that subscribers got without a reader of their own.
func (l *Log[E]) CountDelivered(events int) { l.delivered.Add(float64(events)) }

func (l *Log[E]) notify(notification Notification) {
	if notification.Position == 0 {
		return
	}
	if s, followed := l.scheduler.find(notification.AccountID); followed && s.feed.hint(notification.Position) {
		l.scheduler.schedule(s)
	}
}

func (l *Log[E]) miss(accountID uuid.UUID) { l.scheduler.miss(accountID) }

// sweep finds the feeds that lag behind the source.
func (l *Log[E]) sweep(ctx context.Context, accountIDs []uuid.UUID) error {
	before := map[*slot[*logFeed[E]]]int64{}
	for _, accountID := range accountIDs {
		if s, followed := l.scheduler.find(accountID); followed {
			before[s] = s.feed.reached()
		}
	}
	heads, err := l.source.Heads(ctx, accountIDs)
	if err != nil {
		return fmt.Errorf("heads of %d accounts: %w", len(accountIDs), err)
	}
	for s, reached := range before {
		head, known := heads[s.accountID]
		switch {
		case !known || reached == unknownPosition:
		case head < reached:
			// The database was restored without its newest commits. New events will reuse their positions, so no
			// reader may continue.
			s.feed.invalidate()
			l.scheduler.retire(s)
		case s.feed.setTarget(head):
			l.scheduler.hub.metrics.fallback.WithLabelValues(l.scheduler.kind).Inc()
			l.scheduler.schedule(s)
		}
	}
	return nil
}

package live

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
)

// defaultPace between two loads for one account: twenty-five steps a second look like a movement, and the newest state is then
// with its watchers well within a tenth of a second. Twenty would be the very rate of a thing that moves twenty times a second:
// a load that is late once would leave all that follow as late.
const defaultPace = 40 * time.Millisecond

// LatestSource knows things that move, each with a sequence that rises when it moves.
// Both methods see everything that was committed before they are called.
type LatestSource[E any] interface {
	// Load returns the present state of those of ids that the account has.
	Load(ctx context.Context, accountID uuid.UUID, ids []uuid.UUID) ([]E, error)
	// Sequences returns, for each account, the sequence of everything that may still move or that moved within the last minute,
	// in one statement.
	Sequences(ctx context.Context, accountIDs []uuid.UUID) (map[uuid.UUID]map[uuid.UUID]int64, error)
}

// LatestOptions sets a latest up; the zero value is fit for use.
type LatestOptions struct {
	Fallback time.Duration // between two comparisons with the source; 0: 2 s
	Pace     time.Duration // between two loads for one account; 0: 40 ms
}

// Latest delivers the newest states of things that move. A reader may miss steps, never the last one, and never goes back.
type Latest[E any] struct {
	source   LatestSource[E]
	key      func(E) uuid.UUID
	sequence func(E) int64
	pace     time.Duration
	roster   *roster[*latestFeed[E]]

	delivered prometheus.Counter
	coalesced prometheus.Counter
}

// NewLatest makes a latest that hears of new states through hub. key tells what a state is of, sequence its place among that thing's states.
// Nothing is delivered until Run, but for what readers begin with.
func NewLatest[E any](hub *Hub, source LatestSource[E], key func(E) uuid.UUID, sequence func(E) int64, options LatestOptions) *Latest[E] {
	if options.Pace <= 0 {
		options.Pace = defaultPace
	}
	l := &Latest[E]{
		source:   source,
		key:      key,
		sequence: sequence,
		pace:     options.Pace,

		delivered: hub.metrics.delivered.WithLabelValues("latest"),
		coalesced: hub.metrics.coalesced.WithLabelValues("latest"),
	}
	l.roster = newRoster[*latestFeed[E]](hub, "latest", options.Fallback, l.sweep)
	hub.listen(l)
	return l
}

// Run delivers until ctx ends, then returns nil, and every reader gets ErrClosed.
func (l *Latest[E]) Run(ctx context.Context) error { return l.roster.run(ctx) }

// Follow listens to the account first and calls snapshot then, so that nothing falls between. The reader begins with the snapshot's
// states, in its order; then comes whatever of the account moves, and perhaps states up to a minute old that the snapshot left out.
// A reader that has got a state and comes for the next one more than ten minutes later begins with another snapshot, and may get
// states again. An error is the first snapshot's. The caller closes the reader.
func (l *Latest[E]) Follow(
	ctx context.Context, accountID uuid.UUID, snapshot func(context.Context) ([]E, error),
) (*LatestReader[E], error) {
	s := l.roster.acquire(accountID, func() *latestFeed[E] { return newLatestFeed(l, accountID) })
	reader := &LatestReader[E]{latest: l, slot: s, read: snapshot}
	reader.life, reader.end = context.WithCancel(l.roster.life)
	if err := reader.begin(ctx); err != nil {
		reader.Close()
		return nil, err
	}
	return reader, nil
}

// CountDelivered counts states that subscribers were given without a reader of their own.
func (l *Latest[E]) CountDelivered(states int) { l.delivered.Add(float64(states)) }

func (l *Latest[E]) hear(news News) {
	if news.RunID == uuid.Nil {
		return
	}
	if s, followed := l.roster.find(news.AccountID); followed && s.feed.hint(news.RunID, news.Sequence) {
		l.roster.rouse(s)
	}
}

func (l *Latest[E]) miss(accountID uuid.UUID) { l.roster.miss(accountID) }

// sweep finds the feeds that lag behind the source.
func (l *Latest[E]) sweep(ctx context.Context, accountIDs []uuid.UUID) error {
	sequences, err := l.source.Sequences(ctx, accountIDs)
	if err != nil {
		return fmt.Errorf("sequences of %d accounts: %w", len(accountIDs), err)
	}
	for _, accountID := range accountIDs {
		s, followed := l.roster.find(accountID)
		if followed && s.feed.compare(sequences[accountID]) {
			l.roster.hub.metrics.fallback.WithLabelValues(l.roster.kind).Inc()
			l.roster.rouse(s)
		}
	}
	return nil
}

package live

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
)

// defaultPace is the time between two loads for one account. Twenty-five steps a second look smooth, and watchers get
// the newest state well within a tenth of a second. Twenty loads a second would match something that changes twenty
// times a second: one late load would make all later ones equally late.
const defaultPace = 40 * time.Millisecond

// LatestSource reads things that change, each with a sequence that rises with every change. Both methods see
// everything committed before the call.
type LatestSource[E any] interface {
	// Load returns the current state of the given ids, without those that the account does not have.
	Load(ctx context.Context, accountID uuid.UUID, ids []uuid.UUID) ([]E, error)
	// Sequences returns, by account, the sequence of everything that may still change or changed within the last
	// minute, in one statement.
	Sequences(ctx context.Context, accountIDs []uuid.UUID) (map[uuid.UUID]map[uuid.UUID]int64, error)
}

// LatestOptions configures a Latest. The zero value is ready to use.
type LatestOptions struct {
	Fallback time.Duration // between two comparisons with the source; 0: 2 s
	Pace     time.Duration // between two loads for one account; 0: 40 ms
}

// Latest delivers the newest states of things that change. A reader may skip states, but always gets the last one and
// never an older one.
type Latest[E any] struct {
	source    LatestSource[E]
	key       func(E) uuid.UUID
	sequence  func(E) int64
	pace      time.Duration
	scheduler *scheduler[*latestFeed[E]]

	delivered prometheus.Counter
	coalesced prometheus.Counter
}

// NewLatest returns a Latest that learns of new states through hub. key returns the id of the thing that a state
// belongs to, sequence the state's sequence. Until Run is called, readers get nothing but their snapshot.
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
	l.scheduler = newScheduler[*latestFeed[E]](hub, "latest", options.Fallback, l.sweep)
	hub.listen(l)
	return l
}

// Run delivers until ctx ends, then returns nil; every reader then gets ErrClosed.
func (l *Latest[E]) Run(ctx context.Context) error { return l.scheduler.run(ctx) }

// Follow subscribes to the account before it calls snapshot, so that nothing is missed in between. The reader starts
// with the snapshot's states in their order, then delivers whatever changes in the account, possibly including states
// up to a minute old that the snapshot left out. A reader that takes more than ten minutes to ask for the next state
// starts over with another snapshot, and may get states again. An error is that of the first snapshot. The caller
// closes the reader.
func (l *Latest[E]) Follow(
	ctx context.Context, accountID uuid.UUID, snapshot func(context.Context) ([]E, error),
) (*LatestReader[E], error) {
	s := l.scheduler.acquire(accountID, func() *latestFeed[E] { return newLatestFeed(l, accountID) })
	reader := &LatestReader[E]{latest: l, slot: s, read: snapshot}
	reader.lifetime, reader.end = context.WithCancel(l.scheduler.lifetime)
	if err := reader.begin(ctx); err != nil {
		reader.Close()
		return nil, err
	}
	return reader, nil
}

// CountDelivered counts states that subscribers got without a reader of their own.
func (l *Latest[E]) CountDelivered(states int) { l.delivered.Add(float64(states)) }

func (l *Latest[E]) notify(notification Notification) {
	if notification.RunID == uuid.Nil {
		return
	}
	if s, followed := l.scheduler.find(notification.AccountID); followed && s.feed.hint(notification.RunID, notification.Sequence) {
		l.scheduler.schedule(s)
	}
}

func (l *Latest[E]) miss(accountID uuid.UUID) { l.scheduler.miss(accountID) }

// sweep finds the feeds that lag behind the source.
func (l *Latest[E]) sweep(ctx context.Context, accountIDs []uuid.UUID) error {
	sequences, err := l.source.Sequences(ctx, accountIDs)
	if err != nil {
		return fmt.Errorf("sequences of %d accounts: %w", len(accountIDs), err)
	}
	for _, accountID := range accountIDs {
		s, followed := l.scheduler.find(accountID)
		if followed && s.feed.compare(sequences[accountID]) {
			l.scheduler.hub.metrics.fallback.WithLabelValues(l.scheduler.kind).Inc()
			l.scheduler.schedule(s)
		}
	}
	return nil
}

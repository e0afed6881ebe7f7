package live

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/clock"
)

const (
	// defaultFallback is the time between two comparisons with the source. Two of them and a slow read fit into the
	// five seconds within which every subscriber learns of every change.
	defaultFallback = 2 * time.Second
	sweepTimeout    = 2 * time.Second  // for a comparison: if one hangs, the next still fits into the five seconds
	readTimeout     = 5 * time.Second  // for one read of content
	feedReads       = 8                // of all feeds at a time: a burst must not use up the database pool
	failureLogEvery = 10 * time.Second // while the database is down, every feed fails again and again
)

// retries is how a feed or reader backs off.
var retries = clock.Backoff{First: 50 * time.Millisecond, Longest: 2 * time.Second} //nolint:gochecknoglobals // never changed

// ErrClosed says that the reader, or what it reads from, was closed.
var ErrClosed = errors.New("live: closed")

// feed serves the readers of one account.
type feed interface {
	// work does what is due. It is called again after an error, so it must keep what it could not do.
	work(ctx context.Context) error
}

// scheduler keeps one feed per followed account, and runs each feed that has work in one goroutine until the work is
// done.
type scheduler[F feed] struct {
	hub      *Hub
	kind     string // for logs and metrics
	interval time.Duration
	sweep    func(ctx context.Context, accountIDs []uuid.UUID) error // compares the feeds with the source

	mu       sync.Mutex // protects the fields below and all of each slot but its feed
	slots    map[uuid.UUID]*slot[F]
	queue    []*slot[F]             // slots with work but no goroutine
	due      map[uuid.UUID]struct{} // accounts to compare before the next tick
	loggedAt time.Time              // when a failure was last logged

	queued   chan struct{}   // signals queue
	missed   chan struct{}   // signals due
	permits  chan struct{}   // holds one token per read in progress
	lifetime context.Context // ends when run ends; each reader's lifetime is a child of it
	end      context.CancelFunc
}

type slot[F feed] struct {
	accountID uuid.UUID
	feed      F
	readers   int
	queued    bool
	working   bool
	again     bool // more work arrived while working
	cancel    context.CancelFunc
}

func newScheduler[F feed](hub *Hub, kind string, interval time.Duration, sweep func(context.Context, []uuid.UUID) error) *scheduler[F] {
	if interval <= 0 {
		interval = defaultFallback
	}
	hub.metrics.begin(kind)
	lifetime, end := context.WithCancel(context.Background()) // readers may be opened before run is called
	return &scheduler[F]{
		hub: hub, kind: kind, interval: interval, sweep: sweep,
		lifetime: lifetime, end: end,
		slots:   map[uuid.UUID]*slot[F]{},
		due:     map[uuid.UUID]struct{}{},
		queued:  make(chan struct{}, 1),
		missed:  make(chan struct{}, 1),
		permits: make(chan struct{}, feedReads),
	}
}

// acquire returns the account's slot, creating it if needed, and counts one more reader. release undoes it.
func (r *scheduler[F]) acquire(accountID uuid.UUID, create func() F) *slot[F] {
	r.hub.metrics.subscribers.WithLabelValues(r.kind).Inc()
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := r.slots[accountID]
	if !ok {
		s = &slot[F]{accountID: accountID, feed: create()}
		r.slots[accountID] = s
		r.hub.watch(accountID)
	}
	s.readers++
	return s
}

func (r *scheduler[F]) release(s *slot[F]) {
	r.hub.metrics.subscribers.WithLabelValues(r.kind).Dec()
	r.mu.Lock()
	defer r.mu.Unlock()
	s.readers--
	if s.readers > 0 {
		return
	}
	r.forget(s)
	if s.cancel != nil {
		s.cancel()
	}
}

// retire makes later readers of the account get a new feed. Current readers keep the old one.
func (r *scheduler[F]) retire(s *slot[F]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(s)
}

func (r *scheduler[F]) forget(s *slot[F]) {
	if r.slots[s.accountID] == s {
		delete(r.slots, s.accountID)
		r.hub.unwatch(s.accountID)
	}
}

func (r *scheduler[F]) find(accountID uuid.UUID) (*slot[F], bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := r.slots[accountID]
	return s, ok
}

func (r *scheduler[F]) followed() []uuid.UUID {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Collect(maps.Keys(r.slots))
}

// schedule schedules the feed. A feed that is already working runs once more, because it may have looked too early.
func (r *scheduler[F]) schedule(s *slot[F]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case s.working:
		s.again = true
	case !s.queued:
		s.queued = true
		r.queue = append(r.queue, s)
		signal(r.queued)
	}
}

// miss requests a comparison of one account with the source. Requests made during a comparison are combined in the
// next one.
func (r *scheduler[F]) miss(accountID uuid.UUID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, followed := r.slots[accountID]; followed {
		r.due[accountID] = struct{}{}
		signal(r.missed)
	}
}

// run serves the feeds until ctx ends, then returns nil; every reader then gets ErrClosed.
func (r *scheduler[F]) run(ctx context.Context) error {
	var workers sync.WaitGroup
	defer workers.Wait()
	defer r.end()
	workers.Go(func() { r.keepSweeping(ctx) })
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.queued:
			r.start(ctx, &workers)
		}
	}
}

func (r *scheduler[F]) start(ctx context.Context, workers *sync.WaitGroup) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.queue {
		s.queued = false
		if s.readers == 0 {
			continue
		}
		s.working, s.again = true, false
		ctx, cancel := context.WithCancel(ctx)
		s.cancel = cancel
		workers.Go(func() {
			defer cancel()
			r.runFeed(ctx, s)
		})
	}
	r.queue = nil
}

// runFeed runs one feed until it has nothing left to do or no readers.
func (r *scheduler[F]) runFeed(ctx context.Context, s *slot[F]) {
	pause := retries
	for {
		err := s.feed.work(ctx)
		if ctx.Err() == nil && err != nil {
			r.failed(ctx, err)
			_ = pause.Wait(ctx)
			continue
		}
		pause = retries
		if r.finished(ctx, s) {
			return
		}
	}
}

func (r *scheduler[F]) finished(ctx context.Context, s *slot[F]) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ctx.Err() == nil && s.again {
		s.again = false
		return false
	}
	s.working = false
	return true
}

func (r *scheduler[F]) failed(ctx context.Context, err error) {
	r.hub.metrics.failures.WithLabelValues(r.kind).Inc()
	r.mu.Lock()
	now := time.Now()
	silent := now.Sub(r.loggedAt) < failureLogEvery
	if !silent {
		r.loggedAt = now
	}
	r.mu.Unlock()
	if !silent {
		r.hub.logger.LogAttrs(ctx, slog.LevelWarn, "live source failed; trying again", slog.String("kind", r.kind), slog.Any("error", err))
	}
}

// keepSweeping compares all followed feeds at each tick, whatever Redis says, and the accounts in due at once.
func (r *scheduler[F]) keepSweeping(ctx context.Context) {
	ticker := time.NewTicker(r.interval)
	defer ticker.Stop()
	for {
		var accountIDs []uuid.UUID
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			accountIDs = r.followed()
		case <-r.missed:
			accountIDs = r.takeDue()
		}
		if len(accountIDs) == 0 {
			continue
		}
		if err := r.compare(ctx, accountIDs); err != nil && ctx.Err() == nil {
			r.failed(ctx, err) // the next tick compares them again
		}
	}
}

func (r *scheduler[F]) compare(ctx context.Context, accountIDs []uuid.UUID) error {
	ctx, cancel := context.WithTimeout(ctx, sweepTimeout)
	defer cancel()
	return r.sweep(ctx, accountIDs)
}

func (r *scheduler[F]) takeDue() []uuid.UUID {
	r.mu.Lock()
	defer r.mu.Unlock()
	accountIDs := slices.Collect(maps.Keys(r.due))
	clear(r.due)
	return accountIDs
}

// retry calls call until it succeeds, or until ctx or the reader's lifetime ends.
func (r *scheduler[F]) retry(ctx, lifetime context.Context, call func(context.Context) error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(lifetime, cancel)()
	pause := retries
	for ctx.Err() == nil {
		err := call(ctx)
		if err == nil {
			return
		}
		if ctx.Err() == nil {
			r.failed(ctx, err)
			_ = pause.Wait(ctx)
		}
	}
}

// read calls the source with one of the permits and a timeout.
func read(ctx context.Context, permits chan struct{}, call func(context.Context) error) error {
	select {
	case permits <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-permits }()
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	return call(ctx)
}

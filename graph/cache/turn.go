package cache

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/orgmap/orgmap/graph/guard"
)

// turn is one query passing through the cache.
type turn struct {
	cache    *Cache
	question question
	begin    Begin
	snapshot Snapshot        // nil: not begun
	reading  context.Context //nolint:containedctx // the snapshot's context; nil if there is no snapshot
	leave    func()          // wakes the requests waiting for this response, whether or not there is one
}

// seek returns the response cached for this version, or waits if another request is computing it. If it returns nil,
// the caller must compute the response. If the request did not bring the version, the snapshot provides it.
func (t *turn) seek(ctx context.Context, moment Moment, known bool) *answer {
	if !known {
		t.open(ctx)
		var err error
		if moment, err = t.snapshot.Open(t.reading); err != nil {
			return nil // the response's first read will report the error
		}
		if found := t.cache.answers.find(t.question, moment); found != nil {
			return found
		}
	}
	done, leave := t.cache.flights.join(flight{t.question, moment})
	if leave != nil {
		t.leave = leave
		return nil
	}
	if t.snapshot != nil {
		return nil // a request that holds a database connection must not wait for one that may need a connection
	}
	if t.cache.Waited != nil {
		began := time.Now()
		defer func() { t.cache.Waited(ctx, time.Since(began)) }()
	}
	select {
	case <-done:
		return t.cache.answers.find(t.question, moment)
	case <-ctx.Done():
		return nil
	}
}

func (t *turn) open(ctx context.Context) {
	if t.snapshot == nil {
		t.reading, t.snapshot = t.begin(ctx)
	}
}

// produce computes the response and caches it under the version that its own snapshot saw, which may be later than the
// one looked up.
func (t *turn) produce(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	t.open(ctx)
	volatile := new(atomic.Bool)
	response := next(context.WithValue(t.reading, volatileKey{}, volatile))
	saw, whole := t.snapshot.Saw()
	if whole && response != nil && len(response.Errors) == 0 && len(response.Data) > 0 && ctx.Err() == nil && !volatile.Load() {
		cost, _ := guard.CostOf(graphql.GetOperationContext(ctx))
		t.cache.answers.keep(t.question, saw, newAnswer(response.Data, cost.Actual))
	}
	return response
}

func (t *turn) end() {
	if t.leave != nil {
		t.leave()
	}
	if t.snapshot != nil {
		t.snapshot.Close()
	}
}

// flights ensures that a response that many requests ask for at once is computed once.
type flights struct {
	mutex    sync.Mutex // protects underWay
	underWay map[flight]chan struct{}
}

// flight is a response being computed. Only requests for exactly this version wait for it; afterwards they check
// whether it was cached under this version.
type flight struct {
	question question
	moment   Moment
}

// join returns a channel that is closed when the response is ready or, for the first caller, which must compute it,
// leave.
func (f *flights) join(one flight) (done <-chan struct{}, leave func()) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if found := f.underWay[one]; found != nil {
		return found, nil
	}
	landed := make(chan struct{})
	f.underWay[one] = landed
	return nil, func() {
		f.mutex.Lock()
		delete(f.underWay, one)
		f.mutex.Unlock()
		close(landed)
	}
}

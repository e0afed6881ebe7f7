package cache

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/orgmap/orgmap/graph/guard"
)

// turn is one query on its way through the cache.
type turn struct {
	cache    *Cache
	question question
	begin    Begin
	snapshot Snapshot        // nil: not begun
	reading  context.Context //nolint:containedctx // the snapshot's, nil as long as that is
	leave    func()          // tells those who wait for this turn's answer that it is there, or will never be
}

// seek returns the answer that is kept for this moment, or that somebody else makes for it just now; nil: make it. Where the
// request did not bring the moment, the snapshot tells it.
func (t *turn) seek(ctx context.Context, moment Moment, known bool) *answer {
	if !known {
		t.open(ctx)
		var err error
		if moment, err = t.snapshot.Open(t.reading); err != nil {
			return nil // the answer's own first read will tell why
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
		return nil // whoever holds a connection waits for nobody who may need one
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

// produce makes the answer, and keeps it under the moment that its own snapshot saw, which may be later than the one that was
// looked for.
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

// flights lets one make an answer that many ask for at once.
type flights struct {
	mutex    sync.Mutex // protects underWay
	underWay map[flight]chan struct{}
}

// flight is an answer in the making. Only who asks at the very moment that it is made for waits for it, and looks then
// whether it was filed under that moment.
type flight struct {
	question question
	moment   Moment
}

// join returns what ends when the answer is there, or leave for whoever is the first to make it.
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

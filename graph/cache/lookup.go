package cache

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/orgmap/orgmap/graph/guard"
)

// lookup is one query passing through the cache.
type lookup struct {
	cache    *Cache
	key      key
	begin    Begin
	snapshot Snapshot        // nil: not begun
	reading  context.Context //nolint:containedctx // the snapshot's context; nil if there is no snapshot
	leave    func()          // wakes the requests waiting for this response, whether or not there is one
}

// seek returns the response cached for this version, or waits if another request is computing it. If it returns nil,
// the caller must compute the response. If the request did not bring the version, the snapshot provides it.
func (l *lookup) seek(ctx context.Context, version Version, known bool) *entry {
	if !known {
		l.open(ctx)
		var err error
		if version, err = l.snapshot.Open(l.reading); err != nil {
			return nil // the response's first read will report the error
		}
		if found := l.cache.store.find(l.key, version); found != nil {
			return found
		}
	}
	done, leave := l.cache.computations.join(computation{l.key, version})
	if leave != nil {
		l.leave = leave
		return nil
	}
	if l.snapshot != nil {
		return nil // a request that holds a database connection must not wait for one that may need a connection
	}
	if l.cache.Waited != nil {
		began := time.Now()
		defer func() { l.cache.Waited(ctx, time.Since(began)) }()
	}
	select {
	case <-done:
		return l.cache.store.find(l.key, version)
	case <-ctx.Done():
		return nil
	}
}

func (l *lookup) open(ctx context.Context) {
	if l.snapshot == nil {
		l.reading, l.snapshot = l.begin(ctx)
	}
}

// produce computes the response and caches it under the version that its own snapshot saw, which may be later than the
// one looked up.
func (l *lookup) produce(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	l.open(ctx)
	volatile := new(atomic.Bool)
	response := next(context.WithValue(l.reading, volatileKey{}, volatile))
	seen, whole := l.snapshot.Version()
	if whole && response != nil && len(response.Errors) == 0 && len(response.Data) > 0 && ctx.Err() == nil && !volatile.Load() {
		cost, _ := guard.CostOf(graphql.GetOperationContext(ctx))
		l.cache.store.keep(l.key, seen, newEntry(response.Data, cost.Actual))
	}
	return response
}

func (l *lookup) end() {
	if l.leave != nil {
		l.leave()
	}
	if l.snapshot != nil {
		l.snapshot.Close()
	}
}

// computations ensures that a response that many requests ask for at once is computed once.
type computations struct {
	mutex   sync.Mutex // protects running
	running map[computation]chan struct{}
}

// computation is a response being computed. Only requests for exactly this version wait for it; afterwards they check
// whether it was cached under this version.
type computation struct {
	key     key
	version Version
}

// join returns a channel that is closed when the response is ready or, for the first caller, which must compute it,
// leave.
func (c *computations) join(one computation) (done <-chan struct{}, leave func()) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if found := c.running[one]; found != nil {
		return found, nil
	}
	computed := make(chan struct{})
	c.running[one] = computed
	return nil, func() {
		c.mutex.Lock()
		delete(c.running, one)
		c.mutex.Unlock()
		close(computed)
	}
}

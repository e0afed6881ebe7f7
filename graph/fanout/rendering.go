package fanout

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// Which renderings are kept. A subscriber is promised that what it is sent was read after the event, after it
// subscribed, and, if it is shared, at most two seconds before it is sent. Most subscribers get an event within moments
// of each other; for those who come later it is rendered again.
const (
	maxAge        = 2 * time.Second
	maxYoungBytes = 32 << 20 // of the young ones; above it they become old early. The old ones may take as much again
	// renderingBytes is about what a rendering takes besides its data and the texts of its key.
	renderingBytes = 400
)

// renderings keeps recent renderings of events.
type renderings struct {
	bytes atomic.Int64 // of the young ones

	mu         sync.Mutex // protects the fields below
	young, old map[renderingKey]*rendering
	rotatedAt  time.Time
}

type renderingKey struct {
	requestKey
	event string
}

// rendering is the rendering of one event.
type rendering struct {
	startedAt time.Time     // nothing was read before this time
	done      chan struct{} // closed when rendering has ended
	data      []byte        // nil: it failed, and each waiting subscription renders for itself
}

func newRenderings() *renderings {
	return &renderings{young: map[renderingKey]*rendering{}, rotatedAt: time.Now()}
}

// get returns a rendering for the key that began after since, or calls render. Concurrent callers wait for it. Failures
// are not shared.
func (r *renderings) get(ctx context.Context, key renderingKey, since time.Time, render func() *graphql.Response) *graphql.Response {
	found, first := r.find(key, since)
	if first {
		response := found.fill(ctx, render)
		r.bytes.Add(int64(len(found.data)))
		return response
	}
	select {
	case <-found.done:
	case <-ctx.Done():
		return nil
	}
	if found.data == nil {
		return render()
	}
	return &graphql.Response{Data: found.data}
}

// fill renders the event. It wakes the waiting callers even if render panics.
func (r *rendering) fill(ctx context.Context, render func() *graphql.Response) *graphql.Response {
	defer close(r.done)
	response := render()
	if response != nil && len(response.Errors) == 0 && len(graphql.GetErrors(ctx)) == 0 && ctx.Err() == nil {
		r.data = slices.Clip(response.Data)
	}
	return response
}

func (r *renderings) find(key renderingKey, since time.Time) (found *rendering, first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.rotatedAt) > maxAge || r.bytes.Load() > maxYoungBytes {
		r.young, r.old, r.rotatedAt = map[renderingKey]*rendering{}, r.young, time.Now()
		r.bytes.Store(0)
	}
	now := time.Now()
	if recent := now.Add(-maxAge); since.Before(recent) {
		since = recent
	}
	for _, generation := range []map[renderingKey]*rendering{r.young, r.old} {
		if found := generation[key]; found != nil && !found.startedAt.Before(since) {
			return found, false
		}
	}
	found = &rendering{startedAt: now, done: make(chan struct{})}
	r.young[key] = found
	r.bytes.Add(int64(renderingBytes + len(key.event) + len(key.variables)))
	return found, true
}

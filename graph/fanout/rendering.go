package fanout

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// What is kept of renderings. The promise to a subscriber: what they are sent of an event was read after the event, after they
// subscribed, and at most two seconds before it is sent to whoever gets it from here. Subscribers get an event within moments
// of each other; for those who come later it is rendered again.
const (
	keepFor   = 2 * time.Second
	keepBytes = 32 << 20 // of what is kept until it is dropped early, and as much again
	// renderingBytes is about what a rendering takes beside its data and the texts of its key.
	renderingBytes = 400
)

// renderings keeps what was rendered of events a moment ago.
type renderings struct {
	bytes atomic.Int64 // of the young

	mu         sync.Mutex // protects what follows
	young, old map[renderingKey]*rendering
	turned     time.Time
}

type renderingKey struct {
	same
	event string
}

// rendering is what was rendered of one event.
type rendering struct {
	begun time.Time     // nothing was read before
	done  chan struct{} // closed when the data is there
	data  []byte        // nil: it failed, and those who waited render for themselves
}

func newRenderings() *renderings {
	return &renderings{young: map[renderingKey]*rendering{}, turned: time.Now()}
}

// get returns what was rendered under the key since then, or renders it. Those who ask meanwhile wait. A failure is not shared.
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

// fill lets those who wait continue even if render panics.
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
	if time.Since(r.turned) > keepFor || r.bytes.Load() > keepBytes {
		r.young, r.old, r.turned = map[renderingKey]*rendering{}, r.young, time.Now()
		r.bytes.Store(0)
	}
	now := time.Now()
	if recent := now.Add(-keepFor); since.Before(recent) {
		since = recent
	}
	for _, kept := range []map[renderingKey]*rendering{r.young, r.old} {
		if found := kept[key]; found != nil && !found.begun.Before(since) {
			return found, false
		}
	}
	found = &rendering{begun: now, done: make(chan struct{})}
	r.young[key] = found
	r.bytes.Add(int64(renderingBytes + len(key.event) + len(key.variables)))
	return found, true
}

package transport

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/clock"
)

// Registry holds this process's open sockets and event streams, so that a server about to stop can close them one by
// one instead of sending all clients to other servers at once.
type Registry struct {
	mu       sync.Mutex // protects the fields below
	members  map[*member]struct{}
	draining bool
	empty    chan struct{} // closed when draining and the last member has left
}

type member struct{ leave func() }

// NewRegistry returns an empty registry.
func NewRegistry() *Registry {
	return &Registry{members: map[*member]struct{}{}, empty: make(chan struct{})}
}

// Len returns the number of open sockets and event streams.
func (r *Registry) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.members)
}

// Drain refuses new sockets and streams from now on and asks the open ones to leave, spread with jitter over the given
// time. It returns when all have left. Running queries and mutations are answered first. If ctx ends earlier, it asks
// all others at once and returns the context's cause. Call it once.
func (r *Registry) Drain(ctx context.Context, spread time.Duration) error {
	waiting := r.close()
	rand.Shuffle(len(waiting), func(i, j int) { waiting[i], waiting[j] = waiting[j], waiting[i] })
	for i, m := range waiting {
		m.leave()
		if rest := len(waiting) - i - 1; rest > 0 && ctx.Err() == nil {
			_ = clock.Wait(ctx, clock.Around(spread/time.Duration(len(waiting))))
		}
	}
	select {
	case <-r.empty:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (r *Registry) close() []*member {
	r.mu.Lock()
	defer r.mu.Unlock()
	waiting := make([]*member, 0, len(r.members))
	for m := range r.members {
		waiting = append(waiting, m)
	}
	if !r.draining && len(waiting) == 0 {
		close(r.empty)
	}
	r.draining = true
	return waiting
}

// add registers a socket or stream until remove is called. It reports false if the registry is draining. leave must not
// block. A nil registry registers nothing.
func (r *Registry) add(leave func()) (remove func(), open bool) {
	if r == nil {
		return func() {}, true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.draining {
		return nil, false
	}
	m := &member{leave}
	r.members[m] = struct{}{}
	return func() { r.remove(m) }, true
}

func (r *Registry) remove(m *member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, kept := r.members[m]; !kept {
		return
	}
	delete(r.members, m)
	if r.draining && len(r.members) == 0 {
		close(r.empty)
	}
}

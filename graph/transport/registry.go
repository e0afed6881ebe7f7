package transport

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/clock"
)

// Registry knows the sockets and event streams that are open in this process, so that a server about to stop can let them
// go one after the other instead of sending all clients to its neighbours in the same moment.
type Registry struct {
	mu       sync.Mutex // protects what follows
	members  map[*member]struct{}
	draining bool
	empty    chan struct{} // closed when draining and the last member has gone
}

type member struct{ leave func() }

// NewRegistry returns an empty registry.
func NewRegistry() *Registry {
	return &Registry{members: map[*member]struct{}{}, empty: make(chan struct{})}
}

// Len is how many sockets and event streams are open now.
func (r *Registry) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.members)
}

// Drain refuses new sockets and streams from now on, asks those that are open to leave, spread evenly with some jitter
// over the given time, and returns when all have gone. Queries and mutations under way are answered first. Where ctx ends
// earlier, all that are left are asked at once and its error is returned. Call it once.
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

// add keeps a socket or stream until remove is called. It reports false where the registry is draining already. leave must
// not block. A nil registry keeps nothing.
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

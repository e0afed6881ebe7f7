package transport

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// lasting holds the sockets that end with a context.
type lasting struct {
	mu      sync.Mutex // protects the fields below
	sockets map[*socket]struct{}
	ended   bool
}

type lastingKey struct{}

// Lasting returns a context that, when it ends, ends the sockets opened under it: sockets outlive their requests. Use
// it as the base context of an HTTP server.
func Lasting(ctx context.Context) context.Context {
	l := &lasting{sockets: map[*socket]struct{}{}}
	context.AfterFunc(ctx, l.end)
	return context.WithValue(ctx, lastingKey{}, l)
}

func (l *lasting) end() {
	l.mu.Lock()
	l.ended = true
	open := slices.Collect(maps.Keys(l.sockets))
	l.mu.Unlock()
	for _, s := range open {
		s.end(errRestart)
	}
}

func (l *lasting) add(s *socket) {
	l.mu.Lock()
	l.sockets[s] = struct{}{}
	ended := l.ended
	l.mu.Unlock()
	if ended {
		s.end(errRestart)
	}
}

func (l *lasting) remove(s *socket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.sockets, s)
}

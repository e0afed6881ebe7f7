package transport

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// socketGroup holds the sockets that end with a context.
type socketGroup struct {
	mu      sync.Mutex // protects the fields below
	sockets map[*socket]struct{}
	ended   bool
}

type socketGroupKey struct{}

// BindSockets returns a context that, when it ends, ends the sockets opened under it: sockets outlive their requests.
// Use it as the base context of an HTTP server.
func BindSockets(ctx context.Context) context.Context {
	l := &socketGroup{sockets: map[*socket]struct{}{}}
	context.AfterFunc(ctx, l.end)
	return context.WithValue(ctx, socketGroupKey{}, l)
}

func (l *socketGroup) end() {
	l.mu.Lock()
	l.ended = true
	open := slices.Collect(maps.Keys(l.sockets))
	l.mu.Unlock()
	for _, s := range open {
		s.end(errRestart)
	}
}

func (l *socketGroup) add(s *socket) {
	l.mu.Lock()
	l.sockets[s] = struct{}{}
	ended := l.ended
	l.mu.Unlock()
	if ended {
		s.end(errRestart)
	}
}

func (l *socketGroup) remove(s *socket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.sockets, s)
}

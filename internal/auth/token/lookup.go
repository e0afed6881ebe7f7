package token

import (
	"context"
	"sync"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
)

// lookups look each token up once at a time: however many requests come with one token, they take one connection to
// Postgres, and leave the others to the holders of other tokens. Who comes while a lookup is under way waits for the next
// one, which begins later: so nobody is answered from before the moment in which they asked, and a revoked token is
// refused at once.
type lookups struct {
	mutex   sync.Mutex // protects flights
	flights map[string]*flight
}

// flight is one lookup, under way or about to begin.
type flight struct {
	next  *flight // of those who came while this one was under way; nil: nobody
	done  chan struct{}
	actor auth.Actor
	err   error
}

func newFlight() *flight { return &flight{done: make(chan struct{})} }

func (l *lookups) do(ctx context.Context, hash []byte, find func(context.Context) (auth.Actor, error)) (auth.Actor, error) {
	key := string(hash)
	l.mutex.Lock()
	current := l.flights[key]
	if current == nil {
		current = newFlight()
		l.flights[key] = current
		l.mutex.Unlock()
		// The first need not wait for anybody. Others may wait for what it finds, so that its leaving must not stop it.
		go l.fly(context.WithoutCancel(ctx), key, current, find)
		return current.wait(ctx)
	}
	if current.next == nil {
		current.next = newFlight()
	}
	awaited := current.next
	l.mutex.Unlock()
	return awaited.wait(ctx)
}

// fly does one lookup after the other until nobody waits for another.
func (l *lookups) fly(ctx context.Context, key string, current *flight, find func(context.Context) (auth.Actor, error)) {
	for current != nil {
		current.actor, current.err = find(ctx)
		close(current.done)
		l.mutex.Lock()
		if next := current.next; next != nil && apperr.CodeOf(current.err) == apperr.Unavailable {
			// A store that could not be asked cannot be asked by the next one either: nobody waits twice for that.
			next.err = current.err
			close(next.done)
			current.next = nil
		}
		current = current.next
		if current == nil {
			delete(l.flights, key)
		} else {
			l.flights[key] = current
		}
		l.mutex.Unlock()
	}
}

func (f *flight) wait(ctx context.Context) (auth.Actor, error) {
	select {
	case <-f.done:
		return f.actor, f.err
	case <-ctx.Done():
		return auth.Actor{}, context.Cause(ctx)
	}
}

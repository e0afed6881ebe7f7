package bearer

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/pg"
)

// Lookups looks hashes of secrets up, a few statements at a time: however many requests come, they take that many connections
// to Postgres, and leave the others to the answers. Who comes while those are under way waits for the next one, which begins
// later and looks for all who came meanwhile: so nobody is answered from before the moment in which they asked. A revoked
// token is refused at once, and the moment that was found is none from before the request.
//
// Only that a hash is bad is remembered for a moment, so that a stranger who tries the same again and again costs nothing: a
// secret cannot be tried before it is made, and one that has ended does not come back, but for a person who is unblocked.
type Lookups[V any] struct {
	find func(ctx context.Context, hashes []string) (map[string]V, error)

	mutex   sync.Mutex // protects what follows
	flying  int        // statements that are under way
	waiting *flight[V] // of those who come until the next one begins; nil: nobody does
	bad     badHashes
}

// NewLookups returns Lookups of what find finds: it leaves out what is not good.
func NewLookups[V any](find func(ctx context.Context, hashes []string) (map[string]V, error)) *Lookups[V] {
	return &Lookups[V]{find: find}
}

const (
	statementsAtOnce = 2   // the next one gathers while they are under way
	hashesAtOnce     = 200 // in one statement
)

// flight is one statement, under way or about to begin.
type flight[V any] struct {
	hashes map[string]bool
	next   *flight[V] // what follows a full one
	done   chan struct{}
	found  map[string]V
	err    error
}

func newFlight[V any](hash string) *flight[V] {
	return &flight[V]{hashes: map[string]bool{hash: true}, done: make(chan struct{})}
}

// Do looks a hash up. It reports false if it is not good.
func (l *Lookups[V]) Do(ctx context.Context, hash string) (found V, good bool, err error) {
	mine := l.join(ctx, hash)
	if mine == nil {
		return found, false, nil
	}
	if err := pg.AwaitShared(ctx, mine.done); err != nil {
		return found, false, err
	}
	found, good = mine.found[hash]
	return found, good, mine.err
}

// join returns a flight that looks for the hash and begins later than this call; nil if the hash is known to be bad.
func (l *Lookups[V]) join(ctx context.Context, hash string) *flight[V] {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.bad.has(hash, time.Now()) {
		return nil
	}
	if l.waiting == nil {
		l.waiting = newFlight[V](hash)
		if l.flying < statementsAtOnce {
			l.flying++
			// Others may wait for what it finds, so that the leaving of the first must not stop it.
			go l.fly(context.WithoutCancel(ctx))
		}
		return l.waiting
	}
	last := l.waiting
	for last.next != nil {
		last = last.next
	}
	if !last.hashes[hash] && len(last.hashes) >= hashesAtOnce {
		last.next = newFlight[V](hash)
		return last.next
	}
	last.hashes[hash] = true
	return last
}

// fly does one statement after the other until nobody waits for another.
func (l *Lookups[V]) fly(ctx context.Context) {
	for {
		runtime.Gosched() // requests that could go on just now come along: under load that is most of them
		current := l.take()
		if current == nil {
			return
		}
		hashes := make([]string, 0, len(current.hashes))
		for hash := range current.hashes {
			hashes = append(hashes, hash)
		}
		current.found, current.err = l.find(ctx, hashes)
		if current.err == nil {
			l.remember(current)
		}
		close(current.done)
		if apperr.CodeOf(current.err) == apperr.Unavailable {
			l.giveUp(current.err)
		}
	}
}

// take takes those who wait, whom nobody can join any more, or notes that nobody does.
func (l *Lookups[V]) take() *flight[V] {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	next := l.waiting
	if next == nil {
		l.flying--
		return nil
	}
	l.waiting = next.next
	return next
}

// giveUp answers those who wait for a store that could not be asked: it cannot be asked by the next one either, and nobody waits
// twice for that.
func (l *Lookups[V]) giveUp(err error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for ; l.waiting != nil; l.waiting = l.waiting.next {
		l.waiting.err = err
		close(l.waiting.done)
	}
}

// remember notes the hashes of a flight that were not found.
func (l *Lookups[V]) remember(ended *flight[V]) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	now := time.Now()
	for hash := range ended.hashes {
		if _, good := ended.found[hash]; !good {
			l.bad.add(hash, now)
		}
	}
}

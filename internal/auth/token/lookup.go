package token

import (
	"context"
	"runtime"
	"sync"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/pg"
)

// Holder is who holds a token, and where their account's data stood when that was found out.
type Holder struct {
	auth.Actor

	Moment pg.Moment
}

// lookups look tokens up a few statements at a time: however many requests come, they take that many connections to
// Postgres, and leave the others to the answers. Who comes while those are under way waits for the next one, which begins
// later and looks for all who came meanwhile: so nobody is answered from before the moment in which they asked. A revoked
// token is refused at once, and the moment that was found is none from before the request.
type lookups struct {
	find func(ctx context.Context, hashes []string) (map[string]Holder, error)

	mutex   sync.Mutex // protects what follows
	flying  int        // statements that are under way
	waiting *flight    // of those who come until the next one begins; nil: nobody does
}

const (
	statementsAtOnce = 2   // the next one gathers while they are under way
	tokensAtOnce     = 200 // in one statement
)

// flight is one statement, under way or about to begin.
type flight struct {
	hashes  map[string]bool
	next    *flight // what follows a full one
	done    chan struct{}
	holders map[string]Holder
	err     error
}

func newFlight(hash string) *flight {
	return &flight{hashes: map[string]bool{hash: true}, done: make(chan struct{})}
}

// do looks a token up. It reports false where the token is not good.
func (l *lookups) do(ctx context.Context, hash string) (holder Holder, good bool, err error) {
	mine := l.join(ctx, hash)
	if err := pg.AwaitShared(ctx, mine.done); err != nil {
		return Holder{}, false, err
	}
	holder, good = mine.holders[hash]
	return holder, good, mine.err
}

// join returns a flight that looks for the token and begins later than this call.
func (l *lookups) join(ctx context.Context, hash string) *flight {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.waiting == nil {
		l.waiting = newFlight(hash)
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
	if !last.hashes[hash] && len(last.hashes) >= tokensAtOnce {
		last.next = newFlight(hash)
		return last.next
	}
	last.hashes[hash] = true
	return last
}

// fly does one statement after the other until nobody waits for another.
func (l *lookups) fly(ctx context.Context) {
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
		current.holders, current.err = l.find(ctx, hashes)
		close(current.done)
		if apperr.CodeOf(current.err) == apperr.Unavailable {
			l.giveUp(current.err)
		}
	}
}

// take takes those who wait, whom nobody can join any more, or notes that nobody does.
func (l *lookups) take() *flight {
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
func (l *lookups) giveUp(err error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for ; l.waiting != nil; l.waiting = l.waiting.next {
		l.waiting.err = err
		close(l.waiting.done)
	}
}

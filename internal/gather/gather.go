// Package gather asks once for what many want. Whoever comes while a question is under way is answered by the next one, which begins
// later and asks for all who came meanwhile: so nobody is answered from before the moment in which they asked, and however many
// come, few questions are under way.
package gather

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/clock"
)

// Find answers a question: what it finds of the keys; those of which there is nothing are left out. Its context does not end when
// those who ask leave, since others may wait for what it finds.
type Find[Key comparable, Value any] func(ctx context.Context, keys []Key) (map[Key]Value, error)

// Options bound a Gatherer.
type Options struct {
	AtOnce int           // questions under way; the next one gathers meanwhile
	Most   int           // keys in one question
	Wait   time.Duration // how long the first who comes waits for others; 0: until those that could come at once have
	// Hopeless tells errors that end the questions of those who wait too: nobody waits twice for a store that cannot be asked. nil: none.
	Hopeless func(error) bool
}

// Gatherer puts questions together. It is safe for concurrent use.
type Gatherer[Key comparable, Value any] struct {
	find    Find[Key, Value]
	options Options

	mutex   sync.Mutex            // protects what follows
	asking  int                   // goroutines that ask
	waiting *Question[Key, Value] // of those who come until the next one begins; nil: nobody does
}

// New returns a Gatherer of what find finds.
func New[Key comparable, Value any](options Options, find Find[Key, Value]) *Gatherer[Key, Value] {
	return &Gatherer[Key, Value]{find: find, options: options}
}

// Question is one, under way or about to begin.
type Question[Key comparable, Value any] struct {
	keys  map[Key]bool
	next  *Question[Key, Value] // what follows a full one
	done  chan struct{}
	found map[Key]Value
	err   error
}

// Done is closed when the answer is there.
func (q *Question[Key, Value]) Done() <-chan struct{} { return q.done }

// Found is the answer's part for a key, once Done is closed; false: there is nothing.
func (q *Question[Key, Value]) Found(key Key) (found Value, is bool, err error) {
	found, is = q.found[key]
	return found, is, q.err
}

// Join returns a question that asks for the key and begins later than this call.
func (g *Gatherer[Key, Value]) Join(ctx context.Context, key Key) *Question[Key, Value] {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.waiting == nil {
		g.waiting = newQuestion[Key, Value](key)
		if g.asking < g.options.AtOnce {
			g.asking++
			go g.ask(context.WithoutCancel(ctx))
		}
		return g.waiting
	}
	last := g.waiting
	for last.next != nil {
		last = last.next
	}
	if !last.keys[key] && len(last.keys) >= g.options.Most {
		last.next = newQuestion[Key, Value](key)
		return last.next
	}
	last.keys[key] = true
	return last
}

func newQuestion[Key comparable, Value any](key Key) *Question[Key, Value] {
	return &Question[Key, Value]{keys: map[Key]bool{key: true}, done: make(chan struct{})}
}

// ask asks one question after the other until nobody waits for another.
func (g *Gatherer[Key, Value]) ask(ctx context.Context) {
	for g.wanted() {
		if g.options.Wait > 0 {
			_ = clock.Wait(ctx, g.options.Wait)
		} else {
			runtime.Gosched() // requests that could go on just now come along: under load that is most of them
		}
		current := g.take()
		if current == nil { // another has taken it
			continue
		}
		keys := make([]Key, 0, len(current.keys))
		for key := range current.keys {
			keys = append(keys, key)
		}
		current.found, current.err = g.find(ctx, keys)
		close(current.done)
		if current.err != nil && g.options.Hopeless != nil && g.options.Hopeless(current.err) {
			g.giveUp(current.err)
		}
	}
}

// wanted reports whether somebody waits for another question; if nobody does, the one who asks goes.
func (g *Gatherer[Key, Value]) wanted() bool {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.waiting == nil {
		g.asking--
	}
	return g.waiting != nil
}

// take takes those who wait: nobody can join them any more.
func (g *Gatherer[Key, Value]) take() *Question[Key, Value] {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	next := g.waiting
	if next != nil {
		g.waiting = next.next
	}
	return next
}

// giveUp answers those who wait with the error.
func (g *Gatherer[Key, Value]) giveUp(err error) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	for ; g.waiting != nil; g.waiting = g.waiting.next {
		g.waiting.err = err
		close(g.waiting.done)
	}
}

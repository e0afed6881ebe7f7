// Package gather combines concurrent lookups into batches. A caller that arrives while a batch is being looked up
// joins the next one, which starts later and serves everyone who arrived in the meantime. So no answer is older than
// its request, and however many callers there are, only a few lookups run at a time.
package gather

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/clock"
)

// Find looks up keys and returns what it found; keys without a value are left out. Its context does not end when a
// caller leaves, because other callers may be waiting for the same result.
type Find[Key comparable, Value any] func(ctx context.Context, keys []Key) (map[Key]Value, error)

// Options configures a Gatherer.
type Options struct {
	AtOnce int           // concurrent lookups; the next batch gathers in the meantime
	Most   int           // keys per batch
	Wait   time.Duration // how long the first caller waits for others; 0: until ready goroutines have joined
	// Hopeless reports whether an error also fails the waiting batches, so that no one waits again for a store that
	// cannot be reached. nil: none does.
	Hopeless func(error) bool
}

// Gatherer combines lookups into batches. It is safe for concurrent use.
type Gatherer[Key comparable, Value any] struct {
	find    Find[Key, Value]
	options Options

	mutex   sync.Mutex            // protects the fields below
	asking  int                   // goroutines that run lookups
	waiting *Question[Key, Value] // next batch to start; nil: no caller is waiting
}

// New returns a Gatherer that looks up keys with find.
func New[Key comparable, Value any](options Options, find Find[Key, Value]) *Gatherer[Key, Value] {
	return &Gatherer[Key, Value]{find: find, options: options}
}

// Question is a batch of keys whose lookup is running or about to start.
type Question[Key comparable, Value any] struct {
	keys  map[Key]bool
	next  *Question[Key, Value] // the batch after this one, if it is full
	done  chan struct{}
	found map[Key]Value
	err   error
}

// Done returns a channel that is closed when the answer is available.
func (q *Question[Key, Value]) Done() <-chan struct{} { return q.done }

// Found returns the value of a key. Call it after Done is closed. It returns false if the key has no value.
func (q *Question[Key, Value]) Found(key Key) (found Value, is bool, err error) {
	found, is = q.found[key]
	return found, is, q.err
}

// Join adds the key to a question that starts after this call, and returns the question.
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

// ask looks up one question after another until no caller is waiting.
func (g *Gatherer[Key, Value]) ask(ctx context.Context) {
	for g.wanted() {
		if g.options.Wait > 0 {
			_ = clock.Wait(ctx, g.options.Wait)
		} else {
			runtime.Gosched() // let goroutines that are ready to run join first: under load that is most requests
		}
		current := g.take()
		if current == nil { // another goroutine took it
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

// wanted reports whether a question is waiting. If none is, the calling goroutine stops asking.
func (g *Gatherer[Key, Value]) wanted() bool {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.waiting == nil {
		g.asking--
	}
	return g.waiting != nil
}

// take removes and returns the next question. No caller can join it anymore.
func (g *Gatherer[Key, Value]) take() *Question[Key, Value] {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	next := g.waiting
	if next != nil {
		g.waiting = next.next
	}
	return next
}

// giveUp answers all waiting questions with the error.
func (g *Gatherer[Key, Value]) giveUp(err error) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	for ; g.waiting != nil; g.waiting = g.waiting.next {
		g.waiting.err = err
		close(g.waiting.done)
	}
}

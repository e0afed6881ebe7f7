// Package throttle holds callers to what they may use of one process: a rate, and a number of things at once. Nothing of it
// is shared between processes or kept: with n servers behind a balancer a caller may use up to n times as much, and a
// restart forgives everything. It is there to keep a server on its feet, not to sell by.
package throttle

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/clock"
)

// Buckets hold each caller to a rate, with something saved up for bursts. nil holds nobody to anything.
type Buckets struct {
	capacity, refill float64 // refill: per second
	clock            clock.Clock

	mutex   sync.Mutex // protects what follows
	buckets map[uuid.UUID]bucket
	sweepAt int // how many buckets there are when full ones are thrown out
	most    int // how many there may be; 0: any number
}

// bucket is what a caller had at a moment.
type bucket struct {
	level float64
	at    time.Time
}

// minimumSweep is how many buckets are kept without looking whether they are full again.
const minimumSweep = 1000

// NewBuckets makes buckets of that capacity that fill up again by refill a second.
func NewBuckets(capacity, refill int, now clock.Clock) *Buckets {
	return &Buckets{capacity: float64(capacity), refill: float64(refill), clock: now, buckets: map[uuid.UUID]bucket{}, sweepAt: minimumSweep}
}

// State is how a caller stands.
type State struct {
	Available   int `json:"available"`
	Maximum     int `json:"maximum"`
	RestoreRate int `json:"restoreRate"` // per second
}

// Take takes cost out of the caller's bucket. Where there is not enough, nothing is taken, and wait is how long it takes until
// there is; what costs more than the whole bucket is given from a full one.
func (b *Buckets) Take(caller uuid.UUID, cost int) (state State, wait time.Duration) {
	if b == nil {
		return State{}, 0
	}
	wanted := min(float64(cost), b.capacity)
	now := b.clock()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	level := b.level(caller, now)
	if level < wanted {
		return b.state(level), time.Duration((wanted - level) / b.refill * float64(time.Second))
	}
	b.keep(caller, bucket{level: level - wanted, at: now})
	return b.state(level - wanted), 0
}

// Settle gives back what a caller took and did not use; where they used more, the rest is taken, even if they have to wait for
// it the next time.
func (b *Buckets) Settle(caller uuid.UUID, taken, used int) State {
	if b == nil {
		return State{}
	}
	now := b.clock()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	level := min(b.capacity, b.level(caller, now)+min(float64(taken), b.capacity)-min(float64(used), b.capacity))
	b.keep(caller, bucket{level: level, at: now})
	return b.state(level)
}

// keep remembers what a caller has. A full bucket need not be remembered. It is called with mutex held.
func (b *Buckets) keep(caller uuid.UUID, now bucket) {
	if now.level >= b.capacity {
		delete(b.buckets, caller)
		return
	}
	if _, known := b.buckets[caller]; !known && b.most > 0 && len(b.buckets) >= b.most {
		for victim := range b.buckets { // a map begins anywhere
			delete(b.buckets, victim)
			break
		}
	}
	b.buckets[caller] = now
	if len(b.buckets) > b.sweepAt {
		b.sweep(now.at)
	}
}

func (b *Buckets) level(caller uuid.UUID, now time.Time) float64 {
	one, known := b.buckets[caller]
	if !known {
		return b.capacity
	}
	return min(b.capacity, one.level+max(0, now.Sub(one.at).Seconds())*b.refill)
}

func (b *Buckets) state(level float64) State {
	return State{Available: max(0, int(level)), Maximum: int(b.capacity), RestoreRate: int(b.refill)}
}

// Len is how many callers' buckets are kept.
func (b *Buckets) Len() int {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return len(b.buckets)
}

// sweep throws out the buckets that are full again: they say nothing. It is called with mutex held.
func (b *Buckets) sweep(now time.Time) {
	for caller := range b.buckets {
		if b.level(caller, now) >= b.capacity {
			delete(b.buckets, caller)
		}
	}
	b.sweepAt = max(minimumSweep, 2*len(b.buckets))
}

// Counter bounds how many things each caller has at once.
type Counter struct {
	limit int

	mutex sync.Mutex // protects held
	held  map[uuid.UUID]int
}

// NewCounter makes a counter that gives each caller up to limit.
func NewCounter(limit int) *Counter { return &Counter{limit: limit, held: map[uuid.UUID]int{}} }

// Enter takes one more for the caller until leave is called, which may be more than once; false where it has the most.
func (c *Counter) Enter(caller uuid.UUID) (leave func(), ok bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.held[caller] >= c.limit {
		return nil, false
	}
	c.held[caller]++
	return sync.OnceFunc(func() { c.leave(caller) }), true
}

func (c *Counter) leave(caller uuid.UUID) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.held[caller]--; c.held[caller] == 0 {
		delete(c.held, caller)
	}
}

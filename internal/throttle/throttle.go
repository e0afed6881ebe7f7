// Package throttle limits what a caller may use of one process: a rate, and a number of things at once. Nothing is
// shared between processes or stored: with n servers behind a load balancer a caller may use up to n times as much, and
// a restart resets all limits. The limits protect the server; they are not meant for billing.
package throttle

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/clock"
)

// Buckets limits each caller's rate and allows bursts. A nil Buckets limits nobody.
type Buckets struct {
	capacity, refill float64 // refill: per second
	clock            clock.Clock

	mutex   sync.Mutex // protects the fields below
	buckets map[uuid.UUID]bucket
	sweepAt int // number of buckets that triggers removing full ones
	most    int // maximum number of buckets; 0: no limit
}

// bucket is a caller's level at a point in time.
type bucket struct {
	level float64
	at    time.Time
}

// minimumSweep is the number of buckets up to which full ones are not removed.
const minimumSweep = 1000

// NewBuckets returns buckets with the given capacity. They refill at refill per second.
func NewBuckets(capacity, refill int, now clock.Clock) *Buckets {
	return &Buckets{capacity: float64(capacity), refill: float64(refill), clock: now, buckets: map[uuid.UUID]bucket{}, sweepAt: minimumSweep}
}

// State is a caller's current budget.
type State struct {
	Available   int `json:"available"`
	Maximum     int `json:"maximum"`
	RestoreRate int `json:"restoreRate"` // per second
}

// Take takes cost from the caller's bucket. If the bucket has too little, Take takes nothing, and wait is how long
// until it has enough. A cost above the capacity needs only a full bucket.
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

// Settle returns what a caller took and did not use. If the caller used more, Settle takes the difference, even if the
// next call must wait for it.
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

// keep stores a caller's bucket. A full one need not be stored. The caller must hold mutex.
func (b *Buckets) keep(caller uuid.UUID, now bucket) {
	if now.level >= b.capacity {
		delete(b.buckets, caller)
		return
	}
	if _, known := b.buckets[caller]; !known && b.most > 0 && len(b.buckets) >= b.most {
		for victim := range b.buckets { // map iteration starts at a random entry
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

// Len returns the number of stored buckets.
func (b *Buckets) Len() int {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return len(b.buckets)
}

// sweep removes buckets that are full again, which need not be stored. The caller must hold mutex.
func (b *Buckets) sweep(now time.Time) {
	for caller := range b.buckets {
		if b.level(caller, now) >= b.capacity {
			delete(b.buckets, caller)
		}
	}
	b.sweepAt = max(minimumSweep, 2*len(b.buckets))
}

// Counter limits how many things each caller has at once.
type Counter struct {
	limit int

	mutex  sync.Mutex // protects held
	counts map[uuid.UUID]int
}

// NewCounter returns a counter that allows each caller up to limit.
func NewCounter(limit int) *Counter { return &Counter{limit: limit, counts: map[uuid.UUID]int{}} }

// Enter counts one more for the caller until leave is called. Calling leave again does nothing. ok is false at the
// limit.
func (c *Counter) Enter(caller uuid.UUID) (leave func(), ok bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.counts[caller] >= c.limit {
		return nil, false
	}
	c.counts[caller]++
	return sync.OnceFunc(func() { c.leave(caller) }), true
}

func (c *Counter) leave(caller uuid.UUID) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.counts[caller]--; c.counts[caller] == 0 {
		delete(c.counts, caller)
	}
}

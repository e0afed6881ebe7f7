package live

import (
	"context"
	"sync"

	"github.com/google/uuid"
)

// LatestReader delivers an account's states. Only one goroutine at a time may call Next; any may call Close.
type LatestReader[E any] struct {
	latest            *Latest[E]
	slot              *slot[*latestFeed[E]]
	read              func(context.Context) ([]E, error) // reads a snapshot
	snapshot          []E                                // the rest of the snapshot
	snapshotSequences map[uuid.UUID]int64                // sequences of the snapshot's states, as delivered
	version           int64                              // the feed's version up to which the reader has seen everything; protected by the feed's lock
	busy              bool                               // has taken a state and not yet asked for the next; protected by the feed's lock

	lifetime context.Context // ends with Close or with the Latest
	end      context.CancelFunc
	once     sync.Once
}

// begin joins the feed before it reads the snapshot.
func (r *LatestReader[E]) begin(ctx context.Context) (err error) {
	r.slot.feed.join(r)
	r.snapshot, err = r.read(ctx)
	r.snapshotSequences = make(map[uuid.UUID]int64, len(r.snapshot))
	return err
}

// Next waits for a state that the reader has not had and returns it. States of the same thing come with rising
// sequences. It returns ErrClosed if the reader or its Latest is closed, and ctx's error if ctx ends. It retries if
// the source fails.
func (r *LatestReader[E]) Next(ctx context.Context) (E, error) {
	var none E
	for {
		if err := ended(ctx, r.lifetime); err != nil {
			return none, err
		}
		value, ok, changed := r.look()
		switch {
		case ok:
			return r.deliver(value), nil
		case changed == nil:
			r.latest.scheduler.retry(ctx, r.lifetime, r.begin)
		default:
			if r.slot.feed.markWaiting(r) {
				r.latest.scheduler.schedule(r.slot)
			}
			await(ctx, r.lifetime, changed)
		}
	}
}

// TryNext returns a state that the reader has not had if this process already knows one. It never blocks.
func (r *LatestReader[E]) TryNext() (value E, ok bool) {
	if r.lifetime.Err() != nil {
		return value, false
	}
	if value, ok, _ = r.look(); ok {
		r.deliver(value)
	}
	return value, ok
}

// look returns a state that the reader has not had. If there is none, changed is closed when it is worth looking
// again; changed is nil if the reader must start over.
func (r *LatestReader[E]) look() (value E, ok bool, changed <-chan struct{}) {
	if value, ok = r.fromSnapshot(); ok {
		return value, true, nil
	}
	for {
		found, more, changed := r.slot.feed.next(r)
		if !more || r.isNew(found) {
			return found.value, more, changed
		}
	}
}

// Close releases the reader and makes a waiting Next return.
func (r *LatestReader[E]) Close() {
	r.once.Do(func() {
		r.end()
		r.slot.feed.leave(r)
		r.latest.scheduler.release(r.slot)
	})
}

func (r *LatestReader[E]) deliver(value E) E {
	r.slot.feed.markBusy(r)
	r.latest.delivered.Inc()
	return value
}

// fromSnapshot returns the next state of the snapshot, or a newer one if the feed already has it.
func (r *LatestReader[E]) fromSnapshot() (value E, ok bool) {
	for len(r.snapshot) > 0 {
		value, r.snapshot = r.snapshot[0], r.snapshot[1:]
		id, sequence := r.latest.key(value), r.latest.sequence(value)
		if newer, found := r.slot.feed.newest(id, sequence); found {
			value, sequence = newer.value, newer.sequence
		}
		if before, had := r.snapshotSequences[id]; !had || sequence > before {
			r.snapshotSequences[id] = sequence
			return value, true
		}
	}
	r.snapshot = nil
	return value, false
}

// isNew reports whether a state is newer than the one delivered from the snapshot. Only the snapshot can be ahead of
// the feed: the feed's own versions rise with the sequence.
func (r *LatestReader[E]) isNew(found state[E]) bool {
	before, had := r.snapshotSequences[r.latest.key(found.value)]
	return !had || found.sequence > before
}

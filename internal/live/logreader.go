package live

import (
	"context"
	"sync"
)

// LogReader delivers an account's journal from a position on. Only one goroutine at a time may call Next; any may
// call Close.
type LogReader[E any] struct {
	log    *Log[E]
	slot   *slot[*logFeed[E]]
	last   int64 // position of the newest event delivered
	page   []E   // the next events, if the reader read them for itself
	pruned bool  // ErrPruned was returned
	ahead  bool  // the reader started past the journal's end; protected by the feed's lock

	lifetime context.Context // ends with Close or with the Log
	end      context.CancelFunc
	once     sync.Once
}

// Next waits for the event after the last one and returns it. It returns ErrPruned, from then on, if the journal
// cannot continue from the reader's position; ErrClosed if the reader or its Log is closed; ctx's error if ctx ends.
// It retries if the source fails.
func (r *LogReader[E]) Next(ctx context.Context) (E, error) {
	var none E
	for !r.pruned {
		if err := ended(ctx, r.lifetime); err != nil {
			return none, err
		}
		if event, ok := r.nextFromPage(); ok {
			return r.deliver(event), nil
		}
		seen := r.slot.feed.look(r, r.last)
		switch {
		case seen.invalid:
			r.markPruned()
		case seen.found:
			return r.deliver(seen.event), nil
		case r.last < seen.head:
			r.catchUp(ctx)
		default:
			await(ctx, r.lifetime, seen.changed)
		}
	}
	return none, ErrPruned
}

// TryNext returns the event after the last one if this process already knows it. It never blocks.
func (r *LogReader[E]) TryNext() (event E, ok bool) {
	if r.pruned || r.lifetime.Err() != nil {
		return event, false
	}
	if event, ok = r.nextFromPage(); ok {
		return r.deliver(event), true
	}
	if seen := r.slot.feed.look(r, r.last); seen.found && !seen.invalid {
		return r.deliver(seen.event), true
	}
	return event, false
}

// Close releases the reader and makes a waiting Next return.
func (r *LogReader[E]) Close() {
	r.once.Do(func() {
		r.end()
		r.log.scheduler.release(r.slot)
	})
}

// ended returns why a Next with ctx cannot continue on a reader with the given lifetime; nil if it can.
func ended(ctx, lifetime context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if lifetime.Err() != nil {
		return ErrClosed
	}
	return nil
}

func await(ctx, lifetime context.Context, changed <-chan struct{}) {
	select {
	case <-changed:
	case <-ctx.Done():
	case <-lifetime.Done():
	}
}

func (r *LogReader[E]) deliver(event E) E {
	r.last = r.log.position(event)
	r.log.delivered.Inc()
	return event
}

// nextFromPage returns the next event of the reader's own page. It discards a page that does not follow the last event.
func (r *LogReader[E]) nextFromPage() (event E, ok bool) {
	if len(r.page) > 0 && r.log.position(r.page[0]) == r.last+1 {
		event, r.page = r.page[0], r.page[1:]
		return event, true
	}
	r.page = nil
	return event, false
}

// catchUp reads the page after the last event from the source. The journal is known to continue, so if the page does
// not start with the very next event, that event was pruned.
func (r *LogReader[E]) catchUp(ctx context.Context) {
	r.log.scheduler.retry(ctx, r.lifetime, func(ctx context.Context) error {
		r.log.scheduler.hub.metrics.catchUps.Inc()
		return read(ctx, r.log.catchUps, func(ctx context.Context) (err error) {
			if r.page, err = r.log.source.Read(ctx, r.slot.accountID, r.last, r.log.window); err != nil {
				return err
			}
			if len(r.page) == 0 || r.log.position(r.page[0]) != r.last+1 {
				r.markPruned()
			}
			return nil
		})
	})
}

func (r *LogReader[E]) markPruned() {
	r.pruned = true
	r.page = nil
	r.log.scheduler.hub.metrics.pruned.Inc()
}

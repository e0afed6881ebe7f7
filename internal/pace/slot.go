package pace

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

const (
	longestCall      = 40 * time.Second       // longer than a call can take from start to end; then its slot is free again
	statementTimeout = 2 * time.Second        // per statement
	firstRetry       = 20 * time.Millisecond  // first wait between two tries for a slot; doubles each time
	longestRetry     = 200 * time.Millisecond // about as long as a vendor takes to respond
	storePause       = 500 * time.Millisecond // while Postgres is down
	shortestPause    = 2 * time.Second        // after a 429 response
	defaultPause     = 5 * time.Second        // if the vendor does not say how long
	longestPause     = time.Hour              // no vendor documents a longer one; after it, the vendor is called again
)

// Results of take_vendor_call.
const (
	granted = "GRANTED"
	paused  = "PAUSED"
)

// acquire waits for a slot for the call. The caller calls leave when the call has ended.
func (t *transport) acquire(ctx context.Context) (leave func(), err error) {
	defer vendors.BeginWait(ctx)()
	leaveLane, err := t.join(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			leaveLane()
		}
	}()
	call := uuid.New()
	delay := firstRetry
	for warned := false; ; {
		result, pause, err := t.requestSlot(ctx, call)
		switch {
		case ctx.Err() != nil:
			t.releaseSlot(ctx, call) // the slot may have been granted
			return nil, ctx.Err()
		case err != nil:
			// While Postgres is down nothing can be saved either, so there is no hurry. Callers give up by their own
			// deadlines.
			if !warned {
				t.pacer.options.Logger.WarnContext(ctx, "could not read the vendor's rate limits; the call waits", "error", err)
				warned = true
			}
			err = clock.Wait(ctx, storePause+clock.UpTo(storePause))
		case result == granted:
			if err := clock.Wait(ctx, pause); err != nil {
				t.releaseSlot(ctx, call)
				return nil, err
			}
			return sync.OnceFunc(func() { t.releaseSlot(ctx, call); leaveLane() }), nil
		case result == paused:
			return nil, pausedError(pause)
		default:
			err = clock.Wait(ctx, clock.Around(delay))
			delay = min(2*delay, longestRetry)
		}
		if err != nil {
			return nil, err
		}
	}
}

// requestSlot requests a slot and the time of the call. The statement may finish even if ctx ends, because interrupting
// it costs its connection.
func (t *transport) requestSlot(ctx context.Context, call uuid.UUID) (result string, pause time.Duration, err error) {
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), statementTimeout)
	defer cancel()
	every, burst := t.rate()
	err = t.pacer.options.DB.Across(asking, pg.Statement{
		SQL: `SELECT answer, extract(epoch FROM pause)::float8 FROM take_vendor_call($1::bytea, $2::uuid, ($3::bigint)::integer,
			make_interval(secs => $4::float8), make_interval(secs => $5::float8), make_interval(secs => $6::float8))`,
		Arguments: []pg.Argument{
			t.key, pg.UUID(call), pg.Int(int64(t.limits.InFlight)), pg.Float(every.Seconds()), pg.Float(burst.Seconds()), pg.Float(longestCall.Seconds()),
		},
		Prepared: true,
		Take: func(row pg.Row) {
			result, pause = row.Text(0), time.Duration(row.Float(1)*float64(time.Second))
		},
	})
	return result, pause, err
}

// rate converts a number of calls within a time into an interval and a burst. Half of the calls may go at once, the
// rest spread over the time, so no window of that length exceeds the limit. A tenth is left for other tools that
// share the vendor's limit with Orgmap.
func (t *transport) rate() (every, burst time.Duration) {
	if t.limits.Calls == 0 {
		return 0, 0
	}
	every = 2 * t.limits.Per / time.Duration(max(1, t.limits.Calls*9/10))
	return every, max(0, t.limits.Per-every)
}

// releaseSlot releases the call's slot. If that fails, the slot expires.
func (t *transport) releaseSlot(ctx context.Context, call uuid.UUID) {
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), statementTimeout)
	defer cancel()
	err := t.pacer.options.DB.Across(ending, pg.Statement{
		SQL: "DELETE FROM vendor_calls WHERE key = $1 AND id = $2", Arguments: []pg.Argument{t.key, pg.UUID(call)}, Prepared: true,
	})
	if err != nil {
		t.pacer.options.Logger.DebugContext(ctx, "could not release the vendor slot; it will expire", "error", err)
	}
}

// Throttled tells all servers that the vendor asked to wait; 0 means that it did not say how long. The wait applies
// even if it is longer than any run would wait: calls made in the meantime would be refused, and some vendors lock
// out clients that keep calling.
func (t *transport) Throttled(wait time.Duration) {
	if wait <= 0 {
		wait = defaultPause
	}
	wait = min(wait, longestPause)
	ctx, cancel := context.WithTimeout(context.Background(), statementTimeout)
	defer cancel()
	err := t.pacer.options.DB.Across(ctx, pg.Statement{
		SQL: `INSERT INTO vendor_keys (key, paused_until) VALUES ($1, now() + make_interval(secs => $2::float8))
			ON CONFLICT (key) DO UPDATE SET paused_until = greatest(vendor_keys.paused_until, excluded.paused_until)`,
		Arguments: []pg.Argument{t.key, pg.Float(wait.Seconds())},
	})
	if err != nil {
		t.pacer.options.Logger.Warn("could not tell other servers about a vendor's rate limit", "error", err)
	}
}

// pausedError returns the vendor's refusal for a call that was not sent.
func pausedError(pause time.Duration) error {
	return &vendors.Error{
		Class: vendors.RateLimited, RetryAfter: max(pause, time.Millisecond), Unsent: true,
		Message: "The vendor's rate limit has been reached. " + retryHint(pause),
		Err:     errors.New("not sent: the vendor asked to wait"),
	}
}

// retryHint returns a sentence for people that says when to try again.
func retryHint(pause time.Duration) string {
	if minutes := int(math.Ceil(pause.Minutes())); minutes > 5 {
		return fmt.Sprintf("Try again in %d minutes.", minutes)
	}
	return "Try again in a few minutes."
}

func isPause(err error) bool {
	var refused *vendors.Error
	return errors.As(err, &refused)
}

// keyRetention is how long an unused key is remembered: longer than any vendor's window.
const keyRetention = 24 * time.Hour

// Prune deletes keys that have not been used for a day, and returns how many.
func (p *Pacer) Prune(ctx context.Context) (pruned int64, err error) {
	err = p.options.DB.Across(ctx, pg.Statement{
		SQL:       "DELETE FROM vendor_keys WHERE greatest(used_at, paused_until) < now() - make_interval(secs => $1::float8) RETURNING key",
		Arguments: []pg.Argument{pg.Float(keyRetention.Seconds())},
		Take:      func(pg.Row) { pruned++ },
	})
	return pruned, err
}

package pg

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/orgmap/orgmap/internal/apperr"
)

const (
	// acquireTimeout limits the wait for a pool connection. A request that waits longer gets an error and can retry;
	// a growing queue would help no one.
	acquireTimeout = 1500 * time.Millisecond
	// minWait is the wait left to a request that has used up its limit: enough if a connection is idle or
	// can be opened quickly.
	minWait = 100 * time.Millisecond
)

// WaitLimit is how much longer a request may wait for connections, in total over all its waits.
type WaitLimit struct{ left atomic.Int64 }

type waitLimitKey struct{}

// WithWaitLimit returns a context for a request whose waits for connections add up.
func WithWaitLimit(ctx context.Context) (context.Context, *WaitLimit) {
	l := &WaitLimit{}
	l.left.Store(int64(acquireTimeout))
	return context.WithValue(ctx, waitLimitKey{}, l), l
}

// Spend subtracts time that the request spent waiting for another request's connection, such as for a shared lookup.
func (l *WaitLimit) Spend(waited time.Duration) { l.left.Add(-int64(waited)) }

// SpendWait calls Spend for the request that ctx belongs to, if any.
func SpendWait(ctx context.Context, wait time.Duration) {
	if l := waitLimitFrom(ctx); l != nil {
		l.Spend(wait)
	}
}

func waitLimitFrom(ctx context.Context) *WaitLimit {
	found, _ := ctx.Value(waitLimitKey{}).(*WaitLimit)
	return found
}

func (l *WaitLimit) remaining() time.Duration {
	if l == nil {
		return acquireTimeout
	}
	return max(time.Duration(l.left.Load()), minWait)
}

var errBusy = apperr.New(apperr.Unavailable, "The database is not responding. Try again in a moment.")

// AwaitShared waits until done is closed by the request that runs a statement for several requests. If that takes
// longer than a request may wait for a connection, it returns an error with the code UNAVAILABLE.
func AwaitShared(ctx context.Context, done <-chan struct{}) error {
	timer := time.NewTimer(acquireTimeout)
	defer timer.Stop()
	select {
	case <-done:
		return nil
	case <-timer.C:
		return errBusy
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

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
	// lastPatience is the wait left to a request that has used up its patience: enough if a connection is idle or
	// can be opened quickly.
	lastPatience = 100 * time.Millisecond
)

// Patience is how much longer a request may wait for connections, in total over all its waits.
type Patience struct{ left atomic.Int64 }

type patienceKey struct{}

// WithPatience returns a context for a request whose waits for connections add up.
func WithPatience(ctx context.Context) (context.Context, *Patience) {
	p := &Patience{}
	p.left.Store(int64(acquireTimeout))
	return context.WithValue(ctx, patienceKey{}, p), p
}

// Spend subtracts time that the request spent waiting for another request's connection, such as for a shared lookup.
func (p *Patience) Spend(waited time.Duration) { p.left.Add(-int64(waited)) }

// Waited calls Spend for the request that ctx belongs to, if any.
func Waited(ctx context.Context, wait time.Duration) {
	if p := patienceFrom(ctx); p != nil {
		p.Spend(wait)
	}
}

func patienceFrom(ctx context.Context) *Patience {
	found, _ := ctx.Value(patienceKey{}).(*Patience)
	return found
}

func (p *Patience) rest() time.Duration {
	if p == nil {
		return acquireTimeout
	}
	return max(time.Duration(p.left.Load()), lastPatience)
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

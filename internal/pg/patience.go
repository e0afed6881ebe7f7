package pg

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/orgmap/orgmap/internal/apperr"
)

const (
	// acquireTimeout bounds the wait for a connection of the pool: whoever waits longer is told to come back, while their place in
	// a growing queue would help nobody.
	acquireTimeout = 1500 * time.Millisecond
	// lastPatience is left to who has used up their patience: enough for a connection that is free or quickly made.
	lastPatience = 100 * time.Millisecond
)

// Patience is how long one request may yet wait for connections: as long with all its waits as others with one.
type Patience struct{ left atomic.Int64 }

type patienceKey struct{}

// WithPatience returns the context of a request whose waits for connections are counted together.
func WithPatience(ctx context.Context) (context.Context, *Patience) {
	p := &Patience{}
	p.left.Store(int64(acquireTimeout))
	return context.WithValue(ctx, patienceKey{}, p), p
}

// Spend counts time that the request has waited on another's connection, such as that of a shared lookup.
func (p *Patience) Spend(waited time.Duration) { p.left.Add(-int64(waited)) }

// Waited is Spend for the request that ctx belongs to, if any.
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

// AwaitShared waits until done is closed by whoever runs a statement for several requests. Where that takes longer than anybody
// is to wait for a connection, it is an error with the code UNAVAILABLE.
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

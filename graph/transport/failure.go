package transport

import (
	"context"
	"sync"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// failure holds why a subscription ends early.
type failure struct {
	mu  sync.Mutex // protects err: the resolver's goroutine writes it, the transport's reads it
	err error
}

type failureKey struct{}

func withFailure(ctx context.Context) (context.Context, *failure) {
	f := &failure{}
	return context.WithValue(ctx, failureKey{}, f), f
}

func (f *failure) get() *gqlerror.Error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return gqlerror.WrapIfUnwrapped(f.err)
}

// FailSubscription sets the error that a subscription ends with. A resolver calls it right before it closes its
// channel, and the client gets err, presented like any other, as the operation's last message. The first error wins.
// Outside a subscription it does nothing. It replaces gqlgen's AddSubscriptionError, which crashes the process on any
// transport but its own.
func FailSubscription(ctx context.Context, err error) {
	f, ok := ctx.Value(failureKey{}).(*failure)
	if !ok {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

package vendors

import "context"

type waitsKey struct{}

// WithWaits returns a context whose vendor calls call begin when they start to wait for a
// slot, and the returned done when the wait ends. Neither function may block.
func WithWaits(ctx context.Context, begin func() (done func())) context.Context {
	return context.WithValue(ctx, waitsKey{}, begin)
}

// BeginWait reports the start of a wait for a slot to the function given to WithWaits, if any.
// Call done when the wait ends.
func BeginWait(ctx context.Context) (done func()) {
	if begin, observed := ctx.Value(waitsKey{}).(func() (done func())); observed {
		return begin()
	}
	return func() {}
}

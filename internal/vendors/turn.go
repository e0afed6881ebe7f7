package vendors

import "context"

type turnKey struct{}

// WithTurns returns a context whose vendor calls call waits when they start to wait for their
// turn, and the returned over when the wait ends. Neither function may block.
func WithTurns(ctx context.Context, waits func() (over func())) context.Context {
	return context.WithValue(ctx, turnKey{}, waits)
}

// WaitForTurn reports the start of a wait for a turn to the function given to WithTurns, if any.
// Call over when the wait ends.
func WaitForTurn(ctx context.Context) (over func()) {
	if waits, wanted := ctx.Value(turnKey{}).(func() (over func())); wanted {
		return waits()
	}
	return func() {}
}

package vendors

import "context"

type turnKey struct{}

// WithTurns has waits called whenever a call that is made with the context begins to wait for its turn at the vendor, and what it
// returns when that wait is over. Neither may wait itself.
func WithTurns(ctx context.Context, waits func() (over func())) context.Context {
	return context.WithValue(ctx, turnKey{}, waits)
}

// WaitForTurn tells whoever wants to know that a call waits for its turn until over is called.
func WaitForTurn(ctx context.Context) (over func()) {
	if waits, wanted := ctx.Value(turnKey{}).(func() (over func())); wanted {
		return waits()
	}
	return func() {}
}

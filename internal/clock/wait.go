package clock

import (
	"context"
	"math/rand/v2"
	"time"
)

// Wait blocks for the given time. If ctx ends first, it returns the error of ctx.
func Wait(ctx context.Context, pause time.Duration) error {
	if pause <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// UpTo returns a random duration below longest, or 0 if longest is not positive.
func UpTo(longest time.Duration) time.Duration {
	if longest <= 0 {
		return 0
	}
	return rand.N(longest)
}

// Around returns a random duration between 0.5 and 1.5 times middle, so that callers who started together spread out.
func Around(middle time.Duration) time.Duration { return max(0, middle/2) + UpTo(middle) }

// Backoff spaces out retries. Each wait is about twice as long as the one before, up to Longest.
type Backoff struct {
	First, Longest time.Duration

	next time.Duration
}

// Wait blocks until the next retry is due. If ctx ends first, it returns the error of ctx.
func (b *Backoff) Wait(ctx context.Context) error {
	b.next = min(max(b.First, 2*b.next), b.Longest)
	return Wait(ctx, Around(b.next))
}

package clock

import (
	"context"
	"math/rand/v2"
	"time"
)

// Wait waits for a time, or until ctx ends, whose error it then returns.
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

// Upto is a random time below the longest one, 0 where that is not positive.
func Upto(longest time.Duration) time.Duration {
	if longest <= 0 {
		return 0
	}
	return rand.N(longest)
}

// Around is a random time between half and one and a half times another: those who began together do not come back together.
func Around(middle time.Duration) time.Duration { return max(0, middle/2) + Upto(middle) }

// Backoff spaces out tries: each wait is around twice the one before.
type Backoff struct {
	First, Longest time.Duration

	next time.Duration
}

// Wait waits for the next try, or until ctx ends, whose error it then returns.
func (b *Backoff) Wait(ctx context.Context) error {
	b.next = min(max(b.First, 2*b.next), b.Longest)
	return Wait(ctx, Around(b.next))
}

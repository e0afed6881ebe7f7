package refresh

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
)

const (
	runTimeout = 10 * time.Minute // longer than the slowest list takes
	longestRun = time.Hour        // including waits for rate limits; a list that took longer is out of date
)

// Causes that end a run's context.
var (
	errTooSlow    = errors.New("refresh: the run has had its time")
	errTooCrowded = errors.New("refresh: the run has waited too long")
)

// bound cancels a run's context when the run has used up its time. Time spent waiting for a turn at the vendor does
// not count: the run cannot help it if its key is busy.
type bound struct {
	mutex sync.Mutex // protects the fields below
	timer *time.Timer
	left  time.Duration
	since time.Time // when the timer was last started
	waits int
}

// bounded returns ctx limited to most of working time and longest of total time.
func bounded(ctx context.Context, most, longest time.Duration) (_ context.Context, stop func()) {
	ctx, release := context.WithTimeoutCause(ctx, longest, errTooCrowded)
	ctx, cancel := context.WithCancelCause(ctx)
	b := &bound{left: most, since: time.Now(), timer: time.AfterFunc(most, func() { cancel(errTooSlow) })}
	return vendors.WithTurns(ctx, b.wait), func() {
		b.timer.Stop()
		cancel(context.Canceled)
		release()
	}
}

func (b *bound) wait() (over func()) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.waits++; b.waits == 1 && b.timer.Stop() {
		b.left -= time.Since(b.since)
	}
	return sync.OnceFunc(b.goOn)
}

func (b *bound) goOn() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.waits--; b.waits == 0 {
		b.since = time.Now()
		b.timer.Reset(max(0, b.left))
	}
}

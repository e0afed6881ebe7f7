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
	longestRun = time.Hour        // with all waits for the vendor's limits: what a list says that took longer is not true any more
)

// Why a run's context ended.
var (
	errTooSlow    = errors.New("refresh: the run has had its time")
	errTooCrowded = errors.New("refresh: the run has waited too long")
)

// bound ends a run's context when the run has had its time. What it waits for its turn at the vendor does not count: a crowded
// key is no fault of the run's.
type bound struct {
	mutex sync.Mutex // protects what follows
	timer *time.Timer
	left  time.Duration
	since time.Time // when the timer was set
	waits int
}

// bounded is ctx with both bounds.
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

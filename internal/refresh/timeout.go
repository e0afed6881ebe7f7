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
	maxRunTime = time.Hour        // including waits for rate limits; a list that took longer is out of date
)

// Causes that end a run's context.
var (
	errTooSlow     = errors.New("refresh: the run has had its time")
	errRateLimited = errors.New("refresh: the run has waited too long")
)

// runTimer cancels a run's context when the run has used up its time. Time spent waiting for a turn at the vendor does
// not count: the run cannot help it if its key is busy.
type runTimer struct {
	mutex sync.Mutex // protects the fields below
	timer *time.Timer
	left  time.Duration
	since time.Time // when the timer was last started
	waits int
}

// withTimeouts returns ctx limited to the given working time and total time.
func withTimeouts(ctx context.Context, working, total time.Duration) (_ context.Context, stop func()) {
	ctx, release := context.WithTimeoutCause(ctx, total, errRateLimited)
	ctx, cancel := context.WithCancelCause(ctx)
	b := &runTimer{left: working, since: time.Now(), timer: time.AfterFunc(working, func() { cancel(errTooSlow) })}
	return vendors.WithWaits(ctx, b.pause), func() {
		b.timer.Stop()
		cancel(context.Canceled)
		release()
	}
}

func (b *runTimer) pause() (resumed func()) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.waits++; b.waits == 1 && b.timer.Stop() {
		b.left -= time.Since(b.since)
	}
	return sync.OnceFunc(b.resume)
}

func (b *runTimer) resume() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.waits--; b.waits == 0 {
		b.since = time.Now()
		b.timer.Reset(max(0, b.left))
	}
}

package refresh

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"github.com/orgmap/orgmap/internal/id"
)

// putOff is when a run that found its key crowded comes again by itself, on any server. Before that it is called where it is in
// the line, when there is room.
const putOff = 30 * time.Second

// crowds keeps runs of one vendor key, which wait for each other's calls, from taking all workers of this process: half of them
// at most, and none of the last third, which is for keys that have no run here. Who comes in vain gives the worker back and
// stands in line.
type crowds struct {
	workers int

	mutex  sync.Mutex // protects what follows
	all    int
	inside map[string]int // by key
	line   []waiter
}

type waiter struct {
	key string
	job *river.Job[Args]
}

func newCrowds(workers int) *crowds { return &crowds{workers: workers, inside: map[string]int{}} }

// enter takes a place for a job. Where there is none, it stands in line.
func (c *crowds) enter(one waiter) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	known := slices.IndexFunc(c.line, func(other waiter) bool { return other.job.ID == one.job.ID })
	switch room := c.room(one.key); {
	case !room && known < 0:
		c.line = append(c.line, one)
		return false
	case !room:
		return false
	case known >= 0:
		c.line = slices.Delete(c.line, known, known+1)
	}
	c.take(one.key)
	return true
}

// room is called with the mutex held. No key is no crowd.
func (c *crowds) room(key string) bool {
	own := c.inside[key]
	return key == "" || own == 0 || own < (c.workers+1)/2 && c.workers-c.all > c.workers/3
}

// take is called with the mutex held.
func (c *crowds) take(key string) {
	c.all++
	c.inside[key]++
}

// leave gives the place back or, where somebody in line may have it, on to the first of those. The last free worker goes back
// to the queue: somebody may wait there whose key has no run here.
func (c *crowds) leave(key string) (next waiter, found bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.all--
	if c.inside[key]--; c.inside[key] == 0 {
		delete(c.inside, key)
	}
	if c.all+1 >= c.workers {
		return waiter{}, false
	}
	first := slices.IndexFunc(c.line, func(one waiter) bool { return c.room(one.key) })
	if first < 0 {
		return waiter{}, false
	}
	next = c.line[first]
	c.line = slices.Delete(c.line, first, first+1)
	c.take(next.key)
	return next, true
}

// Work works the job's run and, with the same worker, those that stood in line for its place. River holds their jobs back meanwhile:
// one that comes later finds its run taken, and does nothing.
func (w *Worker) Work(ctx context.Context, job *river.Job[Args]) error {
	one := waiter{w.vendorKey(ctx, job.Args), job}
	if !w.crowds.enter(one) {
		return river.JobSnooze(putOff + jitter(putOff/10))
	}
	err := w.work(ctx, job)
	if w.life != nil {
		ctx = w.life // a cancellation of this job's run, which may still be on its way, is not the others' affair
	}
	for next, found := w.crowds.leave(one.key); found; next, found = w.crowds.leave(next.key) {
		if err != nil || ctx.Err() != nil {
			continue // the store is away, or this server stops: they come by themselves
		}
		if err := w.work(ctx, next.job); err != nil {
			w.logger.WarnContext(ctx, "the store did not answer; the sweep finds the run", "run", id.Format(id.RefreshRun, next.job.Args.RunID), "error", err)
		}
	}
	return err
}

// vendorKey is "" where it cannot be told: the run will find out why.
func (w *Worker) vendorKey(ctx context.Context, args Args) (key string) {
	logger := w.logger.With("run", id.Format(id.RefreshRun, args.RunID))
	defer func() {
		if fault := recover(); fault != nil {
			logger.WarnContext(ctx, "the run's vendor key could not be told", "error", fmt.Sprint("panic: ", fault))
		}
	}()
	key, err := w.sources.VendorKey(ctx, args.AccountID, args.IntegrationID)
	if err != nil {
		logger.DebugContext(ctx, "the run's vendor key could not be told", "error", err)
	}
	return key
}

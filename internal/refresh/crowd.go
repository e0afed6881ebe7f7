package refresh

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/id"
)

// putOff is how long a refused job waits before it comes again on any server, unless this process finds it a worker before that.
const putOff = 30 * time.Second

// crowds caps how many workers of this process one account and one vendor key may occupy: at most half, and none of the last
// third unless it has no run here. A job that is refused frees its worker and waits in line.
type crowds struct {
	workers int

	mutex  sync.Mutex // protects the fields below
	all    int
	inside map[claim]int // runs that work now
	line   []waiter      // at most one for each integration
}

// claim is an account or a vendor key whose runs share workers.
type claim struct {
	kind claimKind
	name string
}

type claimKind byte

const (
	ofAccount claimKind = iota
	ofVendorKey
)

type waiter struct {
	account uuid.UUID
	key     string // of the vendor; "": unknown, and not shared with any other run
	job     *river.Job[Args]
}

// claims are the account and, if it is known, the vendor key.
func (w waiter) claims() []claim {
	claims := []claim{{ofAccount, string(w.account[:])}}
	if w.key != "" {
		claims = append(claims, claim{ofVendorKey, w.key})
	}
	return claims
}

func newCrowds(workers int) *crowds { return &crowds{workers: workers, inside: map[claim]int{}} }

// admission is what becomes of a job that asks for a worker.
type admission byte

const (
	works      admission = iota // it has a worker
	waits                       // it is in line
	superseded                  // its run has ended: a newer run of the integration is in line
)

// enter takes a worker for a job, or puts the job in line. An integration has one live run: the newest job has the place in line,
// so that a run requested and canceled again and again does not make the line longer, and a job that outlived its run does not
// take the place of the job that followed it.
func (c *crowds) enter(one waiter) admission {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	known := slices.IndexFunc(c.line, func(other waiter) bool {
		return other.account == one.account && other.job.Args.IntegrationID == one.job.Args.IntegrationID
	})
	switch room := c.room(one); {
	case known >= 0 && c.line[known].job.ID > one.job.ID:
		return superseded
	case !room && known < 0:
		c.line = append(c.line, one)
		return waits
	case !room:
		c.line[known] = one
		return waits
	case known >= 0:
		c.line = slices.Delete(c.line, known, known+1)
	}
	c.take(one)
	return works
}

// room reports whether each claim of one may have another worker. Call it with the mutex held.
func (c *crowds) room(one waiter) bool {
	for _, claim := range one.claims() {
		own := c.inside[claim]
		if own > 0 && (own >= (c.workers+1)/2 || c.workers-c.all <= c.workers/3) {
			return false
		}
	}
	return true
}

// take counts one in. Call it with the mutex held.
func (c *crowds) take(one waiter) {
	c.all++
	for _, claim := range one.claims() {
		c.inside[claim]++
	}
}

// leave frees the worker of one, or returns the job in line that is to have it. The last free worker returns to the queue, where
// a job may wait whose account and vendor key have no run here.
func (c *crowds) leave(one waiter) (next waiter, found bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.all--
	for _, claim := range one.claims() {
		if c.inside[claim]--; c.inside[claim] == 0 {
			delete(c.inside, claim)
		}
	}
	if c.all+1 >= c.workers {
		return waiter{}, false
	}
	first := c.nextInLine()
	if first < 0 {
		return waiter{}, false
	}
	next = c.line[first]
	c.line = slices.Delete(c.line, first, first+1)
	c.take(next)
	return next, true
}

// nextInLine returns the place of the job that has room and whose account has the fewest runs here; of several, the one that
// waits longest. So accounts take turns, however many jobs one of them has in line. It returns -1 if no job has room. Call it
// with the mutex held.
func (c *crowds) nextInLine() int {
	next, fewest := -1, c.workers
	for place, one := range c.line {
		if own := c.inside[one.claims()[0]]; own < fewest && c.room(one) {
			next, fewest = place, own
		}
	}
	return next
}

// Work works the job's run and, with the same worker, the runs whose jobs are next in line. River has put those jobs off: each is
// completed with its run, so that it does not come back and take a worker for nothing.
func (w *Worker) Work(ctx context.Context, job *river.Job[Args]) error {
	one := waiter{job.Args.AccountID, w.vendorKey(ctx, job.Args), job}
	switch w.crowds.enter(one) {
	case waits:
		return river.JobSnooze(putOff + clock.UpTo(putOff/10))
	case superseded:
		return nil
	case works:
	}
	err := w.work(ctx, job)
	if w.life != nil {
		ctx = w.life // a cancellation of this job's run, which may still be on its way, is not the others' affair
	}
	for next, found := w.crowds.leave(one); found; next, found = w.crowds.leave(next) {
		if err != nil || ctx.Err() != nil {
			continue // Postgres is away, or this server stops: the jobs come back when they are due
		}
		if err := w.workPutOff(ctx, next.job); err != nil {
			w.logger.WarnContext(ctx, "could not reach the database; the sweep will find the run", "run", id.Format(id.RefreshRun, next.job.Args.RunID), "error", err)
		}
	}
	return err
}

// workPutOff works the run of a job from the line, and completes the job.
func (w *Worker) workPutOff(ctx context.Context, job *river.Job[Args]) error {
	if err := w.work(ctx, job); err != nil || ctx.Err() != nil {
		return err
	}
	return w.store.completeJob(ctx, job)
}

// vendorKey is "" where it cannot be told: the run will find out why.
func (w *Worker) vendorKey(ctx context.Context, args Args) (key string) {
	logger := w.logger.With("run", id.Format(id.RefreshRun, args.RunID))
	defer func() {
		if fault := recover(); fault != nil {
			logger.WarnContext(ctx, "could not determine the vendor key of the run", "error", fmt.Sprint("panic: ", fault))
		}
	}()
	key, err := w.sources.VendorKey(ctx, args.AccountID, args.IntegrationID)
	if err != nil {
		logger.DebugContext(ctx, "could not determine the vendor key of the run", "error", err)
	}
	return key
}

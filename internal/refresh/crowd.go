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

// putOff is how long River snoozes a refused job. The job starts earlier if a worker of this process becomes free for
// it.
const putOff = 30 * time.Second

// crowds caps how many workers of this process one account and one vendor key may occupy: at most half, and none of
// the last third unless the account or key has no run here. A job that is refused frees its worker and waits in line.
type crowds struct {
	workers int

	mutex  sync.Mutex // protects the fields below
	all    int
	inside map[claim]int // runs that are being worked, by claim
	line   []waiter      // at most one per integration
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
	key     string // vendor key; "": unknown, and shared with no other run
	job     *river.Job[Args]
}

// claims returns the waiter's account and, if known, its vendor key.
func (w waiter) claims() []claim {
	claims := []claim{{ofAccount, string(w.account[:])}}
	if w.key != "" {
		claims = append(claims, claim{ofVendorKey, w.key})
	}
	return claims
}

func newCrowds(workers int) *crowds { return &crowds{workers: workers, inside: map[claim]int{}} }

// admission is the answer to a job that asks for a worker.
type admission byte

const (
	works      admission = iota // the job has a worker
	waits                       // the job is in line
	superseded                  // the job's run has ended: a newer run of the integration is in line
)

// enter gives one a worker or puts it in line. An integration has at most one live run, so only its newest job stays
// in line: requesting and canceling a run over and over does not grow the line, and a job that outlived its run does
// not displace the job that came after it.
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

// room reports whether every claim of one may have another worker. The caller holds the mutex.
func (c *crowds) room(one waiter) bool {
	for _, claim := range one.claims() {
		own := c.inside[claim]
		if own > 0 && (own >= (c.workers+1)/2 || c.workers-c.all <= c.workers/3) {
			return false
		}
	}
	return true
}

// take counts one as working. The caller holds the mutex.
func (c *crowds) take(one waiter) {
	c.all++
	for _, claim := range one.claims() {
		c.inside[claim]++
	}
}

// leave frees the worker of one, or returns the waiting job that gets the worker. The last free worker always returns
// to River's queue: a job may be waiting there whose account and vendor key have no run here.
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

// nextInLine returns the index of the waiting job to start next, or -1 if no job has room. It picks the account with
// the fewest runs here, then the job that has waited longest, so accounts take turns however many jobs one of them
// has in line. The caller holds the mutex.
func (c *crowds) nextInLine() int {
	next, fewest := -1, c.workers
	for place, one := range c.line {
		if own := c.inside[one.claims()[0]]; own < fewest && c.room(one) {
			next, fewest = place, own
		}
	}
	return next
}

// Work works the job's run, then reuses its worker for the jobs next in line. River has snoozed those jobs, so Work
// completes each one with its run; otherwise it would come back and occupy a worker for nothing.
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
		ctx = w.life // canceling this job's run, which may still be in progress, must not affect the other runs
	}
	for next, found := w.crowds.leave(one); found; next, found = w.crowds.leave(next) {
		if err != nil || ctx.Err() != nil {
			continue // Postgres is unreachable or this server is stopping: the jobs come back when they are due
		}
		if err := w.workPutOff(ctx, next.job); err != nil {
			w.logger.WarnContext(ctx, "could not reach the database; the sweep will find the run", "run", id.Format(id.RefreshRun, next.job.Args.RunID), "error", err)
		}
	}
	return err
}

// workPutOff works the run of a snoozed job and completes the job.
func (w *Worker) workPutOff(ctx context.Context, job *river.Job[Args]) error {
	if err := w.work(ctx, job); err != nil || ctx.Err() != nil {
		return err
	}
	return w.store.completeJob(ctx, job)
}

// vendorKey returns the run's vendor key, or "" if it cannot be determined; the run itself will report why.
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

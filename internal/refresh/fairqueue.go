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

// snoozeTime is how long River snoozes a refused job. The job starts earlier if a worker of this process becomes free
// for it.
const snoozeTime = 30 * time.Second

// fairQueue caps how many workers of this process one account and one vendor key may occupy: at most half, and none of
// the last third unless the account or key has no run here. A job that is refused frees its worker and waits in line.
type fairQueue struct {
	workers int

	mutex   sync.Mutex // protects the fields below
	total   int
	running map[claim]int // runs that are being worked, by claim
	waiting []waiter      // at most one per integration
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

func newFairQueue(workers int) *fairQueue {
	return &fairQueue{workers: workers, running: map[claim]int{}}
}

// admission is the response to a job that asks for a worker.
type admission byte

const (
	admitted   admission = iota // the job has a worker
	queued                      // the job is in line
	superseded                  // the job's run has ended: a newer run of the integration is in line
)

// admit gives one a worker or puts it in line. An integration has at most one live run, so only its newest job stays
// in line: requesting and canceling a run over and over does not grow the line, and a job that outlived its run does
// not displace the job that came after it.
func (q *fairQueue) admit(one waiter) admission {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	known := slices.IndexFunc(q.waiting, func(other waiter) bool {
		return other.account == one.account && other.job.Args.IntegrationID == one.job.Args.IntegrationID
	})
	switch hasRoom := q.hasRoom(one); {
	case known >= 0 && q.waiting[known].job.ID > one.job.ID:
		return superseded
	case !hasRoom && known < 0:
		q.waiting = append(q.waiting, one)
		return queued
	case !hasRoom:
		q.waiting[known] = one
		return queued
	case known >= 0:
		q.waiting = slices.Delete(q.waiting, known, known+1)
	}
	q.start(one)
	return admitted
}

// hasRoom reports whether every claim of one may have another worker. The caller holds the mutex.
func (q *fairQueue) hasRoom(one waiter) bool {
	for _, claim := range one.claims() {
		own := q.running[claim]
		if own > 0 && (own >= (q.workers+1)/2 || q.workers-q.total <= q.workers/3) {
			return false
		}
	}
	return true
}

// start counts one as working. The caller holds the mutex.
func (q *fairQueue) start(one waiter) {
	q.total++
	for _, claim := range one.claims() {
		q.running[claim]++
	}
}

// release frees the worker of one, or returns the waiting job that gets the worker. The last free worker always returns
// to River's queue: a job may be waiting there whose account and vendor key have no run here.
func (q *fairQueue) release(one waiter) (next waiter, found bool) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.total--
	for _, claim := range one.claims() {
		if q.running[claim]--; q.running[claim] == 0 {
			delete(q.running, claim)
		}
	}
	if q.total+1 >= q.workers {
		return waiter{}, false
	}
	first := q.nextWaiting()
	if first < 0 {
		return waiter{}, false
	}
	next = q.waiting[first]
	q.waiting = slices.Delete(q.waiting, first, first+1)
	q.start(next)
	return next, true
}

// nextWaiting returns the index of the waiting job to start next, or -1 if no job has room. It picks the account with
// the fewest runs here, then the job that has waited longest, so accounts take turns however many jobs one of them
// has in line. The caller holds the mutex.
func (q *fairQueue) nextWaiting() int {
	next, fewest := -1, q.workers
	for index, one := range q.waiting {
		if own := q.running[one.claims()[0]]; own < fewest && q.hasRoom(one) {
			next, fewest = index, own
		}
	}
	return next
}

// Work works the job's run, then reuses its worker for the jobs next in line. River has snoozed those jobs, so Work
// completes each one with its run; otherwise it would come back and occupy a worker for nothing.
func (w *Worker) Work(ctx context.Context, job *river.Job[Args]) error {
	one := waiter{job.Args.AccountID, w.vendorKey(ctx, job.Args), job}
	switch w.queue.admit(one) {
	case queued:
		return river.JobSnooze(snoozeTime + clock.UpTo(snoozeTime/10))
	case superseded:
		return nil
	case admitted:
	}
	err := w.work(ctx, job)
	if w.runContext != nil {
		ctx = w.runContext // canceling this job's run, which may still be in progress, must not affect the other runs
	}
	for next, found := w.queue.release(one); found; next, found = w.queue.release(next) {
		if err != nil || ctx.Err() != nil {
			continue // Postgres is unreachable or this server is stopping: the jobs come back when they are due
		}
		if err := w.workSnoozed(ctx, next.job); err != nil {
			w.logger.WarnContext(ctx, "could not reach the database; the sweep will find the run", "run", id.Format(id.RefreshRun, next.job.Args.RunID), "error", err)
		}
	}
	return err
}

// workSnoozed works the run of a snoozed job and completes the job.
func (w *Worker) workSnoozed(ctx context.Context, job *river.Job[Args]) error {
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

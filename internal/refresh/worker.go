package refresh

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

const (
	progressInterval  = 200 * time.Millisecond // between two saves of the progress; faster is unreadable
	finalWriteTimeout = 5 * time.Second        // for the final writes of a worker that must stop
)

// Args are a job's arguments: the run and the attempt to work.
type Args struct {
	AccountID     uuid.UUID `json:"account_id"`
	RunID         uuid.UUID `json:"run_id"`
	IntegrationID uuid.UUID `json:"integration_id"`
	Attempt       int       `json:"attempt"`
}

// Kind returns the job's name in River.
func (Args) Kind() string { return "refresh" }

// InsertOpts disables River's retries, which would not be guarded by a lease. Retries are attempts of the run
// instead.
func (Args) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 1} }

// Sources opens the vendor lists that integrations are refreshed from.
type Sources interface {
	// OpenSource returns the integration's source, without calling the vendor.
	OpenSource(ctx context.Context, account, integration uuid.UUID) (vendors.Source, error)
	// VendorKey returns a key that is equal for integrations that share a rate limit at the vendor.
	VendorKey(ctx context.Context, account, integration uuid.UUID) (string, error)
}

// Worker works runs. River calls it.
type Worker struct {
	river.WorkerDefaults[Args]

	store      store
	journal    changes
	sources    Sources
	logger     *slog.Logger
	retry      retryPolicy
	queue      *fairQueue
	runContext context.Context //nolint:containedctx // the runner's context, in which runs from the line are worked
	heartbeat  time.Duration   // heartbeat interval of the lease
	timeout    time.Duration   // for an attempt, not counting waits for a turn at the vendor
}

// changes is the journal, as the worker needs it.
type changes interface {
	Append(ctx context.Context, tx pg.Writer, change journal.Change) error
}

// NewWorker returns a worker. logger may be nil.
func NewWorker(db *pg.DB, changes *journal.Journal, sources Sources, announce Announce, logger *slog.Logger) (*Worker, error) {
	store, err := newStore(db, announce)
	if err != nil {
		return nil, err
	}
	if logger == nil {
		logger = slog.Default()
	}
	return &Worker{
		store: store, journal: changes, sources: sources, logger: logger, retry: defaultRetryPolicy(), queue: newFairQueue(defaultWorkers),
		heartbeat: heartbeatInterval, timeout: runTimeout,
	}, nil
}

// OnEnd sets a function that is called after the commit with the final state of each run that this worker ends. Call
// OnEnd before the first run.
func (w *Worker) OnEnd(observe func(*Run)) { w.store.ended = observe }

// Timeout disables River's timeout; the run sets its own bounds.
func (w *Worker) Timeout(*river.Job[Args]) time.Duration { return -1 }

// work takes the run's lease and works the run to its end. If the job's attempt is out of date, work does nothing. It
// fails only if the store does, and then the sweep finds the run.
func (w *Worker) work(ctx context.Context, job *river.Job[Args]) (err error) {
	defer func() { // if even the run's end could not be saved: the worker must still be freed
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	ctx, end := w.store.resume(ctx, job)
	failure := error(nil)
	defer func() { end(errors.Join(err, failure)) }()
	lease := lease{store: w.store, account: job.Args.AccountID, run: job.Args.RunID, attempt: job.Args.Attempt}
	run, err := lease.acquire(ctx)
	if errors.Is(err, errLost) {
		return nil
	}
	if err != nil {
		return err
	}
	logger := w.logger.With("run", id.Format(id.RefreshRun, run.ID), "integration", id.Format(id.Integration, run.IntegrationID), "attempt", run.Attempt)
	ctx, stop := withTimeouts(ctx, w.timeout, maxRunTime)
	defer stop()
	failure = w.pullWithLease(ctx, lease, run, logger)
	return w.conclude(ctx, lease, run, failure, logger)
}

// pullWithLease pulls the list while it renews the lease. A panic fails only this run.
func (w *Worker) pullWithLease(ctx context.Context, lease lease, run *Run, logger *slog.Logger) (err error) {
	working, stop := w.keepLease(ctx, lease, logger)
	defer stop()
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	return w.pull(working, lease, run, logger)
}

// keepLease renews the lease until stop is called. The returned context ends when the lease is lost.
func (w *Worker) keepLease(ctx context.Context, lease lease, logger *slog.Logger) (working context.Context, stop func()) {
	working, cancel := context.WithCancelCause(ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for clock.Wait(working, w.heartbeat) == nil {
			// A heartbeat may finish even if ctx ends: interrupting a statement costs its connection.
			extending, done := context.WithTimeout(context.WithoutCancel(ctx), finalWriteTimeout)
			err := lease.extend(extending)
			done()
			switch {
			case errors.Is(err, errLost):
				cancel(errLost)
			case err != nil:
				// The lease outlasts several heartbeats. If the store stays unreachable, the writes that matter fail
				// anyway.
				logger.WarnContext(ctx, "could not extend the lease", "error", err)
			}
		}
	}()
	return working, func() {
		cancel(context.Canceled)
		<-stopped
	}
}

// pull reads the vendor's list and swaps it in.
func (w *Worker) pull(ctx context.Context, lease lease, run *Run, logger *slog.Logger) error {
	source, err := w.sources.OpenSource(ctx, run.AccountID, run.IntegrationID)
	if err != nil {
		var refused *vendors.Error
		if errors.As(err, &refused) {
			return runErrorOf(refused)
		}
		return err
	}
	reader := w.reader(ctx, source, lease, logger)
	var earlier walk
	for again := false; ; again = true {
		found, err := reader.walk(ctx)
		if err != nil {
			return err
		}
		if rows := found.skipped.count(); rows > 0 {
			logger.WarnContext(ctx, "vendor rows skipped", "rows", rows)
		}
		stable := again && found.equal(earlier)
		found.merge(earlier)
		decided, end, err := w.swap(ctx, lease, run, found, again, stable)
		if err != nil {
			return err
		}
		switch decided {
		case apply, needsReview, totalMismatch:
			logger.InfoContext(ctx, "list read", "organizations", end.fetched, "applied", decided == apply, "added", end.added, "updated", end.updated, "removed", end.removed)
			w.renewStatistics(ctx, run, end, logger)
			return nil
		case walkAgain:
			logger.InfoContext(ctx, "the list may have changed while it was read; reading it again")
			earlier = found
		case stillChanging:
			return &runError{code: BadResponse, message: "The vendor's list twice differed from the total it reported. The old list is kept."}
		}
	}
}

// reader returns a walker that saves its progress in the run's row.
func (w *Worker) reader(ctx context.Context, source vendors.Source, lease lease, logger *slog.Logger) *walker {
	// Nothing depends on the saved progress, so a short database outage must not end the refresh.
	tolerate := func(err error) error {
		if err == nil || ctx.Err() != nil || apperr.CodeOf(err) != apperr.Unavailable {
			return err
		}
		logger.WarnContext(ctx, "could not save refresh progress", "error", err)
		return nil
	}
	var saved time.Time
	return &walker{
		source: source, retry: w.retry, logger: logger,
		progress: func(ctx context.Context, fetched int, total *int) error {
			if time.Since(saved) < progressInterval {
				return nil // the run's final state includes the last progress
			}
			saved = time.Now()
			return tolerate(lease.progress(ctx, fetched, total))
		},
		throttled: func(ctx context.Context, pause time.Duration, why *runError) error {
			return tolerate(lease.recordWait(ctx, pause, why))
		},
	}
}

// conclude saves how a run ended that did not complete.
func (w *Worker) conclude(ctx context.Context, lease lease, run *Run, err error, logger *slog.Logger) error {
	if err == nil || errors.Is(err, errLost) {
		return nil
	}
	finalCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finalWriteTimeout)
	defer cancel()
	var ended *runError
	switch {
	case errors.As(err, &ended):
	case errors.Is(context.Cause(ctx), errTooSlow):
		ended = &runError{code: VendorTimeout, message: "The vendor's list could not be read within 10 minutes. The old list is kept.", cause: err}
	case errors.Is(context.Cause(ctx), errRateLimited):
		ended = &runError{code: RateLimited, message: "The vendor's rate limit is too low to read its list within an hour. The old list is kept.", cause: err}
	case ctx.Err() != nil:
		logger.InfoContext(ctx, "run returned to the queue")
		return ignoreLost(lease.release(finalCtx))
	case errors.Is(err, context.Canceled):
		return nil // the lease was lost
	case apperr.CodeOf(err) == apperr.Unavailable && run.Attempt < maximumAttempts:
		logger.WarnContext(ctx, "could not reach the database; run returned to the queue", "error", err)
		return ignoreLost(lease.release(finalCtx))
	default:
		ended = &runError{code: Internal, message: "Something went wrong on our side. The old list is kept. Try again.", cause: err}
	}
	logger.WarnContext(ctx, "refresh failed", "code", ended.code, "error", ended)
	return ignoreLost(w.fail(finalCtx, lease, run, ended))
}

func ignoreLost(err error) error {
	if errors.Is(err, errLost) {
		return nil
	}
	return err
}

// breakIntegration skips an integration whose credentials were replaced while the run still used the old ones.
const breakIntegration = `
	UPDATE integrations AS i SET state = 'NEEDS_ATTENTION', updated_at = now()
	FROM connections AS c
	WHERE i.account_id = ? AND i.id = ? AND i.state = 'CONNECTED'
	  AND c.account_id = i.account_id AND c.id = i.connection_id AND c.updated_at < ?`

// fail ends the run as FAILED. If the credentials were rejected, the integration is not refreshed again until someone
// changes them, because vendors lock users out after repeated failures.
func (w *Worker) fail(ctx context.Context, lease lease, run *Run, ended *runError) error {
	return w.store.db.Write(ctx, run.AccountID, func(ctx context.Context, tx pg.Tx) error {
		var broken int
		if ended.code == CredentialsRejected {
			var err error
			broken, err = tx.Exec(ctx, breakIntegration, run.AccountID, run.IntegrationID, run.StartedAt)
			if err != nil {
				return err
			}
		}
		if err := lease.fail(ctx, tx, ended); err != nil || broken == 0 {
			return err
		}
		integration, err := nameOf(ctx, tx, run)
		if err != nil {
			return err
		}
		change := run.change("integration.needs_attention")
		change.After = map[string]any{"run": id.Format(id.RefreshRun, run.ID), "reason": ended.code}
		change.Edits.Integrations = []journal.IntegrationEdit{{Integration: integration, What: "could not refresh"}}
		return w.journal.Append(ctx, tx, change)
	})
}

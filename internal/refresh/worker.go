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
	progressInterval = 200 * time.Millisecond // between two progress rows: more would be writes that nobody can follow
	lastWords        = 5 * time.Second        // for what a worker that has to stop still writes
)

// Args are what a job says: which attempt of which run to work.
type Args struct {
	AccountID     uuid.UUID `json:"account_id"`
	RunID         uuid.UUID `json:"run_id"`
	IntegrationID uuid.UUID `json:"integration_id"`
	Attempt       int       `json:"attempt"`
}

// Kind is the job's name in River.
func (Args) Kind() string { return "refresh" }

// InsertOpts leaves repeats to the run's own attempts: River's would not be fenced.
func (Args) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 1} }

// Sources opens what integrations are refreshed from.
type Sources interface {
	// OpenSource makes no call to the vendor.
	OpenSource(ctx context.Context, account, integration uuid.UUID) (vendors.Source, error)
	// VendorKey is equal for integrations whose calls the vendor counts together.
	VendorKey(ctx context.Context, account, integration uuid.UUID) (string, error)
}

// Worker works runs. River calls it.
type Worker struct {
	river.WorkerDefaults[Args]

	store    store
	journal  changes
	sources  Sources
	logger   *slog.Logger
	patience patience
	crowds   *crowds
	life     context.Context //nolint:containedctx // the runner's, in which runs are worked that stood in line
	beats    time.Duration   // between two extensions of the lease
	most     time.Duration   // for an attempt, without what it waits for its turn at the vendor
}

// changes is where a run's effect is told.
type changes interface {
	Append(ctx context.Context, tx pg.Writer, change journal.Change) error
}

// NewWorker makes a worker; logger may be nil.
func NewWorker(db *pg.DB, changes *journal.Journal, sources Sources, announce Announce, logger *slog.Logger) (*Worker, error) {
	store, err := newStore(db, announce)
	if err != nil {
		return nil, err
	}
	if logger == nil {
		logger = slog.Default()
	}
	return &Worker{
		store: store, journal: changes, sources: sources, logger: logger, patience: defaultPatience(), crowds: newCrowds(defaultWorkers),
		beats: leaseBeats, most: runTimeout,
	}, nil
}

// OnEnd has observe called with the last state of each run that this worker ends, after the commit. Call it before the first
// run.
func (w *Worker) OnEnd(observe func(*Run)) { w.store.ended = observe }

// Timeout leaves the bounds to the run itself.
func (w *Worker) Timeout(*river.Job[Args]) time.Duration { return -1 }

// work takes the run's lease and works it to its end. A job whose attempt is no longer the run's does nothing. It fails
// only where the store does; the sweep finds the run then.
func (w *Worker) work(ctx context.Context, job *river.Job[Args]) (err error) {
	defer func() { // where even the run's end could not be written: the place among its key's runs must be given back
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	ctx, end := w.store.goOn(ctx, job)
	failure := error(nil)
	defer func() { end(errors.Join(err, failure)) }()
	lease := lease{store: w.store, account: job.Args.AccountID, run: job.Args.RunID, attempt: job.Args.Attempt}
	run, err := lease.take(ctx)
	if errors.Is(err, errLost) {
		return nil
	}
	if err != nil {
		return err
	}
	logger := w.logger.With("run", id.Format(id.RefreshRun, run.ID), "integration", id.Format(id.Integration, run.IntegrationID), "attempt", run.Attempt)
	ctx, stop := bounded(ctx, w.most, longestRun)
	defer stop()
	failure = w.pullHolding(ctx, lease, run, logger)
	return w.conclude(ctx, lease, run, failure, logger)
}

// pullHolding pulls while it keeps the lease. A panic is this run's failure and nobody else's.
func (w *Worker) pullHolding(ctx context.Context, lease lease, run *Run, logger *slog.Logger) (err error) {
	working, stopBeating := w.keep(ctx, lease, logger)
	defer stopBeating()
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	return w.pull(working, lease, run, logger)
}

// keep extends the lease until stopped; the context it returns ends when the lease is lost.
func (w *Worker) keep(ctx context.Context, lease lease, logger *slog.Logger) (working context.Context, stopBeating func()) {
	working, cancel := context.WithCancelCause(ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for clock.Wait(working, w.beats) == nil {
			// A beat is let end: a statement that is cut off costs its connection.
			beating, done := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
			err := lease.extend(beating)
			done()
			switch {
			case errors.Is(err, errLost):
				cancel(errLost)
			case err != nil:
				// The lease outlives several beats. If the store stays away, the writes that matter fail by themselves.
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
			return failed(refused)
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
		stable := again && found.same(earlier)
		found.join(earlier)
		judged, end, err := w.swap(ctx, lease, run, found, again, stable)
		if err != nil {
			return err
		}
		switch judged {
		case apply, needsReview, totalMismatch:
			logger.InfoContext(ctx, "list read", "organizations", end.fetched, "applied", judged == apply, "added", end.added, "updated", end.updated, "removed", end.removed)
			w.renewStatistics(ctx, run, end, logger)
			return nil
		case walkAgain:
			logger.InfoContext(ctx, "the list may have changed while it was read; reading it again")
			earlier = found
		case moving:
			return &stop{code: BadResponse, message: "The vendor's list twice differed from the total it reported. The old list is kept."}
		}
	}
}

// reader makes the walker that shows in the run's row how far it is.
func (w *Worker) reader(ctx context.Context, source vendors.Source, lease lease, logger *slog.Logger) *walker {
	// What is only shown may be missing: a store that is away for a moment does not cost the walk.
	forgive := func(err error) error {
		if err == nil || ctx.Err() != nil || apperr.CodeOf(err) != apperr.Unavailable {
			return err
		}
		logger.WarnContext(ctx, "could not save refresh progress", "error", err)
		return nil
	}
	var shown time.Time
	return &walker{
		source: source, patience: w.patience, logger: logger,
		progress: func(ctx context.Context, fetched int, total *int) error {
			if time.Since(shown) < progressInterval {
				return nil // the run's last state has the last of it
			}
			shown = time.Now()
			return forgive(lease.progress(ctx, fetched, total))
		},
		throttled: func(ctx context.Context, pause time.Duration, why *stop) error {
			return forgive(lease.waits(ctx, pause, why))
		},
	}
}

// conclude writes how a run ended that did not come to its end by itself.
func (w *Worker) conclude(ctx context.Context, lease lease, run *Run, err error, logger *slog.Logger) error {
	if err == nil || errors.Is(err, errLost) {
		return nil
	}
	speaking, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	var ended *stop
	switch {
	case errors.As(err, &ended):
	case errors.Is(context.Cause(ctx), errTooSlow):
		ended = &stop{code: VendorTimeout, message: "The vendor's list could not be read within 10 minutes. The old list is kept.", cause: err}
	case errors.Is(context.Cause(ctx), errTooCrowded):
		ended = &stop{code: RateLimited, message: "The vendor's rate limit is too low to read its list within an hour. The old list is kept.", cause: err}
	case ctx.Err() != nil:
		logger.InfoContext(ctx, "run returned to the queue")
		return ignoreLost(lease.pass(speaking))
	case errors.Is(err, context.Canceled):
		return nil // the lease was lost
	case apperr.CodeOf(err) == apperr.Unavailable && run.Attempt < maximumAttempts:
		logger.WarnContext(ctx, "could not reach the database; run returned to the queue", "error", err)
		return ignoreLost(lease.pass(speaking))
	default:
		ended = &stop{code: Internal, message: "Something went wrong on our side. The old list is kept. Try again.", cause: err}
	}
	logger.WarnContext(ctx, "refresh failed", "code", ended.code, "error", ended)
	return ignoreLost(w.fail(speaking, lease, run, ended))
}

func ignoreLost(err error) error {
	if errors.Is(err, errLost) {
		return nil
	}
	return err
}

// breakIntegration leaves alone one that got new credentials while the run still used the old ones.
const breakIntegration = `
	UPDATE integrations AS i SET state = 'NEEDS_ATTENTION', updated_at = now()
	FROM connections AS c
	WHERE i.account_id = ? AND i.id = ? AND i.state = 'CONNECTED'
	  AND c.account_id = i.account_id AND c.id = i.connection_id AND c.updated_at < ?`

// fail ends the run. Credentials that were rejected must not be tried again before a person has changed them: vendors
// lock their users out.
func (w *Worker) fail(ctx context.Context, lease lease, run *Run, ended *stop) error {
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
		return w.journal.Append(ctx, tx, journal.Change{
			AccountID: run.AccountID, Kind: journal.Integrations, Action: "integration.needs_attention", Actor: run.RequestedBy,
			IntegrationIDs: []uuid.UUID{run.IntegrationID},
			After:          map[string]any{"run": id.Format(id.RefreshRun, run.ID), "reason": ended.code},
		})
	})
}

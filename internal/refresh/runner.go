package refresh

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/pg"
)

const (
	defaultWorkers = 10 // a run mostly waits for its vendor
	sweepInterval  = 5 * time.Second
	softStop       = time.Second // for runs that are about to end; all others return to the queue
	hardStop       = 15 * time.Second
)

// RunnerOptions configures a runner. The zero value is ready to use.
type RunnerOptions struct {
	Workers int          // concurrent runs in this process; 0: 10
	Logger  *slog.Logger // nil: slog.Default()
}

// Runner works runs in this process, and takes care of runs that lost their worker.
type Runner struct {
	worker *Worker
	client *river.Client[pg.JobsTx]
	logger *slog.Logger
}

// NewRunner returns a runner for worker.
func NewRunner(worker *Worker, options RunnerOptions) (*Runner, error) {
	if options.Workers <= 0 {
		options.Workers = defaultWorkers
	}
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	worker.queue = newFairQueue(options.Workers)
	workers := river.NewWorkers()
	if err := river.AddWorkerSafely(workers, worker); err != nil {
		return nil, fmt.Errorf("refresh: %w", err)
	}
	client, err := river.NewClient(riverpgxv5.New(worker.store.db.Pool()), &river.Config{
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: options.Workers}},
		Workers:           workers,
		Logger:            quiet(options.Logger),
		FetchCooldown:     20 * time.Millisecond,  // also what a run of a busy key costs the runs behind it
		FetchPollInterval: 500 * time.Millisecond, // in case a notification is lost
		// A run whose lease is lost is found within seconds. River only cleans up its own row, much later.
		RescueStuckJobsAfter: 2 * maxRunTime,
		SoftStopTimeout:      softStop,
		// Reindexing must be done by the owner of the tables, which this program never is.
		ReindexerIndexNames: []string{},
	})
	if err != nil {
		return nil, fmt.Errorf("refresh: %w", err)
	}
	return &Runner{worker: worker, client: client, logger: options.Logger}, nil
}

// Run works runs until ctx ends, then returns unfinished runs to the queue and returns nil.
func (r *Runner) Run(ctx context.Context) error {
	r.worker.runContext = ctx
	if err := r.client.Start(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // stopped during startup
		}
		return fmt.Errorf("refresh: start the workers: %w", err)
	}
	for clock.Wait(ctx, sweepInterval) == nil {
		if err := r.worker.Sweep(ctx); err != nil && ctx.Err() == nil {
			r.logger.WarnContext(ctx, "could not look for runs without a worker", "error", err)
		}
		if err := r.worker.Schedule(ctx); err != nil && ctx.Err() == nil {
			r.logger.WarnContext(ctx, "could not queue scheduled refreshes", "error", err)
		}
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), hardStop)
	defer cancel()
	select {
	case <-r.client.Stopped():
		return nil
	case <-stopping.Done():
		return errors.New("refresh: the workers did not stop in time")
	}
}

// quiet returns a logger that drops everything below River's warnings.
func quiet(logger *slog.Logger) *slog.Logger { return slog.New(warnings{logger.Handler()}) }

type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

func (w warnings) WithAttrs(attributes []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attributes)}
}

func (w warnings) WithGroup(group string) slog.Handler { return warnings{w.Handler.WithGroup(group)} }

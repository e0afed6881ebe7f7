package refresh

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/pg"
)

const (
	maximumAttempts = 3                // a run that has cost three workers does not get a fourth
	startGrace      = 10 * time.Second // between a job's start and its lease
)

// orphan is a run that appears to have no worker.
type orphan struct {
	AccountID, ID uuid.UUID
	Attempt       int
	State         State
	JobID         *int64
}

// Sweep finds runs, across all accounts, that lost their worker: runs whose lease has expired, and queued runs whose
// job is no longer waiting. Each run returns to the queue or, after three attempts, ends as FAILED. Every server
// sweeps; it is harmless if two find the same run.
func (w *Worker) Sweep(ctx context.Context) error {
	orphans, err := w.orphans(ctx)
	if err != nil {
		return err
	}
	var failures []error
	for _, one := range orphans {
		if err := w.adopt(ctx, one); err != nil && !errors.Is(err, errLost) {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

func (w *Worker) orphans(ctx context.Context) ([]orphan, error) {
	var suspects []orphan
	err := w.store.db.Across(ctx, pg.Statement{
		SQL: "SELECT account_id, id, attempt::bigint, state, job_id FROM suspect_runs()",
		Take: func(row pg.Row) {
			one := orphan{AccountID: row.UUID(0), ID: row.UUID(1), Attempt: row.Int(2), State: State(row.Text(3))}
			if !row.Null(4) {
				job := int64(row.Int(4))
				one.JobID = &job
			}
			suspects = append(suspects, one)
		},
	})
	if err != nil || len(suspects) == 0 {
		return nil, err
	}
	var queued []int64
	for _, one := range suspects {
		if one.State == StateQueued && one.JobID != nil {
			queued = append(queued, *one.JobID)
		}
	}
	waiting, err := w.waitingJobs(ctx, queued)
	if err != nil {
		return nil, err
	}
	var orphans []orphan
	for _, one := range suspects {
		if one.State == StateRunning || one.JobID == nil || !waiting[*one.JobID] {
			orphans = append(orphans, one)
		}
	}
	return orphans, nil
}

// waitingJobs returns the jobs that are waiting for a free worker or have just got one. It reads without an account,
// because jobs belong to none.
func (w *Worker) waitingJobs(ctx context.Context, jobs []int64) (map[int64]bool, error) {
	waiting := make(map[int64]bool, len(jobs))
	if len(jobs) == 0 {
		return waiting, nil
	}
	var ids []int64
	err := w.store.db.Read(ctx, uuid.Nil, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw(`
			SELECT id FROM river_job WHERE id IN (?) AND (state IN ('available', 'scheduled', 'retryable', 'pending')
				OR (state = 'running' AND attempted_at > now() - make_interval(secs => ?)))`,
			bun.List(jobs), startGrace.Seconds()).Scan(ctx, &ids)
	})
	for _, one := range ids {
		waiting[one] = true
	}
	return waiting, err
}

// adopt returns the run to the queue, or ends it.
func (w *Worker) adopt(ctx context.Context, lost orphan) error {
	const still = " WHERE account_id = ? AND id = ? AND attempt = ? AND state = ? AND (lease_until < now() OR state = 'QUEUED')"
	return w.store.db.Write(ctx, lost.AccountID, func(ctx context.Context, tx pg.Tx) error {
		if lost.Attempt < maximumAttempts {
			run, err := w.store.requeue(ctx, tx, still, lost.AccountID, lost.ID, lost.Attempt, lost.State)
			if err != nil {
				return err
			}
			w.store.announceAfterCommit(ctx, tx, run)
			return nil
		}
		run, err := scanRun(ctx, tx.NewRaw(`
			UPDATE refresh_runs SET state = 'FAILED', failure_code = ?, failure_message = ?, retry_at = NULL,
				finished_at = now(), lease_until = NULL, sequence = sequence + 1, updated_at = now()`+still+" RETURNING "+runColumns,
			Internal, "The servers that worked on this refresh stopped three times. The old list is kept. Try again.",
			lost.AccountID, lost.ID, lost.Attempt, lost.State))
		if err != nil {
			return err
		}
		w.store.announceAfterCommit(ctx, tx, run)
		return nil
	})
}

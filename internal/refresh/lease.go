package refresh

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/pg"
)

// A lease outlasts a pause of the machine or of Postgres, yet is short enough that a run resumes soon after its
// server died.
const (
	leaseDuration     = 20 * time.Second
	heartbeatInterval = 2 * time.Second // heartbeat interval; also how soon a worker notices that its run was canceled
)

// errLost says that this worker may no longer write the run: it was canceled, taken over or disconnected.
var errLost = errors.New("refresh: the run is no longer this worker's")

// lease is a worker's right to write a run. Every write names the attempt, so once another worker has taken over, or
// the run was canceled, a write changes nothing and fails with errLost. All times are the database's, so server
// clocks do not matter.
type lease struct {
	store   store
	account uuid.UUID
	run     uuid.UUID
	attempt int
}

// whileLeased is the condition that guards every write of a running run.
const whileLeased = " WHERE account_id = ? AND id = ? AND attempt = ? AND state = 'RUNNING'"

// acquire moves the attempt from QUEUED to RUNNING.
func (l lease) acquire(ctx context.Context) (*Run, error) {
	return l.write(ctx, func(ctx context.Context, tx pg.Tx) (*Run, error) {
		return scanRun(ctx, tx.NewRaw(`
			UPDATE refresh_runs SET state = 'RUNNING', lease_until = now() + make_interval(secs => ?), started_at = coalesce(started_at, now()),
				fetched = 0, total = NULL, failure_code = NULL, failure_message = NULL, retry_at = NULL, sequence = sequence + 1, updated_at = now()
			WHERE account_id = ? AND id = ? AND attempt = ? AND state = 'QUEUED' RETURNING `+runColumns,
			leaseDuration.Seconds(), l.account, l.run, l.attempt))
	})
}

// extend renews the lease. It is invisible to users, so the sequence does not change.
func (l lease) extend(ctx context.Context) error {
	return l.store.db.Write(ctx, l.account, func(ctx context.Context, tx pg.Tx) error {
		extended, err := tx.Exec(ctx, "UPDATE refresh_runs SET lease_until = now() + make_interval(secs => ?)"+whileLeased,
			leaseDuration.Seconds(), l.account, l.run, l.attempt)
		if err == nil && extended == 0 {
			err = errLost
		}
		return err
	})
}

// progress saves how far the walk is, and clears what the run was waiting for.
func (l lease) progress(ctx context.Context, fetched int, total *int) error {
	_, err := l.write(ctx, func(ctx context.Context, tx pg.Tx) (*Run, error) {
		return scanRun(ctx, tx.NewRaw(`
			UPDATE refresh_runs SET fetched = ?, total = ?, failure_code = NULL, failure_message = NULL, retry_at = NULL,
				lease_until = now() + make_interval(secs => ?), sequence = sequence + 1, updated_at = now()`+whileLeased+" RETURNING "+runColumns,
			fetched, total, leaseDuration.Seconds(), l.account, l.run, l.attempt))
	})
	return err
}

// recordWait saves that the vendor asked for a pause.
func (l lease) recordWait(ctx context.Context, pause time.Duration, why *runError) error {
	_, err := l.write(ctx, func(ctx context.Context, tx pg.Tx) (*Run, error) {
		return scanRun(ctx, tx.NewRaw(`
			UPDATE refresh_runs SET failure_code = ?, failure_message = ?, retry_at = now() + make_interval(secs => ?),
				lease_until = now() + make_interval(secs => ?), sequence = sequence + 1, updated_at = now()`+whileLeased+" RETURNING "+runColumns,
			why.code, why.message, pause.Seconds(), leaseDuration.Seconds(), l.account, l.run, l.attempt))
	})
	return err
}

// outcome is the result of a complete walk.
type outcome struct {
	state                   State
	fetched                 int
	total                   *int
	added, updated, removed int
	skipped                 int
	skippedRows             []SkippedRow // a sample
	review                  *ReviewReason
}

// written returns how many external organizations the walk changed.
func (o outcome) written() int { return o.added + o.updated + o.removed }

// finish writes the run's final state in the caller's transaction.
func (l lease) finish(ctx context.Context, tx pg.Tx, end outcome) error {
	if end.skippedRows == nil {
		end.skippedRows = []SkippedRow{}
	}
	rows, err := json.Marshal(end.skippedRows)
	if err != nil {
		return err
	}
	run, err := scanRun(ctx, tx.NewRaw(`
		UPDATE refresh_runs SET state = ?, fetched = ?, total = ?, added = ?, updated = ?, removed = ?,
			skipped = ?, skipped_rows = ?::jsonb, review_reason = ?, failure_code = NULL, failure_message = NULL, retry_at = NULL,
			finished_at = now(), lease_until = NULL, sequence = sequence + 1, updated_at = now()`+whileLeased+" RETURNING "+runColumns,
		end.state, end.fetched, end.total, end.added, end.updated, end.removed, end.skipped, string(rows), end.review, l.account, l.run, l.attempt))
	if err != nil {
		return err
	}
	l.store.announceAfterCommit(ctx, tx, run)
	return nil
}

// fail ends the run as FAILED in the caller's transaction, and keeps its progress.
func (l lease) fail(ctx context.Context, tx pg.Tx, why *runError) error {
	var retry *float64 // seconds from now
	if why.retryAfter > 0 {
		seconds := why.retryAfter.Seconds()
		retry = &seconds
	}
	run, err := scanRun(ctx, tx.NewRaw(`
		UPDATE refresh_runs SET state = 'FAILED', failure_code = ?, failure_message = ?, retry_at = now() + make_interval(secs => ?),
			finished_at = now(), lease_until = NULL, sequence = sequence + 1, updated_at = now()`+whileLeased+" RETURNING "+runColumns,
		why.code, why.message, retry, l.account, l.run, l.attempt))
	if err != nil {
		return err
	}
	l.store.announceAfterCommit(ctx, tx, run)
	return nil
}

// release returns the run to the queue, for a worker that must stop.
func (l lease) release(ctx context.Context) error {
	_, err := l.write(ctx, func(ctx context.Context, tx pg.Tx) (*Run, error) {
		return l.store.requeue(ctx, tx, whileLeased, l.account, l.run, l.attempt)
	})
	return err
}

// requeue starts the next attempt of the run that which selects. From then on the old worker can write nothing.
func (s store) requeue(ctx context.Context, tx pg.Tx, which string, arguments ...any) (*Run, error) {
	run := new(Run)
	err := tx.NewRaw(`
		UPDATE refresh_runs SET state = 'QUEUED', attempt = attempt + 1, lease_until = NULL, fetched = 0, total = NULL,
			failure_code = NULL, failure_message = NULL, retry_at = NULL, sequence = sequence + 1, updated_at = now()`+which+" RETURNING trace_parent, "+runColumns,
		arguments...).Scan(ctx, run)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errLost
	}
	if err != nil {
		return nil, err
	}
	return run, s.insertJobs(ctx, tx, []*Run{run})
}

// write runs work in a transaction and announces the returned state after the commit.
func (l lease) write(ctx context.Context, work func(context.Context, pg.Tx) (*Run, error)) (run *Run, err error) {
	err = l.store.db.Write(ctx, l.account, func(ctx context.Context, tx pg.Tx) (err error) {
		if run, err = work(ctx, tx); err != nil {
			return err
		}
		l.store.announceAfterCommit(ctx, tx, run)
		return nil
	})
	return run, err
}

// scanRun scans the run that a guarded write returns. No row means errLost.
func scanRun(ctx context.Context, query *bun.RawQuery) (*Run, error) {
	run := new(Run)
	err := query.Scan(ctx, run)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errLost
	}
	return run, err
}

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

// The lease is long enough that a pause of the machine or of Postgres does not end it, and short enough that a run whose
// server died goes on soon.
const (
	leaseTime  = 20 * time.Second
	leaseBeats = 2 * time.Second // how often it is extended, and how soon a worker sees that its run was cancelled
)

// errLost says that the run is another's, or nobody's: it was cancelled, taken over or disconnected.
var errLost = errors.New("refresh: the run is no longer this worker's")

// lease is a worker's right to write a run. Every write names the attempt: once another worker took over, or the run was
// cancelled, it changes nothing and fails with errLost. Times are the database's, so that no server's clock matters.
type lease struct {
	store   store
	account uuid.UUID
	run     uuid.UUID
	attempt int
}

// held is the condition that every write of a run has.
const held = " WHERE account_id = ? AND id = ? AND attempt = ? AND state = 'RUNNING'"

// take turns the queued attempt into a running one.
func (l lease) take(ctx context.Context) (*Run, error) {
	return l.write(ctx, func(ctx context.Context, tx pg.Tx) (*Run, error) {
		return returned(ctx, tx.NewRaw(`
			UPDATE refresh_runs SET state = 'RUNNING', lease_until = now() + make_interval(secs => ?), started_at = coalesce(started_at, now()),
				fetched = 0, total = NULL, failure_code = NULL, failure_message = NULL, retry_at = NULL, sequence = sequence + 1, updated_at = now()
			WHERE account_id = ? AND id = ? AND attempt = ? AND state = 'QUEUED' RETURNING `+runColumns,
			leaseTime.Seconds(), l.account, l.run, l.attempt))
	})
}

// extend keeps the lease. Nobody sees it, so the sequence stays.
func (l lease) extend(ctx context.Context) error {
	return l.store.db.Write(ctx, l.account, func(ctx context.Context, tx pg.Tx) error {
		extended, err := tx.Exec(ctx, "UPDATE refresh_runs SET lease_until = now() + make_interval(secs => ?)"+held,
			leaseTime.Seconds(), l.account, l.run, l.attempt)
		if err == nil && extended == 0 {
			err = errLost
		}
		return err
	})
}

// progress writes how far the walk is; what it waited for is over.
func (l lease) progress(ctx context.Context, fetched int, total *int) error {
	_, err := l.write(ctx, func(ctx context.Context, tx pg.Tx) (*Run, error) {
		return returned(ctx, tx.NewRaw(`
			UPDATE refresh_runs SET fetched = ?, total = ?, failure_code = NULL, failure_message = NULL, retry_at = NULL,
				lease_until = now() + make_interval(secs => ?), sequence = sequence + 1, updated_at = now()`+held+" RETURNING "+runColumns,
			fetched, total, leaseTime.Seconds(), l.account, l.run, l.attempt))
	})
	return err
}

// waits writes that the vendor asked for a pause.
func (l lease) waits(ctx context.Context, pause time.Duration, why *stop) error {
	_, err := l.write(ctx, func(ctx context.Context, tx pg.Tx) (*Run, error) {
		return returned(ctx, tx.NewRaw(`
			UPDATE refresh_runs SET failure_code = ?, failure_message = ?, retry_at = now() + make_interval(secs => ?),
				lease_until = now() + make_interval(secs => ?), sequence = sequence + 1, updated_at = now()`+held+" RETURNING "+runColumns,
			why.code, why.message, pause.Seconds(), leaseTime.Seconds(), l.account, l.run, l.attempt))
	})
	return err
}

// outcome is how a walk ends that was complete.
type outcome struct {
	state                   State
	fetched                 int
	total                   *int
	added, updated, removed int
	skipped                 int
	skippedRows             []SkippedRow // some of them
	review                  *ReviewReason
}

// written is how many external organizations the walk changed.
func (o outcome) written() int { return o.added + o.updated + o.removed }

// finish writes the run's last state, in the caller's write.
func (l lease) finish(ctx context.Context, tx pg.Tx, end outcome) error {
	if end.skippedRows == nil {
		end.skippedRows = []SkippedRow{}
	}
	rows, err := json.Marshal(end.skippedRows)
	if err != nil {
		return err
	}
	run, err := returned(ctx, tx.NewRaw(`
		UPDATE refresh_runs SET state = ?, fetched = ?, total = ?, added = ?, updated = ?, removed = ?,
			skipped = ?, skipped_rows = ?::jsonb, review_reason = ?, failure_code = NULL, failure_message = NULL, retry_at = NULL,
			finished_at = now(), lease_until = NULL, sequence = sequence + 1, updated_at = now()`+held+" RETURNING "+runColumns,
		end.state, end.fetched, end.total, end.added, end.updated, end.removed, end.skipped, string(rows), end.review, l.account, l.run, l.attempt))
	if err != nil {
		return err
	}
	l.store.announceAfterCommit(ctx, tx, run)
	return nil
}

// fail writes FAILED as the run's last state, in the caller's write; how far it came stays.
func (l lease) fail(ctx context.Context, tx pg.Tx, why *stop) error {
	var retry *float64 // seconds from now
	if why.retryAfter > 0 {
		seconds := why.retryAfter.Seconds()
		retry = &seconds
	}
	run, err := returned(ctx, tx.NewRaw(`
		UPDATE refresh_runs SET state = 'FAILED', failure_code = ?, failure_message = ?, retry_at = now() + make_interval(secs => ?),
			finished_at = now(), lease_until = NULL, sequence = sequence + 1, updated_at = now()`+held+" RETURNING "+runColumns,
		why.code, why.message, retry, l.account, l.run, l.attempt))
	if err != nil {
		return err
	}
	l.store.announceAfterCommit(ctx, tx, run)
	return nil
}

// pass gives the run back to the queue, for a worker that has to stop.
func (l lease) pass(ctx context.Context) error {
	_, err := l.write(ctx, func(ctx context.Context, tx pg.Tx) (*Run, error) {
		return l.store.requeue(ctx, tx, held, l.account, l.run, l.attempt)
	})
	return err
}

// requeue begins the next attempt of the run that the condition finds: its old worker can write nothing from then on.
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

// write announces the state that work returns, after the commit.
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

// returned reads the run that a fenced write gives back.
func returned(ctx context.Context, query *bun.RawQuery) (*Run, error) {
	run := new(Run)
	err := query.Scan(ctx, run)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errLost
	}
	return run, err
}

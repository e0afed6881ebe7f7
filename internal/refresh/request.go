package refresh

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

// Accepted is what a person accepts although the list looks wrong.
type Accepted struct {
	Shrink        bool // the list shrank
	TotalMismatch bool // the list is not as long as the vendor announces
}

// Request requests a refresh of each given integration, or of all that are not disabled if none is given. It returns
// one run per integration, in the same order: the one already queued or running, or a new one. A run that already
// exists takes over what is accepted. User errors: NOT_FOUND, INVALID.
func (s *Service) Request(ctx context.Context, integrations []uuid.UUID, accepted Accepted) ([]*Run, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	var runs []*Run
	err = s.store.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		wanted, err := lockIntegrations(ctx, tx, actor.AccountID, integrations)
		if err != nil {
			return err
		}
		runs, err = s.store.queue(ctx, tx, actor, wanted, accepted)
		return err
	})
	if err != nil {
		return nil, err
	}
	return runs, nil
}

// lockIntegrations locks the integrations until the runs are committed, so that none can be disabled or disconnected
// in between, and returns their ids without duplicates.
func lockIntegrations(ctx context.Context, tx pg.Tx, account uuid.UUID, named []uuid.UUID) ([]uuid.UUID, error) {
	query := tx.NewSelect().Table("integrations").Column("id", "state").Where("account_id = ?", account)
	if len(named) == 0 {
		query = query.Where("state <> 'DISABLED'")
	} else {
		query = query.Where("id IN (?)", bun.List(id.Unique(named)))
	}
	var rows []struct {
		ID    uuid.UUID
		State string
	}
	if err := query.Order("id").For("SHARE").Scan(ctx, &rows); err != nil {
		return nil, err
	}
	states := make(map[uuid.UUID]string, len(rows))
	all := make([]uuid.UUID, 0, len(rows))
	for _, row := range rows {
		states[row.ID] = row.State
		all = append(all, row.ID)
	}
	if len(named) == 0 {
		return all, nil
	}
	return checkNamed(named, states)
}

func checkNamed(named []uuid.UUID, states map[uuid.UUID]string) ([]uuid.UUID, error) {
	var wanted []uuid.UUID
	var wrong apperr.Problems
	seen := make(map[uuid.UUID]bool, len(named))
	for i, one := range named {
		path := []string{"input", "integrationIds", strconv.Itoa(i)}
		switch state, found := states[one]; {
		case !found:
			wrong.Add(apperr.NotFound, path, "This integration does not exist.")
		case state == "DISABLED":
			wrong.Add(apperr.Invalid, path, "The integration is disabled. Enable it first.")
		case !seen[one]:
			seen[one] = true
			wanted = append(wanted, one)
		}
	}
	if problems := wrong.Errors(); len(problems) > 0 {
		return nil, problems
	}
	return wanted, nil
}

// queue inserts a run and its job for each integration without a live run, and returns the live runs of all
// integrations.
func (s store) queue(ctx context.Context, tx pg.Tx, actor auth.Actor, integrations []uuid.UUID, accepted Accepted) ([]*Run, error) {
	if len(integrations) == 0 {
		return []*Run{}, nil
	}
	fresh := make([]uuid.UUID, len(integrations))
	for i := range fresh {
		fresh[i] = id.New()
	}
	var live []*Run
	author := actor.Author()
	// Concurrent requests meet at refresh_runs_live_key: the second one waits, then joins the run. Every request
	// inserts in the order of the integrations, so requests cannot deadlock.
	err := tx.NewRaw(`
		INSERT INTO refresh_runs (account_id, id, integration_id, accept_shrink, accept_total_mismatch, requested_by, requester_kind, requester_id, trace_parent)
		SELECT ?, fresh.id, fresh.integration_id, ?, ?, ?, ?, ?, nullif(?, '')
		FROM unnest(?::uuid[], ?::uuid[]) AS fresh (id, integration_id) ORDER BY fresh.integration_id
		ON CONFLICT (account_id, integration_id) WHERE state IN ('QUEUED', 'RUNNING')
		DO UPDATE SET accept_shrink = refresh_runs.accept_shrink OR excluded.accept_shrink,
			accept_total_mismatch = refresh_runs.accept_total_mismatch OR excluded.accept_total_mismatch
		RETURNING trace_parent, `+runColumns,
		actor.AccountID, accepted.Shrink, accepted.TotalMismatch, author.Name, author.Kind, author.ID, s.carry(ctx), pg.List(fresh), pg.List(integrations)).Scan(ctx, &live)
	if err != nil {
		return nil, err
	}
	byIntegration := make(map[uuid.UUID]*Run, len(live))
	var made []*Run
	for _, run := range live {
		byIntegration[run.IntegrationID] = run
		if slices.Contains(fresh, run.ID) {
			made = append(made, run)
			s.announceAfterCommit(ctx, tx, run)
		}
	}
	if err := s.insertJobs(ctx, tx, made); err != nil {
		return nil, err
	}
	runs := make([]*Run, len(integrations))
	for i, integration := range integrations {
		runs[i] = byIntegration[integration]
	}
	return runs, nil
}

// insertJobs inserts a job for each run's current attempt, in the same transaction as the run.
func (s store) insertJobs(ctx context.Context, tx pg.Tx, runs []*Run) error {
	if len(runs) == 0 {
		return nil
	}
	jobs := make([]river.InsertManyParams, len(runs))
	for i, run := range runs {
		jobs[i] = river.InsertManyParams{Args: Args{AccountID: run.AccountID, RunID: run.ID, IntegrationID: run.IntegrationID, Attempt: run.Attempt}, InsertOpts: inTrace(run)}
	}
	inserted, err := s.jobs.InsertManyTx(ctx, tx.Jobs(), jobs)
	if err != nil {
		return err
	}
	ids, jobIDs := make([]uuid.UUID, len(runs)), make([]int64, len(runs))
	for i, run := range runs {
		ids[i], jobIDs[i] = run.ID, inserted[i].Job.ID
	}
	_, err = tx.Exec(ctx, `
		UPDATE refresh_runs AS r SET job_id = queued.job_id
		FROM unnest(?::uuid[], ?::bigint[]) AS queued (run_id, job_id)
		WHERE r.account_id = ? AND r.id = queued.run_id`,
		pg.List(ids), pg.List(jobIDs), runs[0].AccountID)
	return err
}

// completeJob completes a snoozed job after its run has been worked. River may not have saved the snooze yet; it
// leaves a job alone that is no longer running.
func (s store) completeJob(ctx context.Context, job *river.Job[Args]) error {
	return s.db.Write(ctx, job.Args.AccountID, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE river_job SET state = 'completed', finalized_at = now() WHERE id = ? AND state IN ('running', 'scheduled', 'available')", job.ID)
		return err
	})
}

// Cancel ends a queued or running run. From then on its worker can write nothing, and it stops soon. User errors:
// NOT_FOUND; INVALID, together with the run, if it has already finished.
func (s *Service) Cancel(ctx context.Context, run uuid.UUID) (*Run, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	var cancelled *Run
	err = s.store.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) (err error) {
		cancelled, err = s.store.cancel(ctx, tx, "r.account_id = ? AND r.id = ?", actor.AccountID, run)
		return err
	})
	if err != nil || cancelled != nil {
		return cancelled, err
	}
	found, err := s.ByIDs(ctx, []uuid.UUID{run})
	if err != nil {
		return nil, err
	}
	finished := found[run]
	if finished == nil {
		return nil, apperr.User(apperr.NotFound, "This run does not exist.", "input", "runId")
	}
	return finished, apperr.User(apperr.Invalid, "The run has already finished.", "input", "runId")
}

// CancelLive ends the integration's queued or running run, if any, in the caller's transaction.
func (s *Service) CancelLive(ctx context.Context, tx pg.Tx, account, integration uuid.UUID) error {
	_, err := s.store.cancel(ctx, tx, "r.account_id = ? AND r.integration_id = ?", account, integration)
	return err
}

// cancel ends the selected run. It returns nil if no such run is queued or running.
func (s store) cancel(ctx context.Context, tx pg.Tx, which string, arguments ...any) (*Run, error) {
	var row struct {
		Run   `bun:",extend"`
		JobID *int64
	}
	err := tx.NewRaw(`
		UPDATE refresh_runs AS r SET state = 'CANCELLED', finished_at = now(), lease_until = NULL,
			failure_code = NULL, failure_message = NULL, retry_at = NULL, sequence = sequence + 1, updated_at = now()
		WHERE `+which+` AND r.state IN ('QUEUED', 'RUNNING')
		RETURNING job_id, `+runColumns, arguments...).Scan(ctx, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // nothing to cancel is not an error, and there is no run to return
	}
	if err != nil {
		return nil, err
	}
	cancelled := row.Run
	s.announceAfterCommit(ctx, tx, &cancelled)
	if row.JobID == nil {
		return &cancelled, nil
	}
	// Tells the worker at once; otherwise it would notice at its next heartbeat.
	if _, err := s.jobs.JobCancelTx(ctx, tx.Jobs(), *row.JobID); err != nil && !errors.Is(err, river.ErrNotFound) {
		return nil, err
	}
	return &cancelled, nil
}

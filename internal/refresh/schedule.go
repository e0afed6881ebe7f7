package refresh

import (
	"context"
	"database/sql"
	"errors"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/pg"
)

// scheduledBy is the requester's name on scheduled runs.
const scheduledBy = "Schedule"

// dueIntegration is an integration that is due for a refresh.
type dueIntegration struct{ account, id uuid.UUID }

// Schedule queues a run for every integration that is due, across all accounts, and sets when it is next due.
// Integrations that need attention or are disabled are skipped until someone fixes or enables them. Every server
// calls Schedule; if two find the same integration, only one run is queued.
func (w *Worker) Schedule(ctx context.Context) error {
	var due []dueIntegration
	err := w.store.db.Across(ctx, pg.Statement{
		SQL:  "SELECT account_id, id FROM due_integrations()",
		Take: func(row pg.Row) { due = append(due, dueIntegration{row.UUID(0), row.UUID(1)}) },
	})
	if err != nil {
		return err
	}
	var failures []error
	for _, one := range due {
		if err := w.queueDue(ctx, one.account, one.id); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

// queueDue sets when the integration is next due and queues its run, unless another server has done so.
func (w *Worker) queueDue(ctx context.Context, account, integration uuid.UUID) error {
	return w.store.db.Write(ctx, account, func(ctx context.Context, tx pg.Tx) error {
		var id uuid.UUID
		// The next refresh is due up to a tenth of the period early, at random: a list is never older than the
		// period, and integrations that were once due together drift apart.
		err := tx.NewRaw(`UPDATE integrations SET next_refresh_at = now() + refresh_period(schedule) * (1 - random() / 10)
			WHERE account_id = ? AND id = ? AND state = 'CONNECTED' AND next_refresh_at <= now() RETURNING id`, account, integration).Scan(ctx, &id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = w.store.queue(ctx, tx, auth.Actor{AccountID: account, Kind: auth.SystemActor, Name: scheduledBy}, []uuid.UUID{id}, Accepted{})
		return err
	})
}

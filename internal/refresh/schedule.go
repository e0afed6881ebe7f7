package refresh

import (
	"context"
	"database/sql"
	"errors"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/pg"
)

// scheduledBy is who asked for a run that nobody asked for.
const scheduledBy = "Schedule"

// dueIntegration is one whose time has come.
type dueIntegration struct{ account, id uuid.UUID }

// Schedule queues a run for each integration, over all accounts, whose time has come, and sets its next time. Those that
// need attention or are disabled are held: their time comes when they are mended. Every server looks; two that find the
// same integration queue one run.
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

// queueDue moves the integration's time on and queues its run, unless another server has.
func (w *Worker) queueDue(ctx context.Context, account, integration uuid.UUID) error {
	return w.store.db.Write(ctx, account, func(ctx context.Context, tx pg.Tx) error {
		var id uuid.UUID
		// A little less than the period, and never the same: the good list is then never older than the period, and those
		// that came together once do not stay together.
		err := tx.NewRaw(`UPDATE integrations SET next_refresh_at = now() + refresh_period(schedule) * (1 - random() / 10)
			WHERE account_id = ? AND id = ? AND state = 'CONNECTED' AND next_refresh_at <= now() RETURNING id`, account, integration).Scan(ctx, &id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = w.store.queue(ctx, tx, auth.Actor{AccountID: account, Name: scheduledBy}, []uuid.UUID{id}, Accepted{})
		return err
	})
}

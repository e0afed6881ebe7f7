package integration

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// disconnectLimits allow time for the cancelled run's last transaction to end, and for deleting a list of 100,000 with
// its mappings.
const disconnectLimits = "SET LOCAL lock_timeout = '8s'; SET LOCAL statement_timeout = '60s'"

// Disconnect deletes an integration with its external organizations, their mappings and its runs, and also the
// connection with its credentials if it feeds no other integration. Unless forget is set, connecting again brings
// back all but the credentials for 30 days. A module's integration is not created again while its connection exists.
// confirmName must be the integration's name. User errors: NOT_FOUND, INVALID.
func (s *Service) Disconnect(ctx context.Context, integration uuid.UUID, confirmName string, forget bool) error {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return err
	}
	// Inside an enclosure a cancellation would not be visible until everything commits, and locking the run before the
	// integration could deadlock with a swap, which locks them the other way around. So there, wait for a swap that is
	// under way.
	if !pg.Enclosed(ctx) {
		if err := s.cancelBefore(ctx, actor.AccountID, integration, confirmName); err != nil {
			return err
		}
	}
	return s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		if _, err := tx.Exec(ctx, disconnectLimits); err != nil {
			return err
		}
		if err := lock(ctx, tx, actor.AccountID, integration); err != nil {
			return err
		}
		found, err := findConfirmed(ctx, tx, actor.AccountID, integration, confirmName)
		if err != nil {
			return err
		}
		if err := s.runs.CancelLive(ctx, tx, actor.AccountID, integration); err != nil {
			return err
		}
		organizations, mappings, err := deleteMappings(ctx, tx, found)
		if err != nil {
			return err
		}
		if err := keep(ctx, tx, actor, found, mappings, forget); err != nil {
			return err
		}
		if err := deleteIntegration(ctx, tx, found); err != nil {
			return err
		}
		if found.ModuleID != nil {
			if err := s.leaveOut(ctx, tx, found); err != nil {
				return err
			}
		}
		before := record(found)
		before["mappings"] = mappings
		change := journal.Made(actor, journal.Integrations, "integration.disconnected")
		change.OrganizationIDs, change.RemovedIntegrationIDs, change.Before = organizations, []uuid.UUID{integration}, before
		change.Edits.Integrations = []journal.IntegrationEdit{{Integration: found.ref(), What: "disconnected"}}
		return s.journal.Append(ctx, tx, change)
	})
}

// cancelBefore cancels the integration's run in a separate transaction, so the worker notices at once and releases the
// integration.
func (s *Service) cancelBefore(ctx context.Context, account, integration uuid.UUID, confirmName string) error {
	return s.db.Write(ctx, account, func(ctx context.Context, tx pg.Tx) error {
		if _, err := findConfirmed(ctx, tx, account, integration, confirmName); err != nil {
			return err
		}
		return s.runs.CancelLive(ctx, tx, account, integration)
	})
}

// findConfirmed returns the integration if confirmName is its name.
func findConfirmed(ctx context.Context, tx pg.Tx, account, integration uuid.UUID, confirmName string) (*Integration, error) {
	found, err := find(ctx, tx.ReadTx, account, integration)
	if err != nil {
		return nil, err
	}
	if found.Name != confirmName {
		return nil, errNotConfirmed()
	}
	return found, nil
}

func errNotConfirmed() error {
	return apperr.User(apperr.Invalid, "The name does not match. Type the name of the integration exactly to confirm.", "input", "confirmName")
}

// deleteMappings returns the organizations that lose mappings, and the number of mappings deleted.
func deleteMappings(ctx context.Context, tx pg.Tx, i *Integration) (organizations []uuid.UUID, count int, err error) {
	var rows []struct {
		OrganizationID uuid.UUID
		Mappings       int
	}
	err = tx.NewRaw(`
		WITH gone AS (DELETE FROM mappings WHERE account_id = ? AND integration_id = ? RETURNING organization_id)
		SELECT organization_id, count(*) AS mappings FROM gone GROUP BY organization_id ORDER BY organization_id`,
		i.AccountID, i.ID).Scan(ctx, &rows)
	for _, row := range rows {
		organizations = append(organizations, row.OrganizationID)
		count += row.Mappings
	}
	return organizations, count, err
}

func deleteIntegration(ctx context.Context, tx pg.Tx, i *Integration) error {
	// If two people disconnect the last two integrations of a connection, each must not still see the other's.
	if _, err := tx.Exec(ctx, "SELECT FROM connections WHERE account_id = ? AND id = ? FOR UPDATE", i.AccountID, i.ConnectionID); err != nil {
		return err
	}
	for _, statement := range []string{
		"DELETE FROM external_orgs WHERE account_id = ?0 AND integration_id = ?1",
		"DELETE FROM integrations WHERE account_id = ?0 AND id = ?1", // deletes its runs too
		"DELETE FROM connections WHERE account_id = ?0 AND id = ?2 AND NOT EXISTS (SELECT FROM integrations WHERE account_id = ?0 AND connection_id = ?2)",
	} {
		if _, err := tx.Exec(ctx, statement, i.AccountID, i.ID, i.ConnectionID); err != nil {
			return err
		}
	}
	return nil
}

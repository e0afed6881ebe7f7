package mapping

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/pg"
)

// whileLocked locks the account, clears its mappings, starts work, and commits once work is waiting for the lock.
func (n *tenant) whileLocked(work func() error) error {
	n.t.Helper()
	done := make(chan error, 1)
	require.NoError(n.t, n.db.Write(n.t.Context(), n.id, func(ctx context.Context, tx pg.Tx) error {
		if _, err := account.Lock(ctx, tx, n.id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM mappings"); err != nil {
			return err
		}
		go func() { done <- work() }()
		require.Eventually(n.t, func() bool {
			var waits bool
			err := tx.NewRaw("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))").Scan(ctx, &waits)
			return err == nil && waits
		}, 20*time.Second, 5*time.Millisecond, "the other write waits for this one")
		return nil
	}))
	return <-done
}

// A write that reads before it has the account's lock would decide on data that another write is about to change.
func TestService_ReadsAfterLockingTheAccount(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	prepare := func(t *testing.T) (*tenant, Cell, *Mapping) {
		t.Helper()
		n := store.newTenant(t, -1)
		externals := n.external(n.glue, "a")
		cell := Cell{OrganizationID: n.organization("Acme"), IntegrationID: n.glue, ExternalOrgIDs: externals}
		n.save(cell)
		mappings, err := n.service.ByExternalOrgs(n.editor(), externals)
		require.NoError(t, err)
		return n, cell, mappings[externals[0]]
	}
	t.Run("Clear", func(t *testing.T) {
		t.Parallel()
		n, _, mapping := prepare(t)
		err := n.whileLocked(func() error { _, err := n.service.Clear(n.editor(), mapping.ID); return err })
		requireUserErrors(t, err, problem{apperr.NotFound, "input/mappingId", "This mapping does not exist."})
		require.Equal(t, 1, n.changes(), "only the save was journaled")
	})
	t.Run("Save", func(t *testing.T) {
		t.Parallel()
		n, cell, _ := prepare(t)
		cell.Expected = &[]uuid.UUID{cell.ExternalOrgIDs[0]}
		err := n.whileLocked(func() error { _, err := n.service.Save(n.editor(), []Cell{cell}); return err })
		requireUserErrors(t, err, problem{apperr.Conflict, "input/cells/0/expectedExternalOrgIds", "now contains nothing"})
	})
	t.Run("Import", func(t *testing.T) {
		t.Parallel()
		n, cell, _ := prepare(t)
		var results []ImportResult
		err := n.whileLocked(func() (err error) { results, err = n.service.Import(n.editor(), cell.ExternalOrgIDs); return err })
		require.NoError(t, err)
		require.Len(t, results, 1)
		require.Equal(t, Created, results[0].Outcome, "its mapping is deleted")
	})
	t.Run("CreateFrom", func(t *testing.T) {
		t.Parallel()
		n, cell, _ := prepare(t)
		var results []ImportResult
		err := n.whileLocked(func() (err error) {
			results, err = n.service.CreateFrom(n.editor(), CreateFrom{ExternalOrgIDs: cell.ExternalOrgIDs})
			return err
		})
		require.NoError(t, err)
		require.Len(t, results, 1)
		require.Equal(t, Created, results[0].Outcome, "its mapping is deleted")
	})
}

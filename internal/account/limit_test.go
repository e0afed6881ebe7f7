package account_test

import (
	"context"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
)

// The database counts every write, and rejects writes that exceed a limit.
func TestLimits_AreEnforcedByTheDatabase(t *testing.T) {
	t.Parallel()
	db := open(t)
	created, err := account.NewOperator(pgtest.Operator(t, db)).Create(t.Context(), "Ours", nil)
	require.NoError(t, err)
	lists := list(t, db, created.ID, 3, 4)
	other, err := account.NewOperator(pgtest.Operator(t, db)).Create(t.Context(), "Theirs", nil)
	require.NoError(t, err)
	list(t, db, other.ID, 1, 2)
	write := func(statement string, arguments ...any) error {
		return db.Write(t.Context(), created.ID, func(ctx context.Context, tx pg.Tx) error {
			_, err := tx.Exec(ctx, statement, arguments...)
			return err
		})
	}
	used := func(integrations, externalOrganizations int) {
		t.Helper()
		found, err := account.New(db, nil).Current(as(created.ID))
		require.NoError(t, err)
		require.Equal(t, integrations, found.IntegrationsUsed)
		require.Equal(t, externalOrganizations, found.ExternalOrganizationsUsed)
	}
	used(3, 12)
	require.NoError(t, write("UPDATE external_orgs SET removed_at = now(), name = 'y' WHERE integration_id = ?", lists[0]))
	used(3, 12)
	require.NoError(t, write("DELETE FROM external_orgs WHERE id IN (SELECT id FROM external_orgs WHERE integration_id = ? LIMIT 1)", lists[0]))
	used(3, 11)
	require.NoError(t, write("DELETE FROM integrations WHERE id = ?", lists[1]), "its 4 external organizations are deleted too")
	used(2, 7)

	limit := account.LimitChange{Integrations: pointer(2), ExternalOrganizations: pointer(9)}
	_, err = account.NewOperator(pgtest.Operator(t, db)).SetLimits(t.Context(), created.ID, limit)
	require.NoError(t, err)
	err = write(`INSERT INTO integrations (account_id, id, connection_id, name, application, source, module_id)
		SELECT account_id, gen_random_uuid(), id, 'another', 'HUDU', 'API', 'another' FROM connections LIMIT 1`)
	require.True(t, pg.Violates(err, "accounts_integrations_check"), err)
	require.True(t, pg.Violates(add(t, db, created.ID, lists[0], 4), "accounts_external_organizations_check"))
	used(2, 7)

	var group sync.WaitGroup
	var mutex sync.Mutex
	passed := 0
	for n := range 4 {
		group.Go(func() {
			err := add(t, db, created.ID, lists[[]int{0, 2}[n%2]], 2)
			mutex.Lock()
			defer mutex.Unlock()
			if err == nil {
				passed++
			} else if !pg.Violates(err, "accounts_external_organizations_check") {
				t.Error(err)
			}
		})
	}
	group.Wait()
	require.Equal(t, 1, passed, "only one of them fits")
	used(2, 9)
}

// Writing a large list must not block the account's other writes.
func TestLimits_ALargeWriteDoesNotLockTheAccount(t *testing.T) {
	t.Parallel()
	db := open(t)
	created, err := account.NewOperator(pgtest.Operator(t, db)).Create(t.Context(), "Ours", nil)
	require.NoError(t, err)
	one := list(t, db, created.ID, 1, 0)[0]
	require.NoError(t, db.Write(t.Context(), created.ID, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded) VALUES (?, ?, ?, '1', 'x', 'x')", created.ID, uuid.New(), one)
		require.NoError(t, err)
		fill(t, db, created.ID, 1) // in another transaction, which locks the account
		return nil
	}))
}

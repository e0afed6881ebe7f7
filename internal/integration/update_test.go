package integration_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/internal/secret"
)

func TestService_Update(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	text := func(value string) *string { return &value }
	yes, no := true, false

	t.Run("renames, journals, and does not ask the vendor", func(t *testing.T) {
		t.Parallel()
		ctx, account := b.actor(auth.Admin)
		made := b.connect(ctx)
		updated, err := b.Update(ctx, integration.UpdateInput{IntegrationID: made.ID, Name: text("  Docs ")})
		require.NoError(t, err)
		require.Equal(t, "Docs", updated.Name)
		require.Equal(t, integration.StateConnected, updated.State)
		changes := b.changes(account)
		require.Len(t, changes, 2)
		require.Equal(t, "integration.updated", changes[1].Action)
		require.Equal(t, "IT Glue", changes[1].Before.(map[string]any)["name"])
		require.Equal(t, "Docs", changes[1].After.(map[string]any)["name"])
	})
	t.Run("writes nothing if nothing changes", func(t *testing.T) {
		t.Parallel()
		ctx, account := b.actor(auth.Admin)
		made := b.connect(ctx)
		_, err := b.Update(ctx, integration.UpdateInput{IntegrationID: made.ID, Name: text("IT Glue"), Enabled: &yes})
		require.NoError(t, err)
		require.Len(t, b.changes(account), 1)
	})
	t.Run("refuses a taken name", func(t *testing.T) {
		t.Parallel()
		ctx, _ := b.actor(auth.Admin)
		b.connect(ctx)
		second := b.connect(ctx)
		_, err := b.Update(ctx, integration.UpdateInput{IntegrationID: second.ID, Name: text("IT Glue")})
		requireUserError(t, err, apperr.NameTaken, "input", "name")
	})
	t.Run("disables, canceling the live run, and enables again", func(t *testing.T) {
		t.Parallel()
		ctx, _ := b.actor(auth.Admin)
		made := b.connect(ctx)
		updated, err := b.Update(ctx, integration.UpdateInput{IntegrationID: made.ID, Enabled: &no})
		require.NoError(t, err)
		require.Equal(t, integration.StateDisabled, updated.State)
		require.True(t, b.runs.of(made.ID))
		updated, err = b.Update(ctx, integration.UpdateInput{IntegrationID: made.ID, Enabled: &yes})
		require.NoError(t, err)
		require.Equal(t, integration.StateConnected, updated.State)
	})
	t.Run("new credentials that the vendor accepts reconnect the integration", func(t *testing.T) {
		t.Parallel()
		ctx, account := b.actor(auth.Admin)
		made := b.connect(ctx)
		b.write(account, "UPDATE integrations SET state = 'NEEDS_ATTENTION' WHERE id = ?", made.ID)
		_, err := b.Update(ctx, integration.UpdateInput{IntegrationID: made.ID, Enabled: &yes})
		require.NoError(t, err)
		require.Equal(t, 1, b.count(account, "SELECT count(*) FROM integrations WHERE state = 'NEEDS_ATTENTION'"), "enabling alone does not reconnect it")

		_, err = b.Update(ctx, integration.UpdateInput{IntegrationID: made.ID, Credentials: key("bad")})
		requireUserError(t, err, apperr.CredentialsRejected, "input", "credentials")
		updated, err := b.Update(ctx, integration.UpdateInput{IntegrationID: made.ID, Credentials: key("good-too")})
		require.NoError(t, err)
		require.Equal(t, integration.StateConnected, updated.State)
		changes := b.changes(account)
		require.Equal(t, "replaced", changes[len(changes)-1].After.(map[string]any)["credentials"])
		_, err = b.OpenSource(t.Context(), account, made.ID)
		require.NoError(t, err)
	})
	t.Run("refuses an empty list of credentials", func(t *testing.T) {
		t.Parallel()
		ctx, _ := b.actor(auth.Admin)
		made := b.connect(ctx)
		_, err := b.Update(ctx, integration.UpdateInput{IntegrationID: made.ID, Credentials: []integration.Credential{}})
		requireUserError(t, err, apperr.Invalid, "input", "credentials")
	})
}

func TestService_Disconnect(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	t.Run("requires the exact name", func(t *testing.T) {
		t.Parallel()
		ctx, account := b.actor(auth.Admin)
		made := b.connect(ctx)
		requireUserError(t, b.Disconnect(ctx, made.ID, "it glue", false), apperr.Invalid, "input", "confirmName")
		require.Equal(t, 1, b.count(account, "SELECT count(*) FROM integrations"))
		require.False(t, b.runs.of(made.ID))
	})
	t.Run("deletes lists, mappings, runs and the connection, and journals affected organizations", func(t *testing.T) {
		t.Parallel()
		ctx, account := b.actor(auth.Admin)
		made, kept := b.connect(ctx), b.connect(ctx)
		listed := b.list(made, "Acme", "Bolt")
		touched := b.organization(made, "Acme", listed[0])
		b.organization(kept, "Kept", b.list(kept, "Kept")[0])
		b.write(account, "INSERT INTO refresh_runs (account_id, id, integration_id, requested_by) VALUES (?, ?, ?, 'Pat')", account, uuid.New(), made.ID)

		require.NoError(t, b.Disconnect(ctx, made.ID, "IT Glue", false))
		require.True(t, b.runs.of(made.ID))
		for _, table := range []string{"integrations", "connections", "external_orgs", "mappings"} {
			require.Equal(t, 1, b.count(account, "SELECT count(*) FROM "+table), table)
		}
		require.Zero(t, b.count(account, "SELECT count(*) FROM refresh_runs"))
		changes := b.changes(account)
		last := changes[len(changes)-1]
		require.Equal(t, "integration.disconnected", last.Action)
		require.Equal(t, []uuid.UUID{made.ID}, last.RemovedIntegrationIDs)
		require.Equal(t, []uuid.UUID{touched}, last.OrganizationIDs)
		require.Empty(t, last.IntegrationIDs)
	})
	t.Run("keeps a connection that another integration uses", func(t *testing.T) {
		t.Parallel()
		ctx, account := b.actor(auth.Admin)
		made := b.connect(ctx)
		b.write(account, `INSERT INTO integrations (account_id, id, connection_id, name, application, source, module_id)
			VALUES (?, ?, ?, 'Module', 'KASEYA_MODULE', 'KASEYA_ONE', '7')`, account, uuid.New(), made.ConnectionID)
		require.NoError(t, b.Disconnect(ctx, made.ID, "IT Glue", false))
		require.Equal(t, 1, b.count(account, "SELECT count(*) FROM connections"))
	})
}

// A swap locks its integration when it begins and its run's row when it ends. A disconnect that locked the run's row
// first and then waited for the integration would deadlock with it.
func TestService_Disconnect_LocksTheIntegrationBeforeTheRun(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.actor(auth.Admin)
	enclosed, enclosure := b.db.WithEnclosure(ctx, account, func(context.Context, pg.Tx) error { return nil })
	for _, one := range []struct {
		is   string
		ctx  context.Context
		held []bool // for each cancellation, whether the integration was locked
	}{
		{"alone, it cancels the run first in a separate transaction", ctx, []bool{false, true}},
		{"in an enclosing transaction, it cancels after locking", enclosed, []bool{true}},
	} {
		made := b.connect(ctx)
		var held []bool
		b.runs.onCancel = func() {
			free := 0
			require.NoError(t, b.db.Write(t.Context(), account, func(ctx context.Context, tx pg.Tx) error {
				return tx.NewRaw("SELECT count(*) FROM (SELECT FROM integrations WHERE id = ? FOR SHARE SKIP LOCKED) AS free", made.ID).Scan(ctx, &free)
			}))
			held = append(held, free == 0)
		}
		require.NoError(t, b.Disconnect(one.ctx, made.ID, "IT Glue", false), one.is)
		require.Equal(t, one.held, held, one.is)
	}
	require.NoError(t, enclosure.Commit(func(context.Context, pg.Tx) error { return nil }))
	require.Zero(t, b.count(account, "SELECT count(*) FROM integrations"))
}

func TestRotateCredentials(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const accounts = 3
	sources := map[uuid.UUID]uuid.UUID{}
	for range accounts {
		ctx, account := b.actor(auth.Admin)
		sources[account] = b.connect(ctx).ID
	}
	rotated, err := secret.Rotate(b.keyset)
	require.NoError(t, err)
	sealer, err := secret.NewSealer(rotated)
	require.NoError(t, err)

	count, err := integration.RotateCredentials(t.Context(), pgtest.Operator(t, b.db), sealer)
	require.NoError(t, err)
	require.Equal(t, accounts, count)
	again, err := integration.RotateCredentials(t.Context(), pgtest.Operator(t, b.db), sealer)
	require.NoError(t, err)
	require.Zero(t, again, "a second rotation has nothing to do")

	after := integration.New(b.db, b.journal, sealer, b.vendor.reach(), b.runs, directory.New(directoryBytes))
	for account, one := range sources {
		_, err := after.OpenSource(t.Context(), account, one)
		require.NoError(t, err)
		_, err = b.OpenSource(t.Context(), account, one)
		require.ErrorIs(t, err, secret.ErrSealed, "the old key is no longer used")
	}
}

func TestService_Update_HoldsNoConnectionWhileTheVendorAnswers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, _ := b.actor(auth.Admin)
	made := b.connect(ctx)
	held := int32(-1)
	b.vendor.asked = func() { held = b.db.Pool().Stat().AcquiredConns() }
	answer, session := b.db.WithSession(ctx) // as the fields of one response read
	defer session.Close()
	_, err := b.Update(answer, integration.UpdateInput{IntegrationID: made.ID, Credentials: key("good, and new")})
	require.NoError(t, err)
	require.Zero(t, held)
}

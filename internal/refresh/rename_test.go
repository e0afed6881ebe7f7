package refresh

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

func TestSwap_RenamesConcurrentlyCreatedMappings(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	integration, organization := b.integration(), id.New()
	b.vendor.set("1", "Acme")
	b.refresh(integration)
	b.exec("INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, 'Acme', 'acme')", b.account, organization)
	b.vendor.set("1", "Acme Limited")
	run := b.request(integration)
	var ended <-chan error
	require.NoError(t, b.db.Write(t.Context(), b.account, func(ctx context.Context, tx pg.Tx) error {
		// A save in progress: it holds the account's lock and knows the old name.
		for _, statement := range []string{
			"SELECT FROM accounts FOR NO KEY UPDATE",
			`INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by)
			 SELECT x.account_id, gen_random_uuid(), o.id, x.integration_id, x.id, 'MANUAL', 'Pat' FROM external_orgs AS x, organizations AS o`,
		} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		ended = b.start(t.Context(), b.worker, run)
		eventually(t, "the swap waits for the account", func() bool { return one[bool](b, "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)") })
		return nil
	}))
	require.NoError(t, <-ended)
	require.Equal(t, StateSucceeded, b.get(run.ID).State)
	require.Equal(t, "Acme Limited acme limited", one[string](b, "SELECT external_name || ' ' || external_folded FROM mappings"))
}

package integration_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/pg"
)

func TestDescribed_IsNeverStale(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, _ := b.actor(auth.Admin)
	made := b.connect(ctx)
	describe := func() (name string, statements int64) {
		t.Helper()
		counting, count := pg.WithStatementCount(ctx)
		reading, session := b.db.WithSession(counting)
		defer session.Close()
		described, err := b.Described(reading)
		require.NoError(t, err)
		require.Len(t, described, 1)
		return described[made.ID].Name, count.Load()
	}
	name, fromPostgres := describe()
	require.Equal(t, "IT Glue", name)
	name, fromMemory := describe()
	require.Equal(t, "IT Glue", name)
	require.Less(t, fromMemory, fromPostgres, "an unchanged integration is read from memory")

	_, err := b.Update(ctx, integration.UpdateInput{IntegrationID: made.ID, Name: new("Documentation")})
	require.NoError(t, err)
	name, _ = describe()
	require.Equal(t, "Documentation", name)
}

package refresh

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/page"
)

func TestService_OtherAccountsRunsAreNotFound(t *testing.T) {
	t.Parallel()
	for title, database := range map[string]func(testing.TB) string{"with row-level security": dbtest.Database, "without row-level security": dbtest.WithoutRowSecurity} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openDatabaseAt(t, database(t)))
			integration := b.integration()
			ended, live := b.refresh(integration), b.request(integration)
			stranger := b.as(b.newAccount(), auth.Editor)

			found, err := b.List(stranger, page.Arguments{}, nil)
			require.NoError(t, err)
			require.Empty(t, found.Nodes())
			total, err := found.TotalCount(stranger)
			require.NoError(t, err)
			require.Zero(t, total)
			newest, err := b.Latest(stranger, []uuid.UUID{integration})
			require.NoError(t, err)
			require.Empty(t, newest)
			good, err := b.LatestGood(stranger, []uuid.UUID{integration})
			require.NoError(t, err)
			require.Empty(t, good)
			runs, err := b.ByIDs(stranger, []uuid.UUID{ended.ID, live.ID})
			require.NoError(t, err)
			require.Empty(t, runs)

			_, err = b.Request(stranger, []uuid.UUID{integration}, Accepted{})
			requireUserError(t, err, apperr.NotFound, "input", "integrationIds", "0")
			none, err := b.Request(stranger, nil, Accepted{})
			require.NoError(t, err)
			require.Empty(t, none)
			_, err = b.Cancel(stranger, live.ID)
			requireUserError(t, err, apperr.NotFound, "input", "runId")
			require.Equal(t, live, b.get(live.ID))
		})
	}
}

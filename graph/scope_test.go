package graph //nolint:testpackage // scope is not exported

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
)

// TestScope_SeparatesAccountsAndRoles checks that renderings are shared only between subscribers with the same data
// and rights.
func TestScope_SeparatesAccountsAndRoles(t *testing.T) {
	t.Parallel()
	require.Empty(t, scope(t.Context()), "an unknown caller shares nothing")
	seen := map[string]auth.Actor{}
	for range 2 {
		account := uuid.New()
		for _, role := range []auth.Role{auth.Viewer, auth.Editor, auth.Admin} {
			actor := auth.Actor{AccountID: account, ID: uuid.New(), Role: role}
			of := scope(auth.WithActor(t.Context(), actor))
			require.NotEmpty(t, of)
			require.NotContains(t, seen, of, "%v shares with %v", actor, seen[of])
			seen[of] = actor
			other := auth.Actor{AccountID: account, ID: uuid.New(), Role: role}
			require.Equal(t, of, scope(auth.WithActor(t.Context(), other)), "two callers of one account and role share")
		}
	}
}

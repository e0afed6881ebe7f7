package journal_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/journal"
)

func TestTouched_NamesAtMost200(t *testing.T) {
	t.Parallel()
	for _, count := range []int{0, 1, 200, 201, 5_000} {
		change := journal.Change{ExternalOrgIDs: journal.FirstTouched(make([]uuid.UUID, count))}
		named, all := change.Touched()
		require.Equal(t, count <= 200, all, "%d external organizations", count)
		if all {
			require.Len(t, named, count)
		} else {
			require.Empty(t, named)
		}
		require.LessOrEqual(t, len(change.ExternalOrgIDs), 201, "what is stored is bounded")
	}
}

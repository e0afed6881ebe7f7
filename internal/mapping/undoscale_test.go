package mapping

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// The undo of the largest import takes as many statements as that of a small one.
func TestUndo_OfTheLargestImportTakesAHandfulOfStatements(t *testing.T) {
	t.Parallel()
	n := newStore(t).newTenant(t, -1)
	names := make([]string, MaximumImport)
	for i := range names {
		names[i] = fmt.Sprint("Client ", i)
	}
	began := time.Now()
	_, err := n.service.Import(n.editor(), n.external(n.glue, names...))
	require.NoError(t, err)
	t.Log("import with its external organizations:", time.Since(began))
	ctx, statements := pg.WithStatementCount(n.editor())
	began = time.Now()
	undone, err := n.service.Undo(ctx, journal.NodeOf(n.id, 1), nil)
	require.NoError(t, err)
	t.Log("undo:", time.Since(began))
	require.Equal(t, 2*MaximumImport, undone.Reverts)
	require.LessOrEqual(t, statements.Load(), int64(6))
	require.Empty(t, n.state())
	n.requireSound()
	began = time.Now()
	again, err := n.service.Undo(n.editor(), journal.NodeOf(n.id, 2), nil)
	require.NoError(t, err)
	t.Log("undo of the undo:", time.Since(began))
	require.Equal(t, 2*MaximumImport, again.Reverts)
	n.requireSound()
}

// Limit for the undo of an import of 10,000 organizations, on two cores: make history-large enforces it.
const largeUndo = 1500 * time.Millisecond

func BenchmarkLarge(b *testing.B) {
	n := newStore(b).newTenant(b, -1)
	names := make([]string, MaximumImport)
	for i := range names {
		names[i] = fmt.Sprint("Client ", i)
	}
	_, err := n.service.Import(n.editor(), n.external(n.glue, names...))
	require.NoError(b, err)
	for range b.N {
		for _, undone := range []string{"an import", "its undo"} {
			began := time.Now()
			result, err := n.service.Undo(n.editor(), journal.NodeOf(n.id, n.head()), nil)
			took := time.Since(began)
			require.NoError(b, err)
			require.Equal(b, 2*MaximumImport, result.Reverts)
			b.Logf("undo of %s: %v", undone, took)
			if took > largeUndo {
				b.Errorf("undo of %s: %v, at most %v", undone, took, largeUndo)
			}
		}
	}
}

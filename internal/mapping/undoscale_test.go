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

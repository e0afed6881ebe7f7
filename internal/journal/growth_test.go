package journal_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/journal"
)

func TestGrowth_FindsFastGrowingJournals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	busy, quiet := b.account(t), b.account(t)
	b.append(t, busy, 5)
	growth := journal.NewGrowth(b.journal)
	look := func(most int64, want map[uuid.UUID]int64) {
		t.Helper()
		fast, err := growth.Check(t.Context(), 2)
		require.NoError(t, err)
		require.Equal(t, want, fast)
		require.Equal(t, most, growth.Most())
	}
	look(0, map[uuid.UUID]int64{}) // changes written before the first look do not count as growth
	b.append(t, busy, 3)
	b.append(t, quiet, 2)
	fresh := b.account(t)
	b.append(t, fresh, 4)
	look(4, map[uuid.UUID]int64{busy: 3, fresh: 4})
	b.append(t, quiet, 2)
	look(2, map[uuid.UUID]int64{})
	look(0, map[uuid.UUID]int64{})
}

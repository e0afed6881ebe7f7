package journal_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestPrune_DeletesChangesOlderThanThirtyDays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	admin := b.admin(t)
	old, young, mixed := b.account(t), b.account(t), b.account(t)
	b.append(t, old, 2)
	b.append(t, young, 2)
	b.append(t, mixed, 4)
	b.age(t, admin, old, 2)
	b.age(t, admin, mixed, 3)
	_, err := admin.Exec(t.Context(), "UPDATE journal SET at = now() - interval '29 days 23 hours 59 minutes' WHERE account_id = $1", young)
	require.NoError(t, err)

	pruned, err := b.journal.Prune(t.Context(), 1)
	require.NoError(t, err)
	require.EqualValues(t, 5, pruned)
	for account, left := range map[uuid.UUID][]int64{old: {}, young: {1, 2}, mixed: {4}} {
		changes, err := b.journal.Read(t.Context(), account, 0, 10)
		require.NoError(t, err)
		require.Equal(t, left, positions(changes))
	}
	heads, err := b.journal.Heads(t.Context(), []uuid.UUID{old, mixed})
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]int64{old: 2, mixed: 4}, heads, "the journal keeps its position")
	b.append(t, old, 1)
	changes, err := b.journal.Read(t.Context(), old, 0, 10)
	require.NoError(t, err)
	require.Equal(t, []int64{3}, positions(changes), "no position is reused")

	pruned, err = b.journal.Prune(t.Context(), 1)
	require.NoError(t, err)
	require.Zero(t, pruned)
}

func TestPrune_DeletesInBatchesUntilDone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account := b.account(t)
	const many = 12_000 // more than two batches
	_, err := b.admin(t).Exec(t.Context(), fmt.Sprintf(`INSERT INTO journal (account_id, position, kind, action, actor, at)
		SELECT '%s', n, 'MAPPINGS', 'mapping.saved', 'Kim', now() - interval '32 days' FROM generate_series(1, %d) AS n`, account, many))
	require.NoError(t, err)
	pruned, err := b.journal.Prune(t.Context(), 1)
	require.NoError(t, err)
	require.EqualValues(t, many, pruned)
}

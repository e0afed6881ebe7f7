package refresh

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// failingJournal appends, then does as the test says.
type failingJournal struct {
	changes
	then func(pg.Writer)
}

func (j failingJournal) Append(ctx context.Context, tx pg.Writer, change journal.Change) error {
	err := j.changes.Append(ctx, tx, change)
	j.then(tx)
	return err
}

// requireUnharmed checks that no transaction, connection or waiting lock is left over.
func requireUnharmed(t *testing.T, b *bench) {
	t.Helper()
	eventually(t, "connections are released", func() bool { return b.db.Pool().Stat().AcquiredConns() == 0 })
	require.Zero(t, one[int](b, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
		AND (state LIKE 'idle in transaction%' OR wait_event_type = 'Lock')`))
	require.Zero(t, one[int](b, "SELECT count(*) FROM accounts AS a WHERE journal_position <> (SELECT count(*) FROM journal AS j WHERE j.account_id = a.id)"))
}

// A panic during the swap, after all writes and before the commit, fails only that run.
func TestWorker_PanicDuringTheSwapFailsOnlyThatRun(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	integration, other := b.integration(), b.integration()
	b.vendor.set("1", "Acme", "2", "Bolt")
	require.Equal(t, StateSucceeded, b.refresh(integration).State)
	list := b.list(integration)
	sound := b.worker.journal
	b.worker.journal = failingJournal{sound, func(pg.Writer) { panic("in the swap") }}
	b.vendor.set("1", "Acme Limited", "2", "Bolt", "3", "Cog")
	run := b.refresh(integration)
	require.Equal(t, StateFailed, run.State)
	require.Equal(t, Internal, run.Failure().Code)
	require.NotContains(t, run.Failure().Message, "in the swap", "the panic is only logged")
	require.Equal(t, [3]int{0, 0, 0}, [3]int{run.Added, run.Updated, run.Removed})
	requireList(t, b, integration, list)
	requireUnharmed(t, b)

	b.worker.journal = sound
	require.Equal(t, StateSucceeded, b.refresh(other).State)
	require.Equal(t, StateSucceeded, b.refresh(integration).State)
	requireList(t, b, integration, map[string]string{"1": "Acme Limited", "2": "Bolt", "3": "Cog"})
}

func TestWorker_PanicAfterTheCommitKeepsTheList(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	integration := b.integration()
	b.vendor.set("1", "Acme", "2", "Bolt")
	sound := b.worker.journal
	b.worker.journal = failingJournal{sound, func(tx pg.Writer) { tx.AfterCommit(func() { panic("once it is durable") }) }}
	require.Equal(t, StateSucceeded, b.refresh(integration).State, "the commit is kept")
	requireList(t, b, integration, map[string]string{"1": "Acme", "2": "Bolt"})
	requireUnharmed(t, b)
	b.worker.journal = sound
	require.Equal(t, StateSucceeded, b.refresh(integration).State)
}

// If a panic prevents saving even the run's end, the worker is freed and the sweep finds the run.
func TestWorker_PanicOutsideTheRunLeavesItToTheSweep(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	run := b.request(b.integration())
	sound := b.worker.store.announce
	b.worker.store.announce = func(context.Context, uuid.UUID, uuid.UUID, int64) { panic("announce") }
	require.ErrorContains(t, b.worker.Work(t.Context(), job(run)), "announce")
	require.Zero(t, b.worker.queue.total)
	require.Equal(t, StateRunning, b.get(run.ID).State)
	requireUnharmed(t, b)
	b.worker.store.announce = sound
	b.expire(run)
	require.NoError(t, b.worker.Sweep(t.Context()))
	require.Equal(t, StateSucceeded, b.work(b.get(run.ID)).State)
}

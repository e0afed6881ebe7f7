package refresh

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

// expire expires the run's lease, as if its worker were frozen, cut off or dead.
func (b *bench) expire(run *Run) {
	b.t.Helper()
	b.exec("UPDATE refresh_runs SET lease_until = now() - interval '1 second' WHERE id = ? AND state = 'RUNNING'", run.ID)
}

func TestWorker_Fencing(t *testing.T) {
	t.Parallel()
	t.Run("a frozen worker cannot write after another has taken over", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		integration := b.integration()
		run := b.request(integration)
		b.vendor.set("1", "Old", "2", "Old too")
		begun, release := b.vendor.hold()
		frozen := b.newWorker()
		frozen.heartbeat = time.Hour // it does not notice
		done := b.start(t.Context(), frozen, run)
		<-begun

		b.expire(run)
		require.NoError(t, b.worker.Sweep(t.Context()))
		second := b.get(run.ID)
		require.Equal(t, StateQueued, second.State)
		require.Equal(t, 2, second.Attempt)
		require.Equal(t, 2, b.jobs("available"))

		b.vendor.set("1", "New")
		finished := b.work(second)
		require.Equal(t, StateSucceeded, finished.State)

		b.vendor.set("1", "Old", "2", "Old too")
		release()
		require.NoError(t, <-done)
		require.Equal(t, finished, b.get(run.ID))
		requireList(t, b, integration, map[string]string{"1": "New"})
	})
	t.Run("a stale worker cannot commit a swap it had already begun", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		integration := b.integration()
		run := b.request(integration)
		taken := lease{store: b.store, account: b.account, run: run.ID, attempt: run.Attempt}
		_, err := taken.acquire(t.Context())
		require.NoError(t, err)
		b.vendor.set("1", "Old")
		b.expire(run)
		require.NoError(t, b.worker.Sweep(t.Context()))

		found := walk{organizations: b.vendor.all}
		_, _, err = b.worker.swap(t.Context(), taken, run, found, false, false)
		require.ErrorIs(t, err, errLost)
		require.ErrorIs(t, taken.extend(t.Context()), errLost)
		require.ErrorIs(t, taken.progress(t.Context(), 1, nil), errLost)
		require.ErrorIs(t, taken.recordWait(t.Context(), time.Second, &runError{code: RateLimited}), errLost)
		require.ErrorIs(t, taken.release(t.Context()), errLost)
		_, err = taken.acquire(t.Context())
		require.ErrorIs(t, err, errLost)
		require.ErrorIs(t, b.worker.fail(t.Context(), taken, run, &runError{code: CredentialsRejected}), errLost)
		require.Equal(t, "CONNECTED", one[string](b, "SELECT state FROM integrations"), "rolled back with the run's row")
		require.Empty(t, b.list(integration))
	})
	t.Run("a stale worker cannot write while the next attempt runs", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		integration := b.integration()
		run := b.request(integration)
		stale := lease{store: b.store, account: b.account, run: run.ID, attempt: run.Attempt}
		_, err := stale.acquire(t.Context())
		require.NoError(t, err)
		b.vendor.set("1", "New", "2", "New too")
		b.expire(run)
		require.NoError(t, b.worker.Sweep(t.Context()))
		begun, release := b.vendor.hold()
		defer release()
		done := b.start(t.Context(), b.worker, b.get(run.ID))
		<-begun
		running := b.get(run.ID)
		require.Equal(t, StateRunning, running.State)
		require.Equal(t, 2, running.Attempt)

		old := walk{organizations: []vendors.Organization{{RemoteID: "1", Name: "Old"}}}
		_, _, err = b.worker.swap(t.Context(), stale, run, old, false, false)
		require.ErrorIs(t, err, errLost)
		require.ErrorIs(t, b.db.Write(t.Context(), b.account, func(ctx context.Context, tx pg.Tx) error {
			return stale.hold(ctx, tx, integration, &evidence{})
		}), errLost, "it must not even read the list")
		require.ErrorIs(t, stale.extend(t.Context()), errLost)
		require.ErrorIs(t, stale.progress(t.Context(), 7, nil), errLost)
		require.ErrorIs(t, stale.recordWait(t.Context(), time.Second, &runError{code: RateLimited}), errLost)
		require.ErrorIs(t, stale.release(t.Context()), errLost)
		_, err = stale.acquire(t.Context())
		require.ErrorIs(t, err, errLost)
		for _, state := range []State{StateSucceeded, StateNeedsReview} {
			require.ErrorIs(t, b.db.Write(t.Context(), b.account, func(ctx context.Context, tx pg.Tx) error {
				return stale.finish(ctx, tx, outcome{state: state})
			}), errLost)
		}
		require.ErrorIs(t, b.worker.fail(t.Context(), stale, run, &runError{code: CredentialsRejected}), errLost)
		require.Equal(t, "CONNECTED", one[string](b, "SELECT state FROM integrations"))
		require.Equal(t, running, b.get(run.ID), "the stale attempt has changed nothing")
		require.Empty(t, b.list(integration))

		release()
		require.NoError(t, <-done)
		require.Equal(t, StateSucceeded, b.get(run.ID).State)
		requireList(t, b, integration, map[string]string{"1": "New", "2": "New too"})
	})
	t.Run("the first of two running workers ends silently", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		integration := b.integration()
		run := b.request(integration)
		b.vendor.set("1", "Old")
		begun, release := b.vendor.hold()
		frozen := b.newWorker()
		frozen.heartbeat = time.Hour // it does not notice
		first := b.start(t.Context(), frozen, run)
		<-begun
		b.expire(run)
		require.NoError(t, b.worker.Sweep(t.Context()))
		begunToo, releaseToo := b.vendor.hold()
		second := b.start(t.Context(), b.worker, b.get(run.ID))
		<-begunToo

		release()
		require.NoError(t, <-first)
		require.Equal(t, StateRunning, b.get(run.ID).State)
		require.Empty(t, b.list(integration), "the second attempt has read nothing yet")
		b.vendor.set("1", "New")
		releaseToo()
		require.NoError(t, <-second)
		require.Equal(t, StateSucceeded, b.get(run.ID).State)
		requireList(t, b, integration, map[string]string{"1": "New"})
	})
	t.Run("a worker that lost its lease stops reading", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		run := b.request(b.integration())
		begun, release := b.vendor.hold()
		defer release()
		b.worker.heartbeat = 10 * time.Millisecond
		done := b.start(t.Context(), b.worker, run)
		<-begun
		b.expire(run)
		b.exec("UPDATE refresh_runs SET attempt = attempt + 1, state = 'QUEUED', lease_until = NULL")
		require.NoError(t, <-done)
		require.Equal(t, StateQueued, b.get(run.ID).State)
	})
	t.Run("a running worker keeps its lease", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		run := b.request(b.integration())
		begun, release := b.vendor.hold()
		b.worker.heartbeat = 10 * time.Millisecond
		done := b.start(t.Context(), b.worker, run)
		<-begun
		until := func() time.Time { return one[time.Time](b, "SELECT lease_until FROM refresh_runs") }
		first := until()
		eventually(t, "the lease is extended", func() bool { return until().After(first) })
		require.NoError(t, b.worker.Sweep(t.Context()))
		release()
		require.NoError(t, <-done)
		require.Equal(t, StateSucceeded, b.get(run.ID).State)
	})
	t.Run("a canceled run stops reading and changes nothing", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		integration := b.integration()
		b.vendor.set("1", "Acme")
		run := b.request(integration)
		begun, release := b.vendor.hold()
		defer release()
		b.worker.heartbeat = 10 * time.Millisecond
		done := b.start(t.Context(), b.worker, run)
		<-begun
		_, err := b.Cancel(b.editor, run.ID)
		require.NoError(t, err)
		taken := lease{store: b.store, account: b.account, run: run.ID, attempt: run.Attempt}
		require.ErrorIs(t, taken.extend(t.Context()), errLost)
		require.ErrorIs(t, taken.progress(t.Context(), 1, nil), errLost)
		require.ErrorIs(t, b.db.Write(t.Context(), b.account, func(ctx context.Context, tx pg.Tx) error {
			return taken.finish(ctx, tx, outcome{state: StateSucceeded})
		}), errLost)
		require.NoError(t, <-done)
		require.Equal(t, StateCancelled, b.get(run.ID).State)
		require.Empty(t, b.list(integration))
	})
	t.Run("a run ends if its integration is disconnected", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		integration := b.integration()
		b.vendor.set("1", "Acme")
		run := b.request(integration)
		b.vendor.interrupt(func(context.Context, int) { b.exec("DELETE FROM integrations WHERE id = ?", integration) })
		require.NoError(t, b.worker.Work(t.Context(), job(run)))
		require.Empty(t, b.list(integration))
	})
	t.Run("a brief database outage does not lose the walk", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		b.vendor.set("1", "A", "2", "B", "3", "C")
		b.worker.heartbeat = time.Hour
		run := b.request(b.integration())
		locked, release, released := make(chan struct{}), make(chan struct{}), make(chan error, 1)
		b.vendor.interrupt(func(_ context.Context, call int) {
			if call == 2 {
				close(release)
				require.NoError(t, <-released)
				return
			}
			go func() {
				released <- b.db.Write(t.Context(), b.account, func(ctx context.Context, tx pg.Tx) error {
					_, err := tx.Exec(ctx, "SELECT FROM refresh_runs FOR UPDATE")
					close(locked)
					<-release
					return err
				})
			}()
			<-locked
		})
		require.Equal(t, StateSucceeded, b.work(run).State)
		require.Equal(t, 2, b.vendor.count())
	})
	t.Run("a stopped worker returns its run to the queue", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		run := b.request(b.integration())
		begun, release := b.vendor.hold()
		defer release()
		ctx, stop := context.WithCancel(t.Context())
		done := b.start(ctx, b.worker, run)
		<-begun
		stop()
		require.NoError(t, <-done)
		back := b.get(run.ID)
		require.Equal(t, StateQueued, back.State)
		require.Equal(t, 2, back.Attempt)
		require.Equal(t, StateSucceeded, b.work(back).State)
		require.Equal(t, StateSucceeded, b.work(run).State, "the old job finds nothing to do")
	})
}

func TestWorker_Sweep(t *testing.T) {
	t.Parallel()
	t.Run("fails a run after three workers have died", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		run := b.request(b.integration())
		for attempt := 1; attempt <= 3; attempt++ {
			taken := lease{store: b.store, account: b.account, run: run.ID, attempt: attempt}
			_, err := taken.acquire(t.Context())
			require.NoError(t, err)
			require.NoError(t, b.worker.Sweep(t.Context()))
			require.Equal(t, StateRunning, b.get(run.ID).State, "a valid lease is kept")
			b.expire(run)
			require.NoError(t, b.worker.Sweep(t.Context()))
		}
		ended := b.get(run.ID)
		require.Equal(t, StateFailed, ended.State)
		require.Equal(t, Internal, ended.Failure().Code)
		require.Equal(t, ended.Sequence, b.news[run.ID])
	})
	t.Run("skips a run whose worker is alive", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		run := b.request(b.integration())
		taken := lease{store: b.store, account: b.account, run: run.ID, attempt: run.Attempt}
		running, err := taken.acquire(t.Context())
		require.NoError(t, err)
		require.Zero(t, one[int](b, "SELECT count(*) FROM suspect_runs()"))
		seen := orphan{AccountID: b.account, ID: run.ID, Attempt: run.Attempt, State: StateRunning}
		require.ErrorIs(t, b.worker.adopt(t.Context(), seen), errLost, "its lease was extended after the sweep checked it")
		require.Equal(t, running, b.get(run.ID))
	})
	t.Run("requeues a run whose job is gone, and skips one whose job waits", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		lost, waiting, started := b.request(b.integration()), b.request(b.integration()), b.request(b.integration())
		b.exec("UPDATE refresh_runs SET updated_at = now() - interval '31 seconds'")
		b.exec("UPDATE river_job SET state = 'discarded', finalized_at = now() WHERE args ->> 'run_id' = ?", lost.ID.String())
		b.exec("UPDATE river_job SET state = 'running', attempted_at = now() WHERE args ->> 'run_id' = ?", started.ID.String())
		require.NoError(t, b.worker.Sweep(t.Context()))
		require.Equal(t, 2, b.get(lost.ID).Attempt)
		require.Equal(t, 1, b.get(waiting.ID).Attempt)
		require.Equal(t, 1, b.get(started.ID).Attempt)
		b.exec("UPDATE river_job SET attempted_at = now() - interval '11 seconds' WHERE state = 'running'")
		require.NoError(t, b.worker.Sweep(t.Context()))
		require.Equal(t, 2, b.get(started.ID).Attempt, "its worker died before it took the lease")
	})
	t.Run("gives a lost run one new job even on many servers", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		run := b.request(b.integration())
		taken := lease{store: b.store, account: b.account, run: run.ID, attempt: 1}
		_, err := taken.acquire(t.Context())
		require.NoError(t, err)
		b.expire(run)
		swept := make(chan error)
		const servers = 5
		for range servers {
			go func() { swept <- b.worker.Sweep(context.WithoutCancel(t.Context())) }()
		}
		for range servers {
			require.NoError(t, <-swept)
		}
		require.Equal(t, 2, b.get(run.ID).Attempt)
		require.Equal(t, 2, b.jobs("available"), "the job of the first attempt, which River still runs, and that of the second")
	})
}

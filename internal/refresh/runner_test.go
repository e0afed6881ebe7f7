package refresh

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// run starts a runner, with four workers unless given otherwise, until the test ends or stop is called.
func (b *bench) run(worker *Worker, workers ...int) (stop func()) {
	b.t.Helper()
	runner, err := NewRunner(worker, RunnerOptions{Workers: append(workers, 4)[0], Logger: worker.logger})
	require.NoError(b.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			cancel()
			require.NoError(b.t, <-ended)
		}
	}
	b.t.Cleanup(stop)
	return stop
}

func TestRunner(t *testing.T) {
	t.Parallel()
	t.Run("performs requested runs", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		b.run(b.worker)
		b.vendor.setMany(10)
		integrations := []uuid.UUID{b.integration(), b.integration(), b.integration()}
		runs, err := b.Request(b.editor, integrations, Accepted{})
		require.NoError(t, err)
		for _, run := range runs {
			eventually(t, "the run succeeds", func() bool { return b.get(run.ID).State == StateSucceeded })
		}
		eventually(t, "River has completed the jobs", func() bool { return b.jobs("completed") == len(runs) })
	})
	t.Run("cancels a run at once", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		b.worker.heartbeat = 1 << 40 // so that the heartbeat does not notice first
		b.run(b.worker)
		begun, release := b.vendor.hold()
		defer release()
		run := b.request(b.integration())
		<-begun
		_, err := b.Cancel(b.editor, run.ID)
		require.NoError(t, err)
		eventually(t, "the worker is free again", func() bool { return b.jobs("running") == 0 })
		require.Equal(t, StateCancelled, b.get(run.ID).State)
	})
	t.Run("hands its runs to another server when stopped", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		stop := b.run(b.worker)
		b.vendor.setMany(10)
		begun, release := b.vendor.hold()
		defer release()
		run := b.request(b.integration())
		<-begun
		stop()
		require.Equal(t, StateQueued, b.get(run.ID).State)
		b.run(b.newWorker())
		eventually(t, "the other finishes it", func() bool { return b.get(run.ID).State == StateSucceeded })
		require.Equal(t, 2, b.get(run.ID).Attempt)
	})
	t.Run("resumes a run whose server died", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, openDatabase(t))
		run := b.request(b.integration())
		dead := lease{store: b.store, account: b.account, run: run.ID, attempt: 1}
		_, err := dead.acquire(t.Context())
		require.NoError(t, err)
		b.expire(run)
		b.run(b.worker)
		eventually(t, "the run succeeds", func() bool { return b.get(run.ID).State == StateSucceeded })
	})
}

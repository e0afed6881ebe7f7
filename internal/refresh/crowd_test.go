package refresh

import (
	"context"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/pace"
	"github.com/orgmap/orgmap/internal/vendors"
)

func waiting(key string, job int64) waiter {
	return waiter{key, &river.Job[Args]{JobRow: &rivertype.JobRow{ID: job}}}
}

func TestCrowds_LeaveWorkersToOthers(t *testing.T) {
	t.Parallel()
	for workers, want := range map[int]struct{ one, two, keys int }{
		1:  {1, 1, 1},    // of one key; of two that come one after the other; how many keys still find a place
		2:  {1, 2, 2},    //
		4:  {2, 3, 3},    // the fourth worker is a third key's
		10: {5, 7, 5},    // 5 and 2, and three more keys
		30: {15, 20, 12}, // 15 and 5, and ten more
	} {
		c := newCrowds(workers)
		fill := func(key string) {
			for job := int64(0); c.all < workers && c.enter(waiting(key, job)); job++ {
			}
		}
		fill("one")
		require.Equal(t, want.one, c.all, workers)
		fill("two")
		require.Equal(t, want.two, c.all, workers)
		for key := 3; c.all < workers; key++ {
			require.True(t, c.enter(waiting(strconv.Itoa(key), int64(100*key))), "a key without a run finds a place while there is one")
		}
		require.Len(t, c.inside, want.keys, workers)
	}
	t.Run("nobody is a crowd without a key", func(t *testing.T) {
		t.Parallel()
		c := newCrowds(4)
		for job := range int64(4) {
			require.True(t, c.enter(waiting("", job)))
		}
	})
	leave := func(c *crowds, key string) (next int64) {
		one, found := c.leave(key)
		if !found {
			return -1
		}
		return one.job.ID
	}
	t.Run("a place goes on to who waits longest", func(t *testing.T) {
		t.Parallel()
		c := newCrowds(5) // three for one key, and the last for a third one
		for job := range int64(7) {
			require.Equal(t, job < 3, c.enter(waiting("one", job)))
		}
		require.True(t, c.enter(waiting("two", 10)))
		require.False(t, c.enter(waiting("two", 11)), "the last worker is a third key's")
		require.False(t, c.enter(waiting("one", 4)), "it came by itself, in vain, and keeps its place in the line")
		require.EqualValues(t, 3, leave(c, "one"))
		require.EqualValues(t, 4, leave(c, "one"))
		require.EqualValues(t, 11, leave(c, "two"), "two has no other run: nobody is before it")
		require.EqualValues(t, 5, leave(c, "one"))
		require.EqualValues(t, 6, leave(c, "one"))
		for _, key := range []string{"one", "one", "one", "two"} {
			require.EqualValues(t, -1, leave(c, key))
		}
		require.Empty(t, c.inside)
		require.Zero(t, c.all)
	})
	t.Run("the last worker goes back to the queue", func(t *testing.T) {
		t.Parallel()
		c := newCrowds(4)
		require.True(t, c.enter(waiting("one", 0)))
		require.True(t, c.enter(waiting("one", 1)))
		require.False(t, c.enter(waiting("one", 2)))
		require.True(t, c.enter(waiting("two", 10)))
		require.True(t, c.enter(waiting("three", 20)))
		require.EqualValues(t, -1, leave(c, "one"), "a fourth key may wait in the queue")
		require.True(t, c.enter(waiting("four", 30)))
		require.EqualValues(t, -1, leave(c, "four"))
		require.EqualValues(t, 2, leave(c, "three"), "now there are two")
	})
}

// Fifty integrations on three keys that take few calls, on two servers: each run waits longer than it may take, and comes to its
// end all the same; each key's limits are kept; and who comes last, with a key of their own, is served at once.
func TestCrowdedKeys_FailNobodyAndHoldNobodyUp(t *testing.T) {
	t.Parallel()
	const integrations, servers, workers, pages = 50, 2, 4, 5
	const most = 500 * time.Millisecond // of a run's own time
	const promptly = 5 * time.Second
	b := newBench(t, openDatabase(t))
	all := &pacedSources{of: map[uuid.UUID]*pacedVendor{}, pages: pages}
	slow := vendors.Limits{InFlight: 2, Calls: 20, Per: time.Second} // 9 at once, then one each 111 ms
	crowded := []*pacedVendor{newPacedVendor(t, "one", slow), newPacedVendor(t, "two", slow), newPacedVendor(t, "three", slow)}
	free := newPacedVendor(t, "free", vendors.Limits{InFlight: 4, Calls: 1000, Per: time.Second})
	var ids []uuid.UUID
	for n := range integrations {
		ids = append(ids, b.integration())
		all.of[ids[n]] = crowded[n%len(crowded)]
	}
	other := b.integration()
	all.of[other] = free
	for range servers {
		worker := b.newWorker()
		worker.patience.wait, worker.most = wait, most
		transport := &http.Transport{}
		t.Cleanup(transport.CloseIdleConnections)
		worker.sources = pacedServer{all, pace.New(pace.Options{Pool: b.db.Pool()}), &http.Client{Transport: transport}}
		b.run(worker, workers)
	}
	began := time.Now()
	runs, err := b.Request(b.editor, ids, Accepted{})
	require.NoError(t, err)
	eventually(t, "all workers that one may have are taken", func() bool {
		return one[int](b, "SELECT count(*) FROM refresh_runs WHERE state = 'RUNNING'") >= servers*2
	})
	asked := time.Now()
	last := b.request(other)
	eventually(t, "who comes last is served", func() bool { return b.get(last.ID).State == StateSucceeded })
	took := time.Since(asked)
	left := one[int](b, "SELECT count(*) FROM refresh_runs WHERE state IN ('QUEUED', 'RUNNING')")
	require.Greater(t, left, integrations/3, "much of the crowd still waits")
	require.Less(t, took, promptly)

	var longest time.Duration
	for _, run := range runs {
		require.Eventually(t, func() bool { return b.get(run.ID).Finished() }, 2*time.Minute, 20*time.Millisecond)
		ended := b.get(run.ID)
		require.Equal(t, StateSucceeded, ended.State, "%+v", ended.Failure())
		require.Equal(t, 1, ended.Attempt)
		longest = max(longest, ended.FinishedAt.Sub(*ended.StartedAt))
	}
	require.Less(t, time.Since(began), putOff, "who was put off came in their own time only")
	require.Greater(t, longest, most, "nobody waited longer than a run may take: the test shows nothing")
	for _, v := range append(crowded, free) {
		v.requireKept(t)
	}
	t.Logf("%d runs on 3 keys took %s, the longest of them %s; the other one %s, while %d were left", integrations,
		time.Since(began).Round(time.Millisecond), longest.Round(time.Millisecond), took.Round(time.Millisecond), left)
}

func TestWorker_BoundsARunsOwnTime(t *testing.T) {
	t.Parallel()
	db := openDatabase(t)
	t.Run("a list that is not read in time fails", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		b.worker.most = 50 * time.Millisecond
		_, release := b.vendor.hold()
		defer release()
		run := b.refresh(b.integration())
		require.Equal(t, StateFailed, run.State)
		require.Equal(t, VendorTimeout, run.Failure().Code)
	})
	t.Run("also where it waited for its turn before", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		b.worker.most = 50 * time.Millisecond
		b.vendor.interrupt(func(ctx context.Context, _ int) {
			over := vendors.WaitForTurn(ctx)
			require.NoError(t, wait(ctx, 200*time.Millisecond), "its time stands still")
			over()
			<-ctx.Done()
		})
		run := b.refresh(b.integration())
		require.Equal(t, StateFailed, run.State)
		require.Equal(t, VendorTimeout, run.Failure().Code)
	})
	t.Run("the longest wait ends it too", func(t *testing.T) {
		t.Parallel()
		ctx, stop := bounded(t.Context(), time.Hour, 10*time.Millisecond)
		defer stop()
		defer vendors.WaitForTurn(ctx)()
		<-ctx.Done()
		require.ErrorIs(t, context.Cause(ctx), errTooCrowded)
	})
}

// keyed gives all integrations one key.
type keyed struct{ Sources }

func (keyed) VendorKey(context.Context, uuid.UUID, uuid.UUID) (string, error) { return "one", nil }

// A run that is cancelled takes nobody with it who stood in line behind it.
func TestCrowdedKeys_ACancelledRunMakesRoom(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	b.worker.sources = keyed{b}
	b.vendor.set("1", "Acme")
	begun, release := b.vendor.hold()
	defer release()
	b.run(b.worker, 2) // one for a key
	first := b.request(b.integration())
	<-begun
	second := b.request(b.integration())
	eventually(t, "the second run stands in line", func() bool { return b.jobs("scheduled") == 1 })
	require.Equal(t, StateQueued, b.get(second.ID).State)
	_, err := b.Cancel(b.editor, first.ID)
	require.NoError(t, err)
	eventually(t, "it is worked at once", func() bool { return b.get(second.ID).State == StateSucceeded })
	require.Equal(t, 1, b.get(second.ID).Attempt)
}

// The server in whose line a run stood is gone: its job comes in its own time, and any server takes it.
func TestCrowdedKeys_ALineOutlivesItsServer(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	gone := b.newWorker()
	gone.sources, b.worker.sources = keyed{b}, keyed{b}
	b.vendor.set("1", "Acme")
	begun, release := b.vendor.hold()
	defer release()
	stop := b.run(gone, 2)
	first := b.request(b.integration())
	<-begun
	second := b.request(b.integration())
	eventually(t, "the second run stands in line", func() bool { return b.jobs("scheduled") == 1 })
	stop()
	require.Equal(t, StateQueued, b.get(second.ID).State)
	seconds := one[float64](b, "SELECT extract(epoch FROM scheduled_at - now())::float8 FROM river_job WHERE state = 'scheduled'")
	require.InDelta(t, putOff.Seconds(), seconds, 10)
	b.exec("UPDATE river_job SET scheduled_at = now() WHERE state = 'scheduled'")
	b.run(b.worker, 2)
	for _, run := range []*Run{first, second} {
		eventually(t, "another server works it", func() bool { return b.get(run.ID).State == StateSucceeded })
	}
	require.Equal(t, 1, b.get(second.ID).Attempt)
}

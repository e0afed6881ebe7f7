package refresh

import (
	"context"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/pace"
	"github.com/orgmap/orgmap/internal/vendors"
)

// waiting returns the job of an integration of the account.
func waiting(account, key string, job int64) waiter {
	integration := uuid.NewSHA1(uuid.Nil, []byte(strconv.FormatInt(job, 10)))
	return waiter{
		uuid.NewSHA1(uuid.Nil, []byte(account)), key,
		&river.Job[Args]{JobRow: &rivertype.JobRow{ID: job}, Args: Args{IntegrationID: integration}},
	}
}

// alike are the two ways to share workers, which have the same limits: one vendor key shared by many accounts, and
// one account with a key per integration.
var alike = map[string]func(name string, job int64) waiter{
	"vendor keys":                     func(name string, job int64) waiter { return waiting(strconv.FormatInt(job, 10), name, job) },
	"accounts":                        func(name string, job int64) waiter { return waiting(name, strconv.FormatInt(job, 10), job) },
	"accounts whose keys are unknown": func(name string, job int64) waiter { return waiting(name, "", job) },
}

// next returns the id of the job that gets the worker of one when it leaves; -1: none.
func (q *fairQueue) next(one waiter) int64 {
	next, found := q.release(one)
	if !found {
		return -1
	}
	return next.job.ID
}

func TestFairQueue_LeaveWorkersToOthers(t *testing.T) {
	t.Parallel()
	for what, waiting := range alike {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			for workers, want := range map[int]struct{ one, two, names int }{
				1:  {1, 1, 1},    // runs of the first name, of the first two, and names when all workers are busy
				2:  {1, 2, 2},    //
				4:  {2, 3, 3},    // the fourth worker is left for a third name
				10: {5, 7, 5},    // 5 and 2, and three more names
				30: {15, 20, 12}, // 15 and 5, and ten more names
			} {
				c := newFairQueue(workers)
				jobs := int64(0)
				fill := func(name string) {
					for jobs++; c.total < workers && c.admit(waiting(name, jobs)) == admitted; jobs++ {
					}
				}
				fill("one")
				require.Equal(t, want.one, c.total, workers)
				fill("two")
				require.Equal(t, want.two, c.total, workers)
				names := min(2, c.total)
				for ; c.total < workers; names++ {
					jobs++
					require.Equal(t, admitted, c.admit(waiting("other "+strconv.Itoa(names), jobs)), "a name without a run gets a free worker")
				}
				require.Equal(t, want.names, names, workers)
			}
		})
		t.Run(what+": the last worker returns to the queue", func(t *testing.T) {
			t.Parallel()
			c := newFairQueue(4)
			require.Equal(t, admitted, c.admit(waiting("one", 0)))
			require.Equal(t, admitted, c.admit(waiting("one", 1)))
			require.Equal(t, queued, c.admit(waiting("one", 2)))
			require.Equal(t, admitted, c.admit(waiting("two", 10)))
			require.Equal(t, admitted, c.admit(waiting("three", 20)))
			require.EqualValues(t, -1, c.next(waiting("one", 0)), "a fourth name may wait in the queue")
			require.Equal(t, admitted, c.admit(waiting("four", 30)))
			require.EqualValues(t, -1, c.next(waiting("four", 30)))
			require.EqualValues(t, 2, c.next(waiting("three", 20)), "two workers are free now")
		})
	}
	t.Run("a worker goes to the job that waits longest", func(t *testing.T) {
		t.Parallel()
		waiting := alike["vendor keys"]
		c := newFairQueue(5) // three for the first key, and the last one for a third key
		for job := range int64(7) {
			require.Equal(t, job < 3, c.admit(waiting("one", job)) == admitted)
		}
		require.Equal(t, admitted, c.admit(waiting("two", 10)))
		require.Equal(t, queued, c.admit(waiting("two", 11)), "the last worker is left for a third name")
		require.Equal(t, queued, c.admit(waiting("one", 4)), "a job that came back too early keeps its place in line")
		require.EqualValues(t, 3, c.next(waiting("one", 0)))
		require.EqualValues(t, 4, c.next(waiting("one", 1)))
		require.EqualValues(t, 11, c.next(waiting("two", 10)), "the second name has no other run, so it is next")
		require.EqualValues(t, 5, c.next(waiting("one", 2)))
		require.EqualValues(t, 6, c.next(waiting("one", 3)))
		for name, jobs := range map[string][]int64{"one": {4, 5, 6}, "two": {11}} {
			for _, job := range jobs {
				require.EqualValues(t, -1, c.next(waiting(name, job)))
			}
		}
		require.Empty(t, c.running)
		require.Zero(t, c.total)
	})
}

// An account that keeps requesting runs neither delays others nor gets more places in line than it has integrations.
func TestFairQueue_AccountsTakeTurns(t *testing.T) {
	t.Parallel()
	c := newFairQueue(10)
	for job := range int64(4) {
		require.Equal(t, admitted, c.admit(waiting("greedy", "", job)))
	}
	require.Equal(t, admitted, c.admit(waiting("modest", "one", 50)))
	require.Equal(t, admitted, c.admit(waiting("greedy", "", 4)))
	require.Equal(t, admitted, c.admit(waiting("modest", "two", 51)))
	for job := int64(10); job < 30; job++ {
		require.Equal(t, queued, c.admit(waiting("greedy", "", job)))
	}
	require.Equal(t, queued, c.admit(waiting("modest", "three", 52)))
	require.EqualValues(t, 52, c.next(waiting("greedy", "", 0)), "its account has fewer runs, although 20 jobs of the other have waited longer")
	for range 100 { // requested and canceled over and over
		require.Equal(t, queued, c.admit(waiting("greedy", "", 10)))
	}
	require.Len(t, c.waiting, 20)
	require.EqualValues(t, 10, c.next(waiting("greedy", "", 1)), "the job that has waited longest is next")
}

// A snoozed job comes back after its run was canceled and the integration's next run was requested.
func TestFairQueue_ANewJobReplacesTheOldOneInLine(t *testing.T) {
	t.Parallel()
	old, fresh := waiting("one", "", 1), waiting("one", "", 2)
	fresh.job.Args.IntegrationID = old.job.Args.IntegrationID
	busy := waiting("one", "", 3)
	for _, hasRoom := range []bool{false, true} {
		c := newFairQueue(2)
		require.Equal(t, admitted, c.admit(busy))
		require.Equal(t, queued, c.admit(old))
		require.Equal(t, queued, c.admit(fresh), "the new job replaces the old one in line")
		require.Len(t, c.waiting, 1)
		if hasRoom {
			c.workers = 10
		}
		require.Equal(t, superseded, c.admit(old))
		require.Equal(t, []waiter{fresh}, c.waiting)
		c.workers = 2
		require.EqualValues(t, 2, c.next(busy))
		require.EqualValues(t, -1, c.next(fresh))
	}
}

// Fifty integrations share three keys with low limits, on two servers. Every run finishes, each key's limits are
// kept, and waits for a turn are reported. Another account's run, which comes last and has its own key, is served
// before most of them.
func TestSharedKeys_AllRunsFinishAndOthersAreNotDelayed(t *testing.T) {
	t.Parallel()
	const integrations, servers, workers, pages = 50, 2, 4, 5
	b := newBench(t, openDatabase(t))
	all := &pacedSources{of: map[uuid.UUID]*pacedVendor{}, pages: pages}
	slow := vendors.Limits{InFlight: 2, Calls: 20, Per: time.Second} // 9 at once, then one every 111 ms
	crowded := []*pacedVendor{newPacedVendor(t, "one", slow), newPacedVendor(t, "two", slow), newPacedVendor(t, "three", slow)}
	free := newPacedVendor(t, "free", vendors.Limits{InFlight: 4, Calls: 1000, Per: time.Second})
	var ids []uuid.UUID
	for n := range integrations {
		ids = append(ids, b.integration())
		all.of[ids[n]] = crowded[n%len(crowded)]
	}
	neighbor := newBench(t, b.db)
	other := neighbor.integration()
	all.of[other] = free
	for range servers {
		worker := b.newWorker()
		worker.retry.wait = clock.Wait
		transport := &http.Transport{}
		t.Cleanup(transport.CloseIdleConnections)
		worker.sources = pacedServer{all, pace.New(pace.Options{DB: b.db}), &http.Client{Transport: transport}}
		b.run(worker, workers)
	}
	began := time.Now()
	runs, err := b.Request(b.editor, ids, Accepted{})
	require.NoError(t, err)
	eventually(t, "one key has taken all workers that it may have", func() bool {
		return one[int](b, "SELECT count(*) FROM refresh_runs WHERE state = 'RUNNING'") >= servers*2
	})
	last := neighbor.request(other)
	eventually(t, "another account's run, which comes last, is served", func() bool { return neighbor.get(last.ID).State == StateSucceeded })
	left := one[int](b, "SELECT count(*) FROM refresh_runs WHERE state IN ('QUEUED', 'RUNNING')")
	require.Greater(t, left, integrations/4, "many runs of the shared keys still wait")

	for _, run := range runs {
		require.Eventually(t, func() bool { return b.get(run.ID).Finished() }, 2*time.Minute, 20*time.Millisecond)
		ended := b.get(run.ID)
		require.Equal(t, StateSucceeded, ended.State, "%+v", ended.Failure())
		require.Equal(t, 1, ended.Attempt)
	}
	require.Less(t, time.Since(began), snoozeTime, "snoozed jobs came back only when due")
	require.Positive(t, all.waited.Load(), "a run is told how long it waits for turns")
	for _, v := range append(crowded, free) {
		v.requireKept(t)
	}
}

func TestWorker_LimitsARunsOwnTime(t *testing.T) {
	t.Parallel()
	db := openDatabase(t)
	t.Run("a list that is not read in time fails", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		b.worker.timeout = 50 * time.Millisecond
		_, release := b.vendor.hold()
		defer release()
		run := b.refresh(b.integration())
		require.Equal(t, StateFailed, run.State)
		require.Equal(t, VendorTimeout, run.Failure().Code)
	})
	t.Run("a list that is not read in time after a wait for a turn fails", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		b.worker.timeout = 50 * time.Millisecond
		b.vendor.interrupt(func(ctx context.Context, _ int) {
			over := vendors.BeginWait(ctx)
			require.NoError(t, clock.Wait(ctx, 200*time.Millisecond), "its own time does not advance while it waits")
			over()
			<-ctx.Done()
		})
		run := b.refresh(b.integration())
		require.Equal(t, StateFailed, run.State)
		require.Equal(t, VendorTimeout, run.Failure().Code)
	})
	t.Run("waiting for a turn does not count", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ctx, stop := withTimeouts(t.Context(), time.Minute, time.Hour)
			defer stop()
			for range 3 {
				time.Sleep(15 * time.Second)
				one, other := vendors.BeginWait(ctx), vendors.BeginWait(ctx) // two concurrent calls
				time.Sleep(5 * time.Minute)
				one()
				time.Sleep(5 * time.Minute)
				other()
				other() // has no effect
			}
			time.Sleep(15*time.Second - 1)
			require.NoError(t, ctx.Err())
			time.Sleep(time.Nanosecond)
			<-ctx.Done()
			require.ErrorIs(t, context.Cause(ctx), errTooSlow)
		})
	})
	t.Run("waiting longer than the maximum fails", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ctx, stop := withTimeouts(t.Context(), 2*time.Hour, time.Hour)
			defer stop()
			defer vendors.BeginWait(ctx)()
			began := time.Now()
			<-ctx.Done()
			require.ErrorIs(t, context.Cause(ctx), errRateLimited)
			require.Equal(t, time.Hour, time.Since(began))
		})
	})
}

// silent provides vendors that never answer, each with its own key, to the account holds. Other accounts use Sources.
type silent struct {
	Sources
	holds uuid.UUID
	calls chan uuid.UUID // integrations whose vendor was called
}

func (s silent) VendorKey(_ context.Context, _, integration uuid.UUID) (string, error) {
	return integration.String(), nil
}

func (s silent) OpenSource(ctx context.Context, account, integration uuid.UUID) (vendors.Source, error) {
	if account != s.holds {
		return s.Sources.OpenSource(ctx, account, integration)
	}
	never := &vendor{}
	never.interrupt(func(ctx context.Context, _ int) {
		s.calls <- integration
		<-ctx.Done()
	})
	return never, nil
}

// One account's runs at silent vendors, each with its own key, occupy at most half of the workers. Other accounts'
// refreshes start and succeed in the meantime, even while the account keeps requesting more.
func TestAccounts_SilentVendorsDoNotDelayOtherAccounts(t *testing.T) {
	t.Parallel()
	const integrations, workers = 30, 10
	greedy := newBench(t, openDatabase(t))
	neighbor := newBench(t, greedy.db)
	neighbor.vendor.set("1", "Acme")
	sources := silent{Sources: neighbor, holds: greedy.account, calls: make(chan uuid.UUID, 10*integrations)}
	greedy.worker.sources = sources
	var ids []uuid.UUID
	for range integrations {
		ids = append(ids, greedy.integration())
	}
	greedy.run(greedy.worker, workers)
	runs, err := greedy.Request(greedy.editor, ids, Accepted{})
	require.NoError(t, err)
	called := map[uuid.UUID]bool{}
	for range workers / 2 {
		called[<-sources.calls] = true
	}
	eventually(t, "the others wait in line", func() bool { return greedy.jobs("scheduled") == integrations-workers/2 })
	require.Equal(t, workers/2, one[int](greedy, "SELECT count(*) FROM refresh_runs WHERE state = 'RUNNING'"))
	serve := func() {
		run := neighbor.request(neighbor.integration())
		eventually(t, "the other account's refresh succeeds", func() bool { return neighbor.get(run.ID).State == StateSucceeded })
	}
	serve()
	for range 5 {
		for _, run := range runs {
			if !called[run.IntegrationID] {
				_, err := greedy.Cancel(greedy.editor, run.ID)
				require.NoError(t, err)
			}
		}
		runs, err = greedy.Request(greedy.editor, ids, Accepted{})
		require.NoError(t, err)
		serve()
	}
	require.Equal(t, workers/2, one[int](greedy, "SELECT count(*) FROM refresh_runs WHERE state = 'RUNNING'"))
	require.Empty(t, sources.calls, "no other vendor of the account is called")
}

// keyed gives all integrations the same key.
type keyed struct{ Sources }

func (keyed) VendorKey(context.Context, uuid.UUID, uuid.UUID) (string, error) { return "one", nil }

// Canceling a run does not cancel the runs behind it in line.
func TestSharedKeys_ACanceledRunFreesItsWorker(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	b.worker.sources = keyed{b}
	b.vendor.set("1", "Acme")
	begun, release := b.vendor.hold()
	defer release()
	b.run(b.worker, 2) // one per key
	first := b.request(b.integration())
	<-begun
	second := b.request(b.integration())
	eventually(t, "the second run waits in line", func() bool { return b.jobs("scheduled") == 1 })
	require.Equal(t, StateQueued, b.get(second.ID).State)
	_, err := b.Cancel(b.editor, first.ID)
	require.NoError(t, err)
	eventually(t, "it runs at once", func() bool { return b.get(second.ID).State == StateSucceeded })
	require.Equal(t, 1, b.get(second.ID).Attempt)
	eventually(t, "its job does not come back", func() bool { return b.jobs("completed") == 1 && b.jobs("scheduled") == 0 })
}

// The server that held a run in its line is gone: River starts the job when it is due, on any server.
func TestSharedKeys_WaitingRunsOutliveTheirServer(t *testing.T) {
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
	eventually(t, "the second run waits in line", func() bool { return b.jobs("scheduled") == 1 })
	stop()
	require.Equal(t, StateQueued, b.get(second.ID).State)
	seconds := one[float64](b, "SELECT extract(epoch FROM scheduled_at - now())::float8 FROM river_job WHERE state = 'scheduled'")
	require.InDelta(t, snoozeTime.Seconds(), seconds, 10)
	b.exec("UPDATE river_job SET scheduled_at = now() WHERE state = 'scheduled'")
	b.run(b.worker, 2)
	for _, run := range []*Run{first, second} {
		eventually(t, "another server runs it", func() bool { return b.get(run.ID).State == StateSucceeded })
	}
	require.Equal(t, 1, b.get(second.ID).Attempt)
}

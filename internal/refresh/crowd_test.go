package refresh

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
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
	t.Run("a place goes on to who waits longest", func(t *testing.T) {
		t.Parallel()
		c := newCrowds(4)
		for job := range int64(6) {
			require.Equal(t, job < 2, c.enter(waiting("one", job)))
		}
		require.True(t, c.enter(waiting("two", 10)))
		require.False(t, c.enter(waiting("two", 11)), "the last worker is a third key's")
		require.False(t, c.enter(waiting("one", 3)), "it came by itself, in vain, and keeps its place in the line")
		leave := func(key string) (next int64) {
			one, found := c.leave(key)
			if !found {
				return -1
			}
			return one.job.ID
		}
		require.EqualValues(t, 2, leave("one"))
		require.EqualValues(t, 3, leave("one"))
		require.EqualValues(t, 4, leave("one"))
		require.EqualValues(t, 11, leave("two"), "two has no other run: nobody is before it")
		require.EqualValues(t, 5, leave("one"))
		require.EqualValues(t, -1, leave("one"))
		require.EqualValues(t, -1, leave("one"))
		require.EqualValues(t, -1, leave("two"))
		require.Empty(t, c.inside)
		require.Zero(t, c.all)
	})
}

// pacedSources are vendors of which each counts the calls of one key; which one is an integration's, of tells.
type pacedSources struct {
	of    map[uuid.UUID]*pacedVendor
	pages int
}

// pacedVendor answers at once, and keeps account of when it was asked.
type pacedVendor struct {
	key, url string
	limits   vendors.Limits

	mutex          sync.Mutex // protects what follows
	inFlight, most int
	at             []time.Time
}

func newPacedVendor(t *testing.T, key string, limits vendors.Limits) *pacedVendor {
	t.Helper()
	v := &pacedVendor{key: key, limits: limits}
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	v.url = server.URL
	return v
}

func (v *pacedVendor) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	v.mutex.Lock()
	v.inFlight++
	v.most, v.at = max(v.most, v.inFlight), append(v.at, time.Now())
	v.mutex.Unlock()
	defer func() {
		v.mutex.Lock()
		defer v.mutex.Unlock()
		v.inFlight--
	}()
	_ = json.NewEncoder(w).Encode("here")
}

// requireKept holds the vendor's account against its limits.
func (v *pacedVendor) requireKept(t *testing.T) {
	t.Helper()
	v.mutex.Lock()
	defer v.mutex.Unlock()
	require.LessOrEqual(t, v.most, v.limits.InFlight, v.key)
	for i, first := range v.at {
		end := slices.IndexFunc(v.at[i:], func(at time.Time) bool { return at.Sub(first) >= v.limits.Per })
		if end < 0 {
			end = len(v.at) - i
		}
		require.LessOrEqual(t, end, v.limits.Calls, "%s: calls within %s", v.key, v.limits.Per)
	}
}

// pacedSource reads its vendor's pages, each in its turn.
type pacedSource struct {
	vendor *pacedVendor
	client *http.Client
	pages  int
}

func (s pacedSource) Verify(context.Context) error { return nil }

func (s pacedSource) Organizations(ctx context.Context, cursor string) (vendors.Page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.vendor.url, http.NoBody)
	if err != nil {
		return vendors.Page{}, err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return vendors.Page{}, err
	}
	if err := response.Body.Close(); err != nil {
		return vendors.Page{}, err
	}
	number, _ := strconv.Atoi(cursor) // "" is the first
	page := vendors.Page{Organizations: []vendors.Organization{{RemoteID: strconv.Itoa(number), Name: "Client"}}, Total: &s.pages}
	if number+1 < s.pages {
		page.Next = strconv.Itoa(number + 1)
	}
	return page, nil
}

// pacedServer is what one server's worker opens; each has a pacer of its own.
type pacedServer struct {
	*pacedSources
	pacer  *pace.Pacer
	client *http.Client
}

func (s pacedServer) VendorKey(_ context.Context, _, integration uuid.UUID) (string, error) {
	return s.of[integration].key, nil
}

func (s pacedServer) OpenSource(_ context.Context, _, integration uuid.UUID) (vendors.Source, error) {
	v := s.of[integration]
	return pacedSource{v, s.pacer.Client([]byte(v.key), vendors.ApplicationHudu, v.limits, s.client), s.pages}, nil
}

// Fifty integrations on three keys that take few calls, on two servers: each run waits longer than it may take, and comes to its
// end all the same; each key's limits are kept; and who comes last, with a key of their own, is served at once.
func TestCrowdedKeys_FailNobodyAndHoldNobodyUp(t *testing.T) {
	t.Parallel()
	const integrations, servers, workers, pages = 50, 2, 4, 4
	const most = 500 * time.Millisecond // of a run's own time
	const promptly = 4 * time.Second
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
	runs, err := b.Request(b.editor, ids, false)
	require.NoError(t, err)
	eventually(t, "all workers that one may have are taken", func() bool {
		return one[int](b, "SELECT count(*) FROM refresh_runs WHERE state = 'RUNNING'") >= servers*3
	})
	asked := time.Now()
	last := b.request(other)
	eventually(t, "who comes last is served", func() bool { return b.get(last.ID).State == StateSucceeded })
	took := time.Since(asked)
	left := one[int](b, "SELECT count(*) FROM refresh_runs WHERE state IN ('QUEUED', 'RUNNING')")
	require.Greater(t, left, integrations/2, "most of the crowd still waits")
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

package pace_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/pace"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(dbtest.Wrap(m, migrations.Up)) }

const waitTimeout = 20 * time.Second

// vendor is a simulated vendor that records the calls it receives.
type vendor struct {
	url string

	mutex    sync.Mutex // protects the fields below
	inFlight int
	most     int
	at       []time.Time
	hold     <-chan struct{} // responses wait for it; nil: none waits
}

func newVendor(t *testing.T) *vendor {
	t.Helper()
	v := &vendor{}
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	v.url = server.URL
	return v
}

func (v *vendor) ServeHTTP(http.ResponseWriter, *http.Request) {
	v.mutex.Lock()
	v.inFlight++
	v.most = max(v.most, v.inFlight)
	v.at = append(v.at, time.Now())
	hold := v.hold
	v.mutex.Unlock()
	if hold != nil {
		<-hold
	}
	v.mutex.Lock()
	v.inFlight--
	v.mutex.Unlock()
}

func (v *vendor) calls() (now, most, all int) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	return v.inFlight, v.most, len(v.at)
}

// fleet is several servers that share a database, each with its own pool.
type fleet struct {
	t       *testing.T
	dbs     []*pg.DB
	clients []*http.Client
}

func newFleet(t *testing.T, servers int, key string, limits vendors.Limits) *fleet {
	t.Helper()
	f := &fleet{t: t}
	url := dbtest.Database(t)
	for range servers {
		db, err := pg.Open(t.Context(), url, pg.Options{MaxConnections: 6})
		require.NoError(t, err)
		t.Cleanup(db.Close)
		f.dbs = append(f.dbs, db)
		transport := &http.Transport{}
		t.Cleanup(transport.CloseIdleConnections)
		f.clients = append(f.clients, pace.New(pace.Options{DB: db}).Client([]byte(key), vendors.ApplicationHudu, limits, &http.Client{Transport: transport}))
	}
	return f
}

// get makes a call from a server and reads the response.
func (f *fleet) get(ctx context.Context, server int, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	response, err := f.clients[server].Do(request)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, response.Body)
	return errors.Join(err, response.Body.Close())
}

// storm makes calls from all servers at once; wait returns their errors.
func (f *fleet) storm(each int, url string) (wait func() []error) {
	var group sync.WaitGroup
	errs := make([]error, each*len(f.clients))
	for server := range f.clients {
		for n := range each {
			group.Go(func() { errs[server*each+n] = f.get(f.t.Context(), server, url) })
		}
	}
	return func() []error {
		group.Wait()
		return slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	}
}

func (f *fleet) count(query string) (count int) {
	f.t.Helper()
	require.NoError(f.t, f.dbs[0].Pool().QueryRow(f.t.Context(), query).Scan(&count))
	return count
}

func TestFleet_EnforcesTheKeysConcurrencyLimit(t *testing.T) {
	t.Parallel()
	f, v := newFleet(t, 3, "key", vendors.Limits{}), newVendor(t)
	release := make(chan struct{})
	letGo := sync.OnceFunc(func() { close(release) })
	defer letGo() // if this test fails, the others must not wait
	v.hold = release
	wait := f.storm(20, v.url)
	require.Eventually(t, func() bool { now, _, _ := v.calls(); return now == 4 }, waitTimeout, 5*time.Millisecond, "it uses the whole limit")
	letGo()
	require.Empty(t, wait())
	now, most, all := v.calls()
	require.Equal(t, []int{0, 4, 60}, []int{now, most, all})
	require.Zero(t, f.count("SELECT count(*) FROM vendor_calls"), "all slots are free again")
}

func TestTakeVendorCall_GrantsUpToTheLimit(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1, "key", vendors.Limits{})
	for _, want := range []string{"GRANTED", "GRANTED", "BUSY", "BUSY"} {
		var answer string
		require.NoError(t, f.dbs[0].Pool().QueryRow(t.Context(),
			"SELECT answer FROM take_vendor_call('key', gen_random_uuid(), 2, '0', '0', '1 minute')").Scan(&answer))
		require.Equal(t, want, answer)
	}
}

func TestFleet_EnforcesTheKeysRateLimit(t *testing.T) {
	t.Parallel()
	limits := vendors.Limits{Calls: 100, Per: time.Second}
	f, v := newFleet(t, 3, "key", limits), newVendor(t)
	began := time.Now()
	require.Empty(t, f.storm(70, v.url)())
	took := time.Since(began)
	require.Len(t, v.at, 210)
	for i := range v.at {
		within := slices.IndexFunc(v.at[i:], func(at time.Time) bool { return at.Sub(v.at[i]) >= limits.Per })
		if within < 0 {
			within = len(v.at) - i
		}
		require.LessOrEqual(t, within, limits.Calls, "calls within the period from call %d", i)
	}
	t.Logf("210 calls took %s, %.0f a second", took.Round(time.Millisecond), 210/took.Seconds())
	// 45 calls go at once, then one every 22 ms: the other 165 take 3.7 s. More than twice that would mean that calls
	// wait for nothing.
	require.Less(t, took, 10*time.Second)
}

func TestFleet_FreesTheSlotsOfADeadServer(t *testing.T) {
	t.Parallel()
	f, v := newFleet(t, 1, "key", vendors.Limits{InFlight: 2}), newVendor(t)
	require.NoError(t, f.get(t.Context(), 0, v.url)) // creates the key
	require.Equal(t, 2, f.count("WITH dead AS (INSERT INTO vendor_calls SELECT key, gen_random_uuid(), now() + interval '1 second' FROM vendor_keys, generate_series(1, 2) RETURNING key) SELECT count(*) FROM dead"))
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	require.NoError(t, f.get(ctx, 0, v.url))
	require.Zero(t, f.count("SELECT count(*) FROM vendor_calls"))
}

func TestFleet_FreesTheSlotOfAFinishedCall(t *testing.T) {
	t.Parallel()
	f, v := newFleet(t, 1, "key", vendors.Limits{InFlight: 1}), newVendor(t)
	require.NoError(t, f.get(t.Context(), 0, v.url))
	require.Zero(t, f.count("SELECT count(*) FROM vendor_calls"))
}

func TestFleet_AllServersWaitWhenOneIsThrottled(t *testing.T) {
	t.Parallel()
	f, v := newFleet(t, 2, "key", vendors.Limits{}), newVendor(t)
	told, is := f.clients[0].Transport.(call.Throttled)
	require.True(t, is)
	told.Throttled(time.Minute)
	told.Throttled(0) // does not shorten the wait
	for server := range f.clients {
		var refused *vendors.Error
		require.ErrorAs(t, f.get(t.Context(), server, v.url), &refused)
		require.Equal(t, vendors.RateLimited, refused.Class)
		require.InDelta(t, time.Minute.Seconds(), refused.RetryAfter.Seconds(), 20)
	}
	_, _, all := v.calls()
	require.Zero(t, all)
	elsewhere := pace.New(pace.Options{DB: f.dbs[1]}).Client([]byte("another key"), vendors.ApplicationHudu, vendors.Limits{}, f.clientBeneath())
	response, err := elsewhere.Get(v.url)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())

	told.Throttled(24 * time.Hour) // longer than any run would wait; capped at an hour
	var refused *vendors.Error
	require.ErrorAs(t, f.get(t.Context(), 1, v.url), &refused)
	require.InDelta(t, time.Hour.Minutes(), refused.RetryAfter.Minutes(), 1)
	require.Contains(t, refused.Message, "in 60 minutes")
	_, _, all = v.calls()
	require.Equal(t, 1, all, "the other key's")

	_, err = f.dbs[0].Pool().Exec(t.Context(), "UPDATE vendor_keys SET paused_until = now()")
	require.NoError(t, err)
	require.NoError(t, f.get(t.Context(), 1, v.url))
}

// clientBeneath returns a client that does not wait for a turn.
func (f *fleet) clientBeneath() *http.Client {
	transport := &http.Transport{}
	f.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestFleet_CanceledCallsHoldNoSlot(t *testing.T) {
	t.Parallel()
	f, v := newFleet(t, 2, "key", vendors.Limits{InFlight: 1}), newVendor(t)
	release := make(chan struct{})
	v.hold = release
	first := make(chan error, 1)
	go func() { first <- f.get(t.Context(), 0, v.url) }()
	require.Eventually(t, func() bool { now, _, _ := v.calls(); return now == 1 }, waitTimeout, 5*time.Millisecond)
	for server := range f.clients { // one waits in its own process, the other for the first server
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		require.ErrorIs(t, f.get(ctx, server, v.url), context.DeadlineExceeded)
		cancel()
	}
	close(release)
	require.NoError(t, <-first)
	require.Empty(t, f.storm(3, v.url)())
	require.Zero(t, f.count("SELECT count(*) FROM vendor_calls"))
	_, most, all := v.calls()
	require.Equal(t, []int{1, 7}, []int{most, all})
}

func TestPacer_PrunesUnusedKeys(t *testing.T) {
	t.Parallel()
	f, v := newFleet(t, 1, "key", vendors.Limits{}), newVendor(t)
	require.NoError(t, f.get(t.Context(), 0, v.url))
	pacer := pace.New(pace.Options{DB: f.dbs[0]})
	pruned, err := pacer.Prune(t.Context())
	require.NoError(t, err)
	require.Zero(t, pruned)
	_, err = f.dbs[0].Pool().Exec(t.Context(), "UPDATE vendor_keys SET used_at = now() - interval '2 days', paused_until = now() - interval '2 days'")
	require.NoError(t, err)
	pruned, err = pacer.Prune(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 1, pruned)
}

// While Postgres is down, a call waits as long as its caller does and never bypasses the limits.
func TestFleet_WaitsForPostgres(t *testing.T) {
	t.Parallel()
	f, v := newFleet(t, 1, "key", vendors.Limits{}), newVendor(t)
	f.dbs[0].Close()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, f.get(ctx, 0, v.url), context.DeadlineExceeded)
	_, _, all := v.calls()
	require.Zero(t, all)
}

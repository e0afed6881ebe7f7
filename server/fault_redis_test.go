//go:build fault

package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/rds"
	"github.com/orgmap/orgmap/internal/vendors"
)

// slowest is how much longer a mutation may take because of Redis.
const slowest = 100 * time.Millisecond

// timed creates organizations one after the other and returns the sorted durations.
func timed(t *testing.T, f *fleet, token string, many int, label string) []time.Duration {
	t.Helper()
	asking := newRequester(t, token, waitTimeout)
	took := make([]time.Duration, many)
	for n := range took {
		began := time.Now()
		got, err := asking.send(t.Context(), f.seats[0].url, "", createOne, object{"name": fmt.Sprint(label, " ", n)})
		took[n] = time.Since(began)
		require.NoError(t, err)
		require.Empty(t, got.code())
		require.Empty(t, codes(at(got.Data, "createOrganization")))
	}
	slices.Sort(took)
	return took
}

// noticed is how soon a server replaces a connection to Redis that died silently.
const noticed = 10 * time.Second

// answered is how soon each mutation is answered, whatever happens to Redis.
const answered = 500 * time.Millisecond

// unnoticed is less than any wait for Redis would be, but more than the medians of two measurements differ on a busy
// machine. A mutation that waits for Redis, even for 50 ms, exceeds it.
const unnoticed = 25 * time.Millisecond

// enoughForTheSlowest is a sample size at which the slowest hundredth is more than one hiccup of the machine.
const enoughForTheSlowest = 200

// enoughForTheMiddle is a sample size at which the median is not random. If a seed has few Redis faults, there are few
// mutations during them.
const enoughForTheMiddle = 20

// requireNoSlower compares durations during a fault with durations without one: hiccups of the machine affect both.
func requireNoSlower(t *testing.T, peace, fault []time.Duration, by time.Duration) {
	t.Helper()
	if len(peace) == 0 || len(fault) == 0 {
		return
	}
	t.Logf("mutations in peace: %s; during the fault: %s", spread(peace), spread(fault))
	require.Less(t, quantile(fault, 50), quantile(peace, 50)+unnoticed)
	require.Less(t, quantile(fault, 75), quantile(peace, 75)+unnoticed)
	require.Less(t, quantile(fault, 95), quantile(peace, 95)+by)
	if len(fault) >= enoughForTheSlowest && len(peace) >= enoughForTheSlowest {
		require.Less(t, quantile(fault, 99), quantile(peace, 99)+by)
	}
}

// A refresh and all watchers continue whatever happens to Redis, and nothing waits for it.
func TestFault_RedisDuringARefresh(t *testing.T) {
	for name, fault := range map[string]struct {
		begin, end func(f *fleet)
		lasts      time.Duration
		silent     bool // nothing breaks: only heartbeats reveal it
	}{
		"down for 10 s":   {func(f *fleet) { f.redis.Stop() }, func(f *fleet) { f.redis.Start() }, 10 * time.Second, false},
		"restarted empty": {func(f *fleet) { f.redis.Stop(); f.redis.Start() }, func(*fleet) {}, 0, false},
		"flushed":         {func(f *fleet) { f.redis.Flush() }, func(*fleet) {}, 0, false},
		"half open for 30 s": {
			func(f *fleet) { f.seats[0].redis.hold(); f.seats[1].redis.hold() },
			func(f *fleet) { f.seats[0].redis.resume(); f.seats[1].redis.resume() }, 30 * time.Second, true,
		},
		"frozen for 15 s": {func(f *fleet) { f.redis.Pause() }, func(f *fleet) { f.redis.Resume() }, 15 * time.Second, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFleet(t, 2, false)
			admin := f.admin(1000)
			glue, address := admin.vendor(vendors.ApplicationITGlue, renamed(100, "Client 0")...)
			glue.SetPageLimit(5) // 20 pages
			glue.SetLatency(300 * time.Millisecond)
			integration := admin.connect(glue, address)
			cursor := at(admin.do(`{ journalCursor }`, nil), "journalCursor").(string)
			peace := timed(t, f, admin.token, 60, "in peace")

			// One watcher per server; one of the servers is not the refreshing one.
			watching, leave := context.WithCancel(context.Background())
			var watchers sync.WaitGroup
			t.Cleanup(func() { leave(); watchers.Wait() })
			var changes []*changeFollower
			var runs []*runFollower
			ended := make([]time.Time, 2)
			var mu sync.Mutex // protects ended
			for index := range f.seats {
				choose := func() (int, string) { return index, f.seats[index].url }
				one, err := newChangeFollower("websocket", admin.token, cursor, choose)
				require.NoError(t, err)
				progress := newRunFollower("server-sent events", admin.token, choose)
				fold := progress.receive
				progress.receive = func(data object) {
					fold(data)
					if at(data, "refreshProgress", "run", "state") == "SUCCEEDED" {
						mu.Lock()
						ended[index] = time.Now()
						mu.Unlock()
					}
				}
				changes, runs = append(changes, one), append(runs, progress)
				watchers.Go(func() { one.follow(watching) })
				watchers.Go(func() { progress.follow(watching) })
			}

			run := at(admin.do(`mutation { refresh { runs { id } } }`, nil), "refresh", "runs", 0, "id").(string)
			require.Eventually(t, func() bool {
				return at(admin.do(`query($id: ID!) { node(id: $id) { ... on RefreshRun { fetched } } }`, object{"id": run}), "node", "fetched").(float64) >= 25
			}, waitTimeout, 20*time.Millisecond)
			before := reconnects(t, f.seats[1].world)
			fault.begin(f)
			began := time.Now()
			during := timed(t, f, admin.token, 60, "during")
			requireNoSlower(t, peace, during, slowest)
			require.Less(t, during[len(during)-1], answered)
			last := admin.await(run)
			require.Equal(t, "SUCCEEDED", last["state"])
			require.EqualValues(t, 100, last["fetched"])
			require.Len(t, admin.externals(integration), 100)

			database := superuser(t, f.stores.database)
			head := int64(count(t, database, `SELECT journal_position FROM accounts WHERE id = $1`, admin.account))
			var finished time.Time
			require.NoError(t, database.QueryRow(t.Context(), `SELECT finished_at FROM refresh_runs ORDER BY id DESC LIMIT 1`).Scan(&finished))
			for index := range f.seats {
				require.Eventually(t, func() bool {
					mu.Lock()
					defer mu.Unlock()
					return changes[index].reached() == head && !ended[index].IsZero()
				}, 2*livePromise, 10*time.Millisecond)
				require.NoError(t, changes[index].failure())
				require.NoError(t, runs[index].failure())
				require.Less(t, ended[index].Sub(finished), livePromise, "the run's end")
				t.Logf("server %d: the run's end was known after %s, changes after %s at most", index,
					ended[index].Sub(finished).Round(time.Millisecond), requireInTime(t, changes[index], journalTimes(t, database), -1))
			}
			if fault.silent {
				due := time.NewTimer(time.Until(began.Add(noticed)))
				<-due.C
				require.Greater(t, reconnects(t, f.seats[1].world), before, "a silently lost connection was not noticed")
			}
			rested := time.NewTimer(time.Until(began.Add(fault.lasts))) // the fault lasts for its full duration
			<-rested.C
			fault.end(f)

			// Notifications arrive again: five changes in a row arrive much sooner than polling every two seconds could
			// deliver them.
			returned := time.Now()
			n := 0
			require.Eventually(t, func() bool {
				n++
				admin.create(fmt.Sprint("after ", n))
				return prompt(changes[1], journalTimes(t, database), 5)
			}, 30*time.Second, 200*time.Millisecond, "news do not come through Redis again")
			t.Logf("news came through Redis again %s after its return", time.Since(returned).Round(time.Millisecond))
			leave()
			watchers.Wait()
			requireInvariants(t, f.stores.database)
		})
	}
}

// reconnects returns how often a server has replaced its subscription connection.
func reconnects(t *testing.T, w *world) float64 {
	t.Helper()
	families, err := w.app.registry.Gather()
	require.NoError(t, err)
	for _, family := range families {
		if family.GetName() == "orgmap_live_reconnects_total" {
			return family.GetMetric()[0].GetCounter().GetValue()
		}
	}
	return 0
}

// prompt reports whether the last inARow changes that a client has arrived at once.
func prompt(c *changeFollower, times map[int64]time.Time, inARow int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for position := c.position; position > c.position-inARow; position-- {
		if got, known := c.receipts[position]; !known || got.at.Sub(times[position]) > 300*time.Millisecond {
			return false
		}
	}
	return true
}

// A process has two connections to Redis, however many clients watch.
func TestFault_ServerUsesTwoRedisConnections(t *testing.T) {
	f := newFleet(t, 1, false)
	admins := []*client{f.admin(10), f.admin(10), f.admin(10)}
	for _, admin := range admins {
		for range 10 {
			_, stop := admin.watch(changesQuery, nil)
			t.Cleanup(stop)
		}
		admin.create("One", "Two", "Three")
	}
	looking, err := rds.New(f.redis.URL())
	require.NoError(t, err)
	defer looking.Close()
	var list string
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(list)
		}
	})
	require.Eventually(t, func() bool {
		var err error
		list, err = looking.ClientList(t.Context()).Result()
		own := strings.Count(list, "cmd=client")
		return err == nil && strings.Count(list, "cmd=subscribe") == 1 && strings.Count(list, " addr=") == 2+own
	}, waitTimeout, 20*time.Millisecond)
	requireInvariants(t, f.stores.database)
}

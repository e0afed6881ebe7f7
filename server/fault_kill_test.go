//go:build fault

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// killing is one server's life: it works on one run and is killed at one moment of it.
type killing struct {
	moment string
	lock   string // what is locked meanwhile, by account; the run stops there
	page   int    // page at which the vendor hangs; 0: none
	ended  bool   // the run has ended, but no notification was sent
	admin  *client
	glue   *sim.Server
	run    string
	at     time.Time
}

// The moments of a run at which a server may be killed. A lock wait takes two seconds, which is enough time to kill.
const (
	lockRun      = `SELECT FROM refresh_runs WHERE account_id = $1 AND state = 'QUEUED' FOR UPDATE`
	lockExternal = `SELECT FROM external_orgs WHERE account_id = $1 FOR UPDATE`
	lockAccount  = `SELECT FROM accounts WHERE id = $1 FOR NO KEY UPDATE`
)

// killings returns twenty killings, at random moments and in random order.
func killings(random *rand.Rand, pages int) (all []*killing) {
	for range 3 {
		all = append(all, &killing{moment: "before its lease", lock: lockRun})
		all = append(all, &killing{moment: "in its swap's first write", lock: lockExternal})
		all = append(all, &killing{moment: "in its swap's last write", lock: lockAccount})
		all = append(all, &killing{moment: "after its commit, before anybody is told", ended: true})
	}
	for len(all) < 20 {
		page := 1 + random.IntN(pages)
		all = append(all, &killing{moment: fmt.Sprint("at page ", page), page: page})
	}
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// Twenty servers are killed with -9, one after the other, each at a different moment of a run. Each run ends on another
// server within a minute, no client ever sees a partial list, watchers learn of every end, and a new refresh works.
func TestFault_Kill9AtTwentyPointsOfARefresh(t *testing.T) {
	const size, perPage = 40, 4
	const within, table = time.Minute, 90 * time.Second
	seed := newSeed(t)
	random := rand.New(rand.NewPCG(seed, 0))
	f := newFleet(t, 0, false)
	stores := f.stores
	stores.redis, stores.role = f.redis.URL(), roleAPI
	watching := bootWorld(t, stores) // serves requests, never refreshes
	database, locker := superuser(t, stores.database), superuser(t, stores.database)
	all := killings(random, size/perPage)
	first, _ := startProcess(t, stores)
	for _, one := range all {
		one.admin = watching.newAccount(10)
		glue, address := one.admin.vendor(vendors.ApplicationITGlue, wholeList(size, "old")...)
		one.glue = glue
		one.admin.connect(glue, address)
		require.Equal(t, "SUCCEEDED", one.admin.refresh(nil)[0]["state"])
		glue.SetPageLimit(perPage)
		glue.Set(wholeList(size, "new"))
	}
	require.NoError(t, first.Process.Kill())
	requireWholeLists := func() {
		require.Zero(t, count(t, database, `
			SELECT count(*) FROM (SELECT FROM external_orgs WHERE removed_at IS NULL GROUP BY account_id
				HAVING count(*) <> $1 OR count(DISTINCT split_part(name, ' ', 1)) <> 1) AS partial`, size), "a part of a list is visible")
	}
	for n, one := range all {
		if one.ended {
			f.killUntold(t, one, watching, database)
		} else {
			f.killCaught(t, one, locker, database)
		}
		t.Logf("%d. killed %s", n+1, one.moment)
		requireWholeLists()
	}
	startProcess(t, stores)
	began := time.Now()
	left := map[string]*killing{}
	for _, one := range all {
		left[one.run] = one
	}
	var longest time.Duration
	require.Eventually(t, func() bool {
		requireWholeLists()
		for run, one := range left {
			if state := one.admin.run(run)["state"]; state != "QUEUED" && state != "RUNNING" {
				longest = max(longest, time.Since(one.at))
				delete(left, run)
			}
		}
		return len(left) == 0
	}, within, 50*time.Millisecond, "a run is alive a minute after there was a server again")
	require.Less(t, longest, table)
	t.Logf("all 20 had ended %s after there was a server again, the longest of them %s after its own was killed",
		time.Since(began).Round(time.Millisecond), longest.Round(time.Millisecond))
	for _, one := range all {
		ended := one.admin.run(one.run)
		require.Equal(t, "SUCCEEDED", ended["state"], one.moment)
		attempts := 2
		if one.ended {
			attempts = 1
		}
		require.EqualValues(t, attempts, ended["attempt"], one.moment)
		require.Equal(t, "SUCCEEDED", one.admin.refresh(nil)[0]["state"], "a new refresh works")
	}
	require.Equal(t, len(all)*size, count(t, database, `SELECT count(*) FROM external_orgs WHERE removed_at IS NULL AND name LIKE 'new %'`))
	requireInvariants(t, stores.database)
}

func (c *client) beginRefresh() string {
	c.t.Helper()
	return at(c.do(`mutation { refresh { runs { id } } }`, nil), "refresh", "runs", 0, "id").(string)
}

// killCaught kills a server when its run has reached the moment.
func (f *fleet) killCaught(t *testing.T, one *killing, locker, database *pgx.Conn) {
	t.Helper()
	if one.page > 0 {
		one.glue.Inject(sim.Hang().At(one.page))
	}
	one.run = one.admin.beginRefresh() // no server is running yet that would work on it
	lock, err := locker.Begin(t.Context())
	require.NoError(t, err)
	if one.lock != "" {
		_, err := lock.Exec(t.Context(), one.lock, one.admin.account)
		require.NoError(t, err)
	}
	stores := f.stores
	stores.redis = f.redis.URL()
	server, _ := startProcess(t, stores)
	require.Eventually(t, func() bool {
		if one.page > 0 {
			calls := one.glue.Calls()
			last := calls[len(calls)-1]
			return last.Kind == sim.List && last.Status == 0
		}
		return count(t, database, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) > 0
	}, waitTimeout, time.Millisecond, "the run does not come to its moment: %s", one.moment)
	require.NoError(t, server.Process.Kill())
	one.at = time.Now()
	_, _ = server.Process.Wait() // it is dead before what it waited for is released
	require.NoError(t, lock.Rollback(t.Context()))
	one.glue.Clear()
	want := "RUNNING"
	if one.lock == lockRun {
		want = "QUEUED"
	}
	require.Equal(t, want, one.admin.run(one.run)["state"], one.moment)
	require.EqualValues(t, 1, one.admin.run(one.run)["attempt"], one.moment)
}

// killUntold kills a server whose run has ended while the notification is delayed on its way to Redis. Watchers learn
// of the end anyway.
func (f *fleet) killUntold(t *testing.T, one *killing, watching *world, database *pgx.Conn) {
	t.Helper()
	following, leave := context.WithCancel(context.Background())
	var watchers sync.WaitGroup
	defer func() { leave(); watchers.Wait() }()
	watcher := newRunFollower("websocket", one.admin.token, func() (int, string) { return 0, watching.url })
	fold := watcher.receive
	heard, told := make(chan time.Time, 1), false
	watcher.receive = func(data object) {
		fold(data)
		if run := at(data, "refreshProgress", "run"); !told && at(run, "id") == one.run && at(run, "state") == "SUCCEEDED" {
			told = true
			heard <- time.Now()
		}
	}
	one.run = one.admin.beginRefresh()
	watchers.Go(func() { watcher.follow(following) })
	way := newProxy(t, f.redis.Addr())
	way.hold()
	stores := f.stores
	stores.redis = "redis://" + way.addr() + "/0"
	server, _ := startProcess(t, stores)
	require.Eventually(t, func() bool {
		return count(t, database, `SELECT count(*) FROM refresh_runs WHERE account_id = $1 AND state IN ('QUEUED', 'RUNNING')`, one.admin.account) == 0
	}, waitTimeout, time.Millisecond)
	require.NoError(t, server.Process.Kill())
	one.at = time.Now()
	select {
	case at := <-heard:
		require.Less(t, at.Sub(one.at), livePromise)
	case <-time.After(waitTimeout):
		t.Fatal("no watcher was told how the run ended")
	}
	require.NoError(t, watcher.failure())
}

//go:build fault

package main

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/vendors"
)

// Three servers, random writes, clients on both transports, and every fault: no client misses, repeats or reorders an
// event, and all end with the state in the database.
func TestFault_RandomFaultsLoseNoEvents(t *testing.T) {
	writes, faults := 1000, 24
	if testing.Short() {
		writes, faults = 200, 8
	}
	seed := newSeed(t)
	random := rand.New(rand.NewPCG(seed, 0))
	f := newFleet(t, 2, true)
	admin := f.admin(150)
	glue, address := admin.vendor(vendors.ApplicationITGlue, renamed(30, "Client 0")...)
	glue.SetPageLimit(10)
	glue.SetLatency(50 * time.Millisecond)
	integration := admin.connect(glue, address)
	require.Equal(t, "SUCCEEDED", admin.refresh(nil)[0]["state"])
	cursor := at(admin.do(`{ journalCursor }`, nil), "journalCursor").(string)

	// The clients.
	following, leave := context.WithCancel(context.Background())
	var clients sync.WaitGroup
	t.Cleanup(func() { leave(); clients.Wait() })
	var choosing sync.Mutex // protects random's use by clients
	choice := rand.New(rand.NewPCG(seed, 1))
	choose := func() (int, string) {
		choosing.Lock()
		defer choosing.Unlock()
		all := f.choices()
		index := all[choice.IntN(len(all))]
		return index, f.seats[index].url
	}
	var changes []*changeFollower
	var runs []*runFollower
	for n := range 10 {
		kind := []string{"websocket", "server-sent events"}[n%2]
		if n < 6 {
			follower, err := newChangeFollower(kind, admin.token, cursor, choose)
			require.NoError(t, err)
			changes = append(changes, follower)
			clients.Go(func() { follower.follow(following) })
		} else {
			follower := newRunFollower(kind, admin.token, choose)
			runs = append(runs, follower)
			clients.Go(func() { follower.follow(following) })
		}
	}

	// The writers.
	shared := &written{refused: map[string]int{}, without: map[string][]time.Duration{}}
	var redisAway atomic.Pointer[string]
	externals := slices.Sorted(maps.Values(admin.externals(integration)))
	var left atomic.Int64
	left.Store(int64(writes))
	var writers sync.WaitGroup
	period := 60 * time.Second / time.Duration(writes/4)
	if testing.Short() {
		period = 20 * time.Second / time.Duration(writes/4)
	}
	for n := range 4 {
		own := rand.New(rand.NewPCG(seed, uint64(10+n)))
		w := &writer{f: f, random: own, requester: newRequester(t, admin.token, 3*time.Second), integration: integration, externals: externals, glue: glue, redisAway: &redisAway, shared: shared}
		w.organization = func() string {
			shared.mu.Lock()
			defer shared.mu.Unlock()
			if len(shared.ids) == 0 {
				return ""
			}
			return shared.ids[own.IntN(len(shared.ids))]
		}
		writers.Go(func() {
			ticker := time.NewTicker(period)
			defer ticker.Stop()
			for left.Add(-1) >= 0 {
				w.write(following)
				<-ticker.C
			}
		})
	}

	// The faults, until the writers are done and each kind of fault has happened about twice.
	happened := map[string]int{}
	for range faults {
		kinds := f.faults(random)
		fault := kinds[random.IntN(len(kinds))]
		happened[fault.name]++
		t.Logf("%s: %s", time.Now().Format("15:04:05.000"), fault.name)
		if fault.redis {
			redisAway.Store(&fault.name)
		}
		fault.do(following)
		redisAway.Store(nil)
		rest(following, random, 100*time.Millisecond, 1500*time.Millisecond)
	}
	writers.Wait()

	// All clients catch up.
	database := superuser(t, f.stores.database)
	require.NoError(t, shared.internal)
	require.Eventually(t, func() bool {
		return count(t, database, `SELECT count(*) FROM refresh_runs WHERE state IN ('QUEUED', 'RUNNING')`) == 0
	}, 90*time.Second, 100*time.Millisecond, "a run is alive")
	written := time.Now()
	head := int64(count(t, database, `SELECT journal_position FROM accounts WHERE id = $1`, admin.account))
	require.Eventually(t, func() bool {
		return !slices.ContainsFunc(changes, func(c *changeFollower) bool { return c.reached() < head && c.failure() == nil })
	}, 4*livePromise, 50*time.Millisecond, "somebody has not all changes")
	t.Logf("everybody caught up %s after the last write and run", time.Since(written).Round(time.Millisecond))
	wantRuns := newestRuns(t, database)
	require.Eventually(t, func() bool {
		return !slices.ContainsFunc(runs, func(r *runFollower) bool {
			r.mu.Lock()
			defer r.mu.Unlock()
			return !maps.Equal(r.newest, wantRuns)
		})
	}, 4*livePromise, 50*time.Millisecond, "somebody does not know how the newest run ended")
	leave()
	clients.Wait()

	want := selected(t, database)
	times := journalTimes(t, database)
	for n, c := range changes {
		require.NoError(t, c.failure(), "%s %d", c.transport, n)
		require.Equal(t, head, c.position)
		require.Equal(t, want, c.state, "%s %d", c.transport, n)
		t.Logf("%s %d: %d connections, slowest %s", c.transport, n, c.connections.Load(), requireInTime(t, c, times, len(f.seats)-1))
	}
	for n, r := range runs {
		require.NoError(t, r.failure(), "%s %d", r.transport, n)
	}
	for _, name := range shared.acked {
		require.Equal(t, 1, count(t, database, `SELECT count(*) FROM journal WHERE after->>'name' = $1 AND before->>'name' IS DISTINCT FROM $1`, name), "an acknowledged write of %s", name)
	}
	t.Logf("%d changes, %d acknowledged names, %d answers lost, refused: %v", head, len(shared.acked), shared.unknown, shared.refused)
	t.Logf("mutations with Redis: %s", spread(shared.with))
	// Events beside Redis faults, such as starting servers, cause the slow ends here; TestFault_RedisDuringARefresh
	// compares those. A wait for Redis would show in the median.
	for fault, took := range shared.without {
		t.Logf("mutations meanwhile, %s: %s", fault, spread(took))
		if len(shared.with) >= enoughForTheMiddle && len(took) >= enoughForTheMiddle {
			require.Less(t, quantile(took, 50), quantile(shared.with, 50)+unnoticed, fault)
			require.Less(t, quantile(took, 75), quantile(shared.with, 75)+unnoticed, fault)
		}
	}
	t.Logf("faults: %v", happened)
	requireInvariants(t, f.stores.database)
}

// selected returns the account's state from the database.
func selected(t *testing.T, database *pgx.Conn) map[string]folded {
	t.Helper()
	rows, err := database.Query(context.Background(), `
		SELECT o.id, o.name, o.active, array(SELECT m.external_org_id FROM mappings m WHERE m.account_id = o.account_id AND m.organization_id = o.id)
		FROM organizations o`)
	require.NoError(t, err)
	state := map[string]folded{}
	for rows.Next() {
		var organization [16]byte
		var one folded
		var held [][16]byte
		require.NoError(t, rows.Scan(&organization, &one.Name, &one.Active, &held))
		var ids []string
		for _, external := range held {
			ids = append(ids, id.Format(id.ExternalOrg, external))
		}
		sort.Strings(ids)
		one.Mappings = strings.Join(ids, " ")
		state[id.Format(id.Organization, organization)] = one
	}
	require.NoError(t, rows.Err())
	return state
}

func newestRuns(t *testing.T, database *pgx.Conn) map[string][2]string {
	t.Helper()
	rows, err := database.Query(context.Background(), `SELECT DISTINCT ON (integration_id) integration_id, id, state FROM refresh_runs ORDER BY integration_id, id DESC`)
	require.NoError(t, err)
	newest := map[string][2]string{}
	for rows.Next() {
		var integration, run [16]byte
		var state string
		require.NoError(t, rows.Scan(&integration, &run, &state))
		newest[id.Format(id.Integration, integration)] = [2]string{id.Format(id.RefreshRun, run), state}
	}
	require.NoError(t, rows.Err())
	return newest
}

// journalTimes returns the times of an account's changes if there is only one account.
func journalTimes(t *testing.T, database *pgx.Conn) map[int64]time.Time {
	t.Helper()
	return journalTimesOf(t, database, uuid.Nil)
}

// journalTimesOf returns the times of one account's changes; uuid.Nil means all accounts.
func journalTimesOf(t *testing.T, database *pgx.Conn, account uuid.UUID) map[int64]time.Time {
	t.Helper()
	rows, err := database.Query(context.Background(), `SELECT position, at FROM journal WHERE account_id = $1 OR $1 = $2`, account, uuid.Nil)
	require.NoError(t, err)
	times := map[int64]time.Time{}
	for rows.Next() {
		var position int64
		var at time.Time
		require.NoError(t, rows.Scan(&position, &at))
		times[position] = at
	}
	require.NoError(t, rows.Err())
	return times
}

// requireInTime checks the promised delay for events on established connections. A frozen process promises nothing, so
// its clients are left out.
func requireInTime(t *testing.T, c *changeFollower, times map[int64]time.Time, process int) (slowest time.Duration) {
	t.Helper()
	for position, got := range c.receipts {
		begin := times[position]
		if got.since.After(begin) {
			begin = got.since
		}
		if got.seat != process {
			slowest = max(slowest, got.at.Sub(begin))
			require.Less(t, got.at.Sub(begin), livePromise, "position %d over %s from server %d, written %s, connected %s", position, c.transport, got.seat, times[position], got.since)
		}
	}
	return slowest.Round(time.Millisecond)
}

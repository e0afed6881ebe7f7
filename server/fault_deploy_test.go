//go:build fault

package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/vendors"
)

// balance acts as a load balancer: it offers the servers that report ready, and checks ten times a second.
func (f *fleet) balance(ctx context.Context) {
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for ctx.Err() == nil {
		for index, s := range f.seats {
			f.setOpen(index, ready(s.url) == http.StatusOK)
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// A rolling restart of three servers with five hundred watching clients: no client misses an event, including a
// refresh's end, or is told that a subscription is complete. Every write is done once, and clients do not all reconnect
// at once.
func TestFault_RollingRestart(t *testing.T) {
	watchers := 500
	if testing.Short() {
		watchers = 60
	}
	seed := newSeed(t)
	f := newFleet(t, 0, false)
	for range 3 {
		f.seats = append(f.seats, f.newSeat())
		f.launch(len(f.seats) - 1)
	}
	f.open = []bool{true, true, true}
	operator := bootWorld(t, worldStores{database: f.stores.database, redis: f.redis.URL(), keyset: f.stores.keyset, role: roleAPI})
	// Several people, because one may have twenty sockets at most.
	const each = 15
	watching, leave := context.WithCancel(context.Background())
	var clients sync.WaitGroup
	t.Cleanup(func() { leave(); clients.Wait() })
	clients.Go(func() { f.balance(watching) })
	admin := operator.newAccount(100_000)
	cursor := at(admin.do(`{ journalCursor }`, nil), "journalCursor").(string)
	var mu sync.Mutex // protects choice and returns
	choice := rand.New(rand.NewPCG(seed, 0))
	var returns []time.Time
	var all []*changeFollower
	token := ""
	for n := range watchers {
		if n%each == 0 {
			token = operator.newClient(admin.account, auth.Viewer).token
		}
		follower, err := newChangeFollower([]string{"websocket", "websocket", "server-sent events"}[n%3], token, cursor, func() (int, string) {
			for {
				mu.Lock()
				ready := f.choices()
				if len(ready) > 0 {
					index := ready[choice.IntN(len(ready))]
					mu.Unlock()
					return index, f.seats[index].url
				}
				mu.Unlock()
			}
		})
		require.NoError(t, err)
		connected := follower.connected
		follower.connected = func(index int) {
			connected(index)
			mu.Lock()
			defer mu.Unlock()
			returns = append(returns, time.Now())
		}
		all = append(all, follower)
		clients.Go(func() { follower.follow(watching) })
	}
	// Some clients watch refreshes. One refresh is running whenever a server is told to stop.
	glue, address := admin.vendor(vendors.ApplicationITGlue, renamed(30, "Client 0")...)
	glue.SetPageLimit(1)
	admin.connect(glue, address)
	glue.SetLatency(150 * time.Millisecond)
	token = operator.newClient(admin.account, auth.Viewer).token
	var ends []*runFollower
	for n := range each {
		follower := newRunFollower([]string{"websocket", "server-sent events"}[n%2], token, all[n].choose)
		ends = append(ends, follower)
		clients.Go(func() { follower.follow(watching) })
	}
	require.Eventually(t, func() bool {
		return !slices.ContainsFunc(all, func(c *changeFollower) bool { return c.connections.Load() == 0 }) &&
			!slices.ContainsFunc(ends, func(r *runFollower) bool { return r.connections.Load() == 0 })
	}, waitTimeout, 20*time.Millisecond)

	// A client writes all the time, retries what was not answered, and is never refused permanently.
	var written, again atomic.Int64
	writing, stop := context.WithCancel(watching)
	var writer sync.WaitGroup
	t.Cleanup(func() { stop(); writer.Wait() })
	writer.Go(func() {
		asking := newRequester(t, admin.token, waitTimeout)
		ticker := time.NewTicker(50 * time.Millisecond)
		defer ticker.Stop()
		for n := 0; writing.Err() == nil; <-ticker.C {
			n++
			for deadline := time.Now().Add(waitTimeout); ; {
				choices := f.choices()
				if len(choices) == 0 {
					continue
				}
				got, err := asking.send(watching, f.seats[choices[n%len(choices)]].url, fmt.Sprint("write-", n), createOne, object{"name": fmt.Sprint("Organization ", n)})
				if err == nil && got.code() == "" && len(codes(at(got.Data, "createOrganization"))) == 0 {
					written.Add(1)
					break
				}
				again.Add(1)
				if watching.Err() != nil || time.Now().After(deadline) || err == nil && got.code() != "UNAVAILABLE" {
					t.Errorf("write %d: %v %v", n, err, got)
					return
				}
			}
		}
	})

	refreshed := map[string]bool{} // runs; a request during a run gets that run
	for index, s := range f.seats {
		mu.Lock()
		returns = nil
		mu.Unlock()
		here := 0
		for _, one := range all {
			one.subscription.mu.Lock()
			if one.where == index {
				here++
			}
			one.subscription.mu.Unlock()
		}
		run := at(admin.do(`mutation { refresh { runs { id } } }`, nil), "refresh", "runs", 0, "id").(string)
		refreshed[run] = true
		require.Eventually(t, func() bool { fetched, _ := admin.run(run)["fetched"].(float64); return fetched > 1 }, waitTimeout, 10*time.Millisecond)
		told := time.Now()
		require.NoError(t, s.process.Process.Signal(syscall.SIGTERM))
		require.Eventually(t, func() bool { return ready(s.url) != http.StatusOK }, 2*time.Second, 10*time.Millisecond, "still ready after SIGTERM")
		notReady := time.Since(told)
		state, err := s.process.Process.Wait()
		require.NoError(t, err)
		require.True(t, state.Success(), state)
		took := time.Since(told)
		require.Eventually(t, func() bool {
			mu.Lock()
			defer mu.Unlock()
			return len(returns) >= here
		}, waitTimeout, 10*time.Millisecond)
		mu.Lock()
		busiest := busiestWindow(returns, 500*time.Millisecond)
		mu.Unlock()
		t.Logf("server %d: not ready after %s, %d clients let go in %s, at most %d came back within one half second", index, notReady.Round(time.Millisecond), here, took.Round(time.Millisecond), busiest)
		require.Less(t, took, 20*time.Second)
		require.LessOrEqual(t, busiest, here*35/100, "all clients reconnect at once")
		f.launch(index)
		require.Eventually(t, func() bool { return slices.Contains(f.choices(), index) }, waitTimeout, 10*time.Millisecond)
	}
	stop()
	writer.Wait()

	database := superuser(t, f.stores.database)
	require.Eventually(t, func() bool {
		return count(t, database, `SELECT count(*) FROM refresh_runs WHERE state IN ('QUEUED', 'RUNNING')`) == 0
	}, waitTimeout, 50*time.Millisecond)
	require.Equal(t, len(refreshed), count(t, database, `SELECT count(*) FROM refresh_runs WHERE state = 'SUCCEEDED'`), "a run that a stop interrupted continues on another server")
	wantRuns := newestRuns(t, database)
	for n, one := range ends {
		require.Eventually(t, func() bool {
			one.mu.Lock()
			defer one.mu.Unlock()
			return maps.Equal(one.newest, wantRuns)
		}, 2*livePromise, 20*time.Millisecond, "%s %d does not know how the newest run ended", one.transport, n)
		require.NoError(t, one.failure())
	}
	head := int64(count(t, database, `SELECT journal_position FROM accounts WHERE id = $1`, admin.account))
	require.Equal(t, written.Load(), int64(count(t, database, `SELECT count(*) FROM organizations`)), "every write is stored once")
	require.Eventually(t, func() bool {
		return !slices.ContainsFunc(all, func(c *changeFollower) bool { return c.reached() < head && c.failure() == nil })
	}, 2*livePromise, 20*time.Millisecond)
	restarts, sockets := int64(0), 0
	for n, one := range all {
		require.NoError(t, one.failure(), "%s %d", one.transport, n)
		require.Equal(t, head, one.reached(), "%s %d", one.transport, n)
		if strings.HasPrefix(one.transport, "web") {
			restarts += one.restarts.Load()
			sockets++
		}
	}
	t.Logf("%d clients have all of %d changes; %d writes were sent again; %d sockets were closed with 1012 %d times", len(all), head, again.Load(), sockets, restarts)
	require.GreaterOrEqual(t, restarts, int64(sockets))
	leave()
	clients.Wait()
	requireInvariants(t, f.stores.database)
}

// busiestWindow returns the largest number of moments within any window of the given length.
func busiestWindow(moments []time.Time, length time.Duration) int {
	slices.SortFunc(moments, time.Time.Compare)
	most := 0
	for first := range moments {
		last := first
		for last < len(moments) && moments[last].Sub(moments[first]) < length {
			last++
		}
		most = max(most, last-first)
	}
	return most
}

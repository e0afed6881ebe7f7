//go:build fault

package main

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
)

// A Redis of several servers loses one. Watchers still learn of every change within five seconds, no write waits, and
// notifications arrive through Redis again without intervention.
func TestFault_RedisLosesAServer(t *testing.T) {
	t.Run("sentinels, master killed", func(t *testing.T) {
		group := dbtest.NewRedisSentinels(t)
		loseOne(t, group.URL(), group.Master, true)
	})
	t.Run("sentinels, master frozen", func(t *testing.T) {
		group := dbtest.NewRedisSentinels(t)
		loseOne(t, group.URL(), frozen{group.Master}, true)
	})
	t.Run("cluster, one of three masters killed", func(t *testing.T) {
		group := dbtest.NewRedisCluster(t, 3)
		loseOne(t, group.URL(), group.Nodes[0], false)
	})
	t.Run("cluster, one of three masters frozen", func(t *testing.T) {
		group := dbtest.NewRedisCluster(t, 3)
		loseOne(t, group.URL(), frozen{group.Nodes[2]}, false)
	})
}

// lost is a Redis server that goes down and comes back.
type lost interface {
	Stop()
	Start()
}

// frozen is a server that stops silently.
type frozen struct{ *dbtest.RedisServer }

func (f frozen) Stop()  { f.Pause() }
func (f frozen) Start() { f.Resume() }

func loseOne(t *testing.T, redis string, one lost, replaced bool) {
	const away = 12 * time.Second
	requireNothingLeft(t)
	stores := worldStores{database: dbtest.Database(t), redis: redis, keyset: newKeyset(t)}
	requireConnectionsClosed(t, stores.database)
	writing, reading := bootWorld(t, stores), bootWorld(t, stores)
	following, leave := context.WithCancel(context.Background())
	var clients sync.WaitGroup
	t.Cleanup(func() { leave(); clients.Wait() })
	// Twelve accounts, so that each server of a cluster has some.
	var admins []*client
	var followers []*changeFollower
	for n := range 12 {
		admin := writing.newAccount(100_000)
		cursor := at(admin.do(`{ journalCursor }`, nil), "journalCursor").(string)
		follower, err := newChangeFollower([]string{"websocket", "server-sent events"}[n%2], admin.token, cursor, func() (int, string) { return 0, reading.url })
		require.NoError(t, err)
		admins, followers = append(admins, admin), append(followers, follower)
		clients.Go(func() { follower.follow(following) })
	}
	database := superuser(t, stores.database)
	written := 0
	round := func() (took []time.Duration) {
		written++
		for _, admin := range admins {
			began := time.Now()
			admin.create(fmt.Sprint("Organization ", written))
			took = append(took, time.Since(began))
		}
		return took
	}
	// through reports whether the last three changes of every account arrived at once. Polling every two seconds cannot
	// do that.
	through := func() bool {
		round()
		for n, follower := range followers {
			if !prompt(follower, journalTimesOf(t, database, admins[n].account), 3) {
				return false
			}
		}
		return true
	}
	require.Eventually(t, through, 30*time.Second, 200*time.Millisecond, "notifications come through Redis")
	var peace, during []time.Duration
	for range 10 {
		peace = append(peace, round()...)
	}

	one.Stop()
	stopped := time.Now()
	for time.Since(stopped) < away {
		during = append(during, round()...)
		pause := time.NewTimer(100 * time.Millisecond)
		<-pause.C
	}
	requireNoSlower(t, peace, during, slowest)
	if replaced { // another server has become master meanwhile
		require.Eventually(t, through, 30*time.Second, 200*time.Millisecond, "notifications come through the new master")
		t.Logf("news came through the new master")
	}
	one.Start()
	back := time.Now()
	require.Eventually(t, through, 30*time.Second, 200*time.Millisecond, "notifications come through Redis again")
	t.Logf("news came through Redis for all %s after the return", time.Since(back).Round(time.Millisecond))
	latest := time.Duration(0)
	for n, follower := range followers {
		require.Eventually(t, func() bool { return follower.reached() == int64(written) }, 2*livePromise, 10*time.Millisecond)
		require.NoError(t, follower.failure())
		latest = max(latest, requireInTime(t, follower, journalTimesOf(t, database, admins[n].account), -1))
	}
	t.Logf("%d changes of %d accounts, the latest after %s", written, len(admins), latest)
	leave()
	clients.Wait()
	requireInvariants(t, stores.database)
}

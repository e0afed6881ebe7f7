//go:build fault

package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
)

// Postgres crashes during writes. Acknowledged writes are stored. Others can be retried with the same key and are then
// stored once. The server reports within two seconds that it is not ready, and serves again within ten.
func TestFault_PostgresRestartsDuringTransactions(t *testing.T) {
	requireNothingLeft(t)
	const creates = 30
	postgres := dbtest.NewPostgresServer(t)
	stores := worldStores{database: postgres.URL(), redis: dbtest.Redis(t), keyset: newKeyset(t)}
	requireConnectionsClosed(t, stores.database)
	world := bootWorld(t, stores)
	admin := world.newAccount(creates + 1)
	cursor := at(admin.do(`{ journalCursor }`, nil), "journalCursor").(string)
	following, leave := context.WithCancel(context.Background())
	var clients sync.WaitGroup
	t.Cleanup(func() { leave(); clients.Wait() })
	follower, err := newChangeFollower("websocket", admin.token, cursor, func() (int, string) { return 0, world.url })
	require.NoError(t, err)
	clients.Go(func() { follower.follow(following) })

	asking := newRequester(t, admin.token, 15*time.Second)
	var acknowledged, again atomic.Int64
	var group sync.WaitGroup
	started := make(chan struct{})
	for n := range creates {
		group.Go(func() {
			pause := time.NewTimer(time.Duration(n) * 40 * time.Millisecond) // spread over 1.2 s
			<-pause.C
			if n == 7 {
				close(started)
			}
			for deadline := time.Now().Add(waitTimeout); time.Now().Before(deadline); {
				got, err := asking.send(t.Context(), world.url, fmt.Sprint("key-", n), createOne, object{"name": fmt.Sprint("Organization ", n)})
				switch {
				case err == nil && got.code() == "":
					if wrong := codes(at(got.Data, "createOrganization")); len(wrong) > 0 {
						t.Errorf("create %d: %v", n, wrong)
					}
					acknowledged.Add(1)
					return
				case err == nil && got.code() != "UNAVAILABLE":
					t.Errorf("create %d: %s %s", n, got.code(), got.Errors[0].Message)
					return
				}
				again.Add(1)
				wait := time.NewTimer(100 * time.Millisecond)
				<-wait.C
			}
		})
	}
	<-started
	postgres.Crash()
	crashed := time.Now()
	require.Eventually(t, func() bool { return ready(world.url) == http.StatusServiceUnavailable }, 3*time.Second, 20*time.Millisecond)
	t.Logf("not ready %s after the crash", time.Since(crashed).Round(time.Millisecond))
	require.Less(t, time.Since(crashed), 2*time.Second)
	postgres.Start()
	back := time.Now()
	require.Eventually(t, func() bool { return ready(world.url) == http.StatusOK }, 10*time.Second, 20*time.Millisecond)
	t.Logf("ready again %s after its return", time.Since(back).Round(time.Millisecond))
	group.Wait()
	require.EqualValues(t, creates, acknowledged.Load())
	database := superuser(t, stores.database)
	require.Equal(t, creates, count(t, database, `SELECT count(*) FROM organizations`))
	require.Eventually(t, func() bool { return follower.reached() == creates }, 2*livePromise, 20*time.Millisecond)
	require.NoError(t, follower.failure())
	t.Logf("%d sent again, everything there once; the watcher had %d connections", again.Load(), follower.connections.Load())
	requireInvariants(t, stores.database)
	require.NoError(t, database.Close(t.Context()))
	leave()
	clients.Wait()
}

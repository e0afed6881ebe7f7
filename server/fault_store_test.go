//go:build fault

package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
)

// Postgres crashes in the middle of writes: what was acknowledged stands, what was not can be sent again with the same key
// and is then there once; the server says within two seconds that it is not ready, and serves again by itself within ten.
func TestFault_PostgresRestartsInMidTransaction(t *testing.T) {
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
			pause := time.NewTimer(time.Duration(n) * 40 * time.Millisecond) // over 1.2 s
			<-pause.C
			if n == 7 {
				close(started)
			}
			for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
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

// The connection to Postgres breaks at the very COMMIT, before or after it arrives: the answer is never a false success, and
// sending the same again with the same key gives one organization each time.
func TestFault_ResetAtCommit(t *testing.T) {
	runs := 200
	if testing.Short() {
		runs = 40
	}
	seed := newSeed(t)
	random := rand.New(rand.NewPCG(seed, 0))
	requireNothingLeft(t)
	database := dbtest.Database(t)
	requireConnectionsClosed(t, database)
	address, err := url.Parse(database)
	require.NoError(t, err)
	config, err := pgx.ParseConfig(database)
	require.NoError(t, err)
	network, target := pgconn.NetworkAddress(config.Host, config.Port)
	t.Logf("Postgres listens on %s %s", network, target)
	through := newProxy(t, target)
	query := address.Query()
	query.Del("host")
	query.Del("port")
	address.Host, address.RawQuery = through.addr(), query.Encode()
	world := bootWorld(t, worldStores{database: address.String(), redis: dbtest.Redis(t), keyset: newKeyset(t), role: roleAPI})
	admin := world.newAccount(runs)
	asking := newRequester(t, admin.token, 15*time.Second)

	var mu sync.Mutex // protects what the spy shares with the test
	var order verdict // what to do at the next commit of a creation
	var writer *pair  // the connection of the creation: others commit too meanwhile
	broken := 0
	through.watchBytes(func(of *pair, toServer bool, passing []byte) verdict {
		mu.Lock()
		defer mu.Unlock()
		if !toServer || order == pass {
			return pass
		}
		if bytes.Contains(passing, []byte("organization.created")) {
			writer = of
		}
		if of != writer || !bytes.Contains(bytes.ToLower(passing), []byte("commit\x00")) {
			return pass
		}
		decided := order
		order, writer = pass, nil
		broken++
		return decided
	})
	unknown := 0
	for n := range runs {
		mu.Lock()
		order, writer = []verdict{cutBefore, cutAfter}[random.IntN(2)], nil
		mu.Unlock()
		send := func() answer {
			got, err := asking.send(t.Context(), world.url, fmt.Sprint("key-", n), createOne, object{"name": fmt.Sprint("Organization ", n)})
			require.NoError(t, err)
			return got
		}
		got := send()
		require.Equal(t, "UNAVAILABLE", got.code(), "run %d: %v", n, got)
		unknown++
		require.Eventually(t, func() bool { got = send(); return got.code() != "UNAVAILABLE" }, patience, 10*time.Millisecond)
		require.Empty(t, got.code())
		require.Empty(t, codes(at(got.Data, "createOrganization")), "run %d", n)
	}
	mu.Lock()
	require.Equal(t, runs, broken)
	mu.Unlock()
	connection := superuser(t, database)
	require.Equal(t, runs, count(t, connection, `SELECT count(*) FROM organizations`))
	require.Equal(t, runs, count(t, connection, `SELECT count(*) FROM journal`))
	t.Logf("%d of %d commits were broken and answered UNAVAILABLE; 0 duplicates, 0 losses", unknown, runs)
	requireInvariants(t, database)
	require.NoError(t, connection.Close(t.Context()))
}

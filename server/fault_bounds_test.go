//go:build fault

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/vendors"
)

// refusal is the outcome of a request that got no connection.
type refusal struct {
	status     int
	code       string
	retryAfter int
	took       time.Duration
}

// knock sends one query and returns the outcome. Any goroutine may call it.
func knock(client *http.Client, address, token, query string) (refusal, error) {
	body, err := json.Marshal(object{"query": query})
	if err != nil {
		return refusal{}, err
	}
	request, err := http.NewRequest(http.MethodPost, address+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		return refusal{}, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	began := time.Now()
	response, err := client.Do(request)
	if err != nil {
		return refusal{}, err
	}
	defer response.Body.Close()
	var decoded answer
	if err := json.NewDecoder(response.Body).Decode(&decoded); err != nil {
		return refusal{}, err
	}
	ended := refusal{status: response.StatusCode, code: decoded.code(), took: time.Since(began)}
	ended.retryAfter, _ = strconv.Atoi(response.Header.Get("Retry-After"))
	return ended, nil
}

// More queries arrive, each a second long, than there are connections. Queries that get no connection are refused
// within two seconds and told when to retry, instead of piling up. The others are answered, and all are once the load
// is over.
func TestFault_PoolExhausted(t *testing.T) {
	const bound = 2 * time.Second
	requireNothingLeft(t)
	database := dbtest.Database(t)
	requireConnectionsClosed(t, database)
	world := bootWorld(t, worldStores{
		database: database, redis: dbtest.Redis(t), keyset: newKeyset(t), role: roleAPI,
		adjust: func(s *serving) { s.DatabaseConns = 2 },
	})
	asking := newRequester(t, "", waitTimeout).http
	const query = `{ organizations { nodes { id } } }`
	tokens := make([]string, 50)
	for n := range tokens {
		admin := world.newAccount(1)
		admin.create("Acme")
		tokens[n] = admin.token
	}
	storm := func() (served int, refused []time.Duration) {
		var mu sync.Mutex // protects the results
		var group sync.WaitGroup
		for n := range 100 {
			group.Go(func() {
				ended, err := knock(asking, world.url, tokens[n%len(tokens)], query)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil && ended.status == http.StatusOK && ended.code == "":
					served++
				case err != nil || ended.status != http.StatusServiceUnavailable || ended.code != "UNAVAILABLE" || ended.retryAfter < 1 || ended.retryAfter > 2:
					t.Errorf("%+v %v", ended, err)
				default:
					refused = append(refused, ended.took)
				}
			})
		}
		group.Wait()
		return served, refused
	}
	owner := superuser(t, database)
	_, err := owner.Exec(t.Context(), `CREATE POLICY slow ON organizations AS RESTRICTIVE USING ((SELECT true FROM pg_sleep(1)))`)
	require.NoError(t, err)
	served, refused := storm()
	t.Logf("2 connections, 100 queries of a second: %d answered; refused: %s", served, spread(refused))
	require.Positive(t, served)
	require.Greater(t, len(refused), 80)
	require.Less(t, refused[len(refused)-1], bound)
	_, err = owner.Exec(t.Context(), `DROP POLICY slow ON organizations`)
	require.NoError(t, err)

	pool := world.app.db.Pool()
	var taken []*pgxpool.Conn
	for range pool.Config().MaxConns {
		require.Eventually(t, func() bool {
			connection, err := pool.Acquire(t.Context())
			taken = append(taken, connection)
			return err == nil
		}, waitTimeout, time.Millisecond)
	}
	_, refused = storm()
	t.Logf("no connection for anybody: refused: %s", spread(refused))
	require.Len(t, refused, 100)
	require.Less(t, refused[len(refused)-1], bound)
	for _, connection := range taken {
		connection.Release()
	}
	require.Eventually(t, func() bool {
		ended, err := knock(asking, world.url, tokens[0], query)
		return err == nil && ended.status == http.StatusOK
	}, bound, 10*time.Millisecond)
	requireInvariants(t, database)
	require.NoError(t, owner.Close(t.Context()))
}

// Postgres' disk is full: writes fail cleanly and reads still work. Once there is room, writes work again.
func TestFault_DiskFull(t *testing.T) {
	requireNothingLeft(t)
	postgres := dbtest.NewPostgresServerOnSmallDisk(t, "64m")
	stores := worldStores{database: postgres.URL(), redis: dbtest.Redis(t), keyset: newKeyset(t)}
	requireConnectionsClosed(t, stores.database)
	world := bootWorld(t, stores)
	admin := world.newAccount(100_000)
	glue, address := admin.vendor(vendors.ApplicationITGlue, renamed(30, "Client 0")...)
	integration := admin.connect(glue, address)
	require.Equal(t, "SUCCEEDED", admin.refresh(nil)[0]["state"])
	following, leave := context.WithCancel(context.Background())
	var clients sync.WaitGroup
	t.Cleanup(func() { leave(); clients.Wait() })
	cursor := at(admin.do(`{ journalCursor }`, nil), "journalCursor").(string)
	follower, err := newChangeFollower("websocket", admin.token, cursor, func() (int, string) { return 0, world.url })
	require.NoError(t, err)
	clients.Go(func() { follower.follow(following) })
	asking := newRequester(t, admin.token, waitTimeout)
	acknowledged := 0
	// Names of the maximum size fill pages quickly.
	create := func(n int) answer {
		got, err := asking.send(t.Context(), world.url, fmt.Sprint("key-", n), createOne, object{"name": fmt.Sprintf("%0200d", n)})
		require.NoError(t, err)
		if got.code() == "" {
			require.Empty(t, codes(at(got.Data, "createOrganization")))
			acknowledged++
		}
		return got
	}

	ballast := fillDisk(t, postgres.Folder())
	n, refused := 0, 0
	for ; refused < 20; n++ {
		require.Less(t, n, 2000, "the disk was not filled")
		if got := create(n); got.code() != "" {
			require.Equal(t, "UNAVAILABLE", got.code(), "%v", got)
			refused++
		}
	}
	require.Len(t, admin.externals(integration), 30)
	require.EqualValues(t, acknowledged, at(admin.do(`{ organizations { totalCount } }`, nil), "organizations", "totalCount"))
	require.Equal(t, http.StatusOK, ready(world.url))
	t.Logf("%d creates went on into the pages there were, then %d were refused; reads went on", acknowledged, refused)

	require.NoError(t, os.Remove(ballast))
	freed := time.Now()
	require.Eventually(t, func() bool { got := create(n); n++; return got.code() == "" }, 10*time.Second, 20*time.Millisecond)
	t.Logf("writes went on %s after there was room", time.Since(freed).Round(time.Millisecond))
	for again := range n { // every unacknowledged write is retried with its key, and is stored once
		got := create(again)
		require.Empty(t, got.code())
	}
	glue.Set(renamed(30, "as it is now"))
	require.Equal(t, "SUCCEEDED", admin.refresh(nil)[0]["state"])
	require.EqualValues(t, n, at(admin.do(`{ organizations { totalCount } }`, nil), "organizations", "totalCount"))
	database := superuser(t, stores.database)
	head := int64(count(t, database, `SELECT journal_position FROM accounts WHERE id = $1`, admin.account))
	require.Eventually(t, func() bool { return follower.reached() == head }, 2*livePromise, 20*time.Millisecond)
	require.NoError(t, follower.failure())
	requireInvariants(t, stores.database)
	require.NoError(t, database.Close(t.Context()))
	leave()
	clients.Wait()
}

// fillDisk writes until the disk is full, and returns the file to delete.
func fillDisk(t *testing.T, folder string) string {
	t.Helper()
	path := filepath.Join(folder, "ballast")
	file, err := os.Create(path)
	require.NoError(t, err)
	defer file.Close()
	for size := 1 << 20; size > 0; size /= 2 {
		for err = nil; err == nil; {
			_, err = file.Write(make([]byte, size))
		}
		require.ErrorContains(t, err, "no space")
	}
	return path
}

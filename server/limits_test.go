package main

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/transport"
	"github.com/orgmap/orgmap/internal/auth"
)

// dial opens a websocket without a word on it.
func (w *world) dial() *websocket.Conn {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	socket, _, err := websocket.Dial(ctx, w.url+"/graphql", &websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}})
	require.NoError(w.t, err)
	w.t.Cleanup(func() { _ = socket.CloseNow() })
	return socket
}

// signIn sends connection_init and returns what comes back, or the close code.
func (c *client) signIn(socket *websocket.Conn) (kind string, code websocket.StatusCode) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	require.NoError(c.t, wsjson.Write(ctx, socket, object{"type": "connection_init", "payload": object{"authorization": "Bearer " + c.token}}))
	var got frame
	err := wsjson.Read(ctx, socket, &got)
	return got.Type, websocket.CloseStatus(err)
}

func TestSockets_AreTwentyForEachToken(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	var open []*websocket.Conn
	for range maxSockets {
		socket := admin.dial()
		kind, _ := admin.signIn(socket)
		require.Equal(t, "connection_ack", kind)
		open = append(open, socket)
	}
	_, code := admin.signIn(admin.dial())
	require.EqualValues(t, 4429, code)
	kind, _ := admin.newClient(admin.account, auth.Viewer).signIn(admin.dial())
	require.Equal(t, "connection_ack", kind, "another token has its own")
	require.NoError(t, open[0].Close(websocket.StatusNormalClosure, ""))
	require.Eventually(t, func() bool {
		kind, _ := admin.signIn(admin.dial())
		return kind == "connection_ack"
	}, patience, 50*time.Millisecond, "a place that was left is free again")
}

func TestCostBudget_RefusesWhoSpentItAndSaysWhen(t *testing.T) {
	t.Parallel()
	world := newWorldWith(t, func(s *serving) { s.CostBudget, s.CostRefill = 2000, 1 })
	admin := world.newAccount(20)
	body, err := json.Marshal(object{"query": gridQuery, "variables": object{"first": 50}, "extensions": object{"cost": true}})
	require.NoError(t, err)
	for _, media := range []string{"application/json", "application/graphql-response+json"} {
		admin := world.newClient(admin.account, auth.Viewer)
		var refused reply
		for range 1000 {
			got := admin.send(http.MethodPost, "/graphql", string(body), "Content-Type", "application/json", "Accept", media, "Authorization", "Bearer "+admin.token)
			if got.StatusCode != http.StatusOK {
				refused = got
				break
			}
		}
		require.Equal(t, http.StatusTooManyRequests, refused.StatusCode, media)
		var got answer
		require.NoError(t, json.Unmarshal([]byte(refused.body), &got))
		require.Equal(t, []string{"RATE_LIMITED"}, answerCodes(got))
		wait, err := strconv.Atoi(refused.Header.Get("Retry-After"))
		require.NoError(t, err)
		require.Positive(t, wait)
		cost := got.Errors[0].Extensions["cost"].(object)
		require.EqualValues(t, 2000, cost["maximum"])
		require.EqualValues(t, 1, cost["restoreRate"])
		require.Greater(t, cost["requested"], cost["available"])
		require.EqualValues(t, wait, got.Errors[0].Extensions["retryAfter"])
	}
	require.Empty(t, admin.ask(`{ quota { used } }`, nil).Errors, "another token of the account has its own")
	got := admin.ask(`query($a: Int) { organizations(first: $a) { nodes { id mappings { id organization { mappings { id } } } } } }`, object{"a": 200})
	require.Equal(t, []string{"COMPLEXITY_LIMIT_EXCEEDED"}, answerCodes(got), "what is too dear at any time says so")
}

func TestOperation_IsGivenUpAfterItsDeadline(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	admin.execute(`ALTER TABLE accounts RENAME TO slow_accounts`)
	admin.execute(`CREATE VIEW accounts AS SELECT slow_accounts.* FROM slow_accounts, pg_sleep(60)`)
	admin.execute(`GRANT SELECT ON accounts TO orgmap_app`)
	began := time.Now()
	got := admin.ask(`{ quota { used } }`, nil)
	require.Equal(t, []string{"UNAVAILABLE"}, answerCodes(got))
	require.Less(t, time.Since(began), 12*time.Second)
}

// TestNoisyNeighbour measures what one account's flood does to another's patience.
func TestNoisyNeighbour(t *testing.T) {
	if testing.Short() || slowdown > 1 {
		t.Skip("a measurement: run it without the race detector")
	}
	world := newWorld(t)
	quiet, noisy := world.newAccount(100), world.newAccount(100)
	for _, one := range []*client{quiet, noisy} {
		names := make([]string, 40)
		for i := range names {
			names[i] = "Client " + strconv.Itoa(i)
		}
		one.create(names...)
	}
	const samples = 150
	alone := quiet.latencies(samples)

	ctx, stop := context.WithCancel(t.Context())
	var flood sync.WaitGroup
	var mutex sync.Mutex
	answered := 0
	for range 100 {
		flood.Go(func() {
			for ctx.Err() == nil {
				if noisy.asks(ctx, gridQuery) {
					mutex.Lock()
					answered++
					mutex.Unlock()
				}
			}
		})
	}
	require.Eventually(t, func() bool { mutex.Lock(); defer mutex.Unlock(); return answered > 100 }, patience, 10*time.Millisecond)
	beside := quiet.latencies(samples)
	stop()
	flood.Wait()

	t.Logf("alone: p50 %v p99 %v", percentile(alone, 50), percentile(alone, 99))
	t.Logf("beside 100 clients of another account that got %d answers: p50 %v p99 %v", answered, percentile(beside, 50), percentile(beside, 99))
	require.Less(t, percentile(beside, 99), 300*time.Millisecond*slowdown)
}

func percentile(sorted []time.Duration, of int) time.Duration { return sorted[(len(sorted)-1)*of/100] }

// latencies are how long some requests took, the shortest first.
func (c *client) latencies(samples int) []time.Duration {
	c.t.Helper()
	took := make([]time.Duration, samples)
	for i := range took {
		began := time.Now()
		require.True(c.t, c.asks(c.t.Context(), gridQuery))
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	return took
}

// asks tells whether a query is answered with data. It may be called from any goroutine.
func (c *client) asks(ctx context.Context, query string) bool {
	body, _ := json.Marshal(object{"query": query})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		return false
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	var got answer
	return json.NewDecoder(response.Body).Decode(&got) == nil && len(got.Errors) == 0
}

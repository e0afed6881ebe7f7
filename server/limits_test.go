package main

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/transport"
	"github.com/orgmap/orgmap/internal/auth"
)

// dial opens a WebSocket and sends nothing.
func (w *world) dial() *websocket.Conn {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), waitTimeout)
	defer cancel()
	socket, _, err := websocket.Dial(ctx, w.url+"/graphql", &websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}})
	require.NoError(w.t, err)
	w.t.Cleanup(func() { _ = socket.CloseNow() })
	return socket
}

// signIn sends connection_init and returns the response's type, or the close code.
func (c *client) signIn(socket *websocket.Conn) (kind string, code websocket.StatusCode) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), waitTimeout)
	defer cancel()
	require.NoError(c.t, wsjson.Write(ctx, socket, object{"type": "connection_init", "payload": object{"authorization": "Bearer " + c.token}}))
	var got frame
	err := wsjson.Read(ctx, socket, &got)
	return got.Type, websocket.CloseStatus(err)
}

func TestSockets_AreLimitedToTwentyPerToken(t *testing.T) {
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
	require.Equal(t, "connection_ack", kind, "another token has its own limit")
	require.NoError(t, open[0].Close(websocket.StatusNormalClosure, ""))
	require.Eventually(t, func() bool {
		kind, _ := admin.signIn(admin.dial())
		return kind == "connection_ack"
	}, waitTimeout, 50*time.Millisecond, "a closed socket frees its slot")
}

// cost returns the cost in a response's extensions, or nil if there is none.
func (c *client) cost(query string, variables object, header ...string) object {
	c.t.Helper()
	body, err := json.Marshal(object{"query": query, "variables": variables})
	require.NoError(c.t, err)
	got := c.send(http.MethodPost, "/graphql", string(body), append(header, "Authorization", "Bearer "+c.token, "Content-Type", "application/json")...)
	var decoded struct {
		Errors     []any
		Extensions struct{ Cost object }
	}
	text := got.body
	if _, event, found := strings.Cut(text, "data: "); found { // first event of a stream
		text, _, _ = strings.Cut(event, "\n")
	}
	require.NoError(c.t, json.Unmarshal([]byte(text), &decoded), got.body)
	require.Empty(c.t, decoded.Errors)
	return decoded.Extensions.Cost
}

func TestCost_IsReportedAndChargedAsActual(t *testing.T) {
	t.Parallel()
	needs(t, partPlan)
	world := newWorldWith(t, func(s *serving) { s.CostBudget, s.CostRefill = 5000, 1 })
	admin := world.newAccount(20)
	admin.create("Acme", "Bolt", "Cog")
	admin = world.newClient(admin.account, auth.Admin) // with a full bucket
	const query = `query($first: Int) { organizations(first: $first) { totalCount nodes { id mappings { id } } } }`
	cost := admin.cost(query, object{"first": 50})
	require.EqualValues(t, 101, cost["requested"], "1 for the list, 1 for each organization and 1 for its mappings")
	require.EqualValues(t, 7, cost["actual"])
	require.EqualValues(t, 1000, cost["limit"])
	require.EqualValues(t, 5000, cost["maximum"])
	require.EqualValues(t, 1, cost["restoreRate"])
	left := cost["available"].(float64)
	require.InDelta(t, 5000-7, left, 1, "unused cost is refunded")
	full := admin.cost(query, object{"first": 3})
	require.Equal(t, full["requested"], full["actual"], "a page that is full costs what was estimated")
	require.InDelta(t, left-7, full["available"], 1)

	edges := admin.cost(`{ organizations(first: 2) { edges { node { id } } } integrations { id } viewer { name } }`, nil)
	require.EqualValues(t, 1+2+1+1, edges["actual"])
	require.EqualValues(t, 1, admin.cost(`{ __typename }`, nil)["actual"], "every operation costs at least 1")
	schema := admin.cost(`{ __schema { types { name } } }`, nil)
	require.Equal(t, schema["requested"], schema["actual"])
	stream := admin.cost(query, object{"first": 50}, "Accept", "text/event-stream")
	require.EqualValues(t, 7, stream["actual"])

	const rename = `mutation($name: String!) { createOrganization(input: {name: $name}) { organization { id } userErrors { code } } }`
	first := admin.cost(rename, object{"name": "Dynamo"}, "Idempotency-Key", "cost-1")
	again := admin.cost(rename, object{"name": "Dynamo"}, "Idempotency-Key", "cost-1")
	require.Equal(t, first["requested"], again["requested"])
	require.EqualValues(t, 11, first["actual"], "10 for the mutation, 1 for its userErrors")

	socket := admin.dial()
	kind, _ := admin.signIn(socket)
	require.Equal(t, "connection_ack", kind)
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	require.NoError(t, wsjson.Write(ctx, socket, object{"id": "1", "type": "subscribe", "payload": object{"query": query, "variables": object{"first": 1}}}))
	var got frame
	require.NoError(t, wsjson.Read(ctx, socket, &got))
	require.Contains(t, string(got.Payload), `"cost":{"requested":3,"actual":3,`)
}

func TestCostBudget_RefusesOverspendingWithRetryAfter(t *testing.T) {
	t.Parallel()
	world := newWorldWith(t, func(s *serving) { s.CostBudget, s.CostRefill = 300, 1 })
	admin := world.newAccount(20)
	body, err := json.Marshal(object{"query": gridQuery, "variables": object{"first": 50}})
	require.NoError(t, err)
	for _, media := range []string{"application/json", "application/graphql-response+json"} {
		admin := world.newClient(admin.account, auth.Viewer)
		var refused reply
		for range 300 {
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
		require.EqualValues(t, 300, cost["maximum"])
		require.EqualValues(t, 1, cost["restoreRate"])
		require.Greater(t, cost["requested"], cost["available"])
		require.EqualValues(t, wait, got.Errors[0].Extensions["retryAfter"])
	}
	require.Empty(t, admin.ask(`{ quota { used } }`, nil).Errors, "another token of the account has its own budget")
	got := admin.ask(`query($a: Int) { organizations(first: $a) { nodes { id mappings { id organization { mappings { id } } } } } }`, object{"a": 200})
	require.Equal(t, []string{"COMPLEXITY_LIMIT_EXCEEDED"}, answerCodes(got), "a cost above the budget is reported as such")
}

func TestCostBudget_ChargesCachedResponses(t *testing.T) {
	t.Parallel()
	world := newWorldWith(t, func(s *serving) { s.CostBudget, s.CostRefill, s.CacheBytes = 20, 1, 1<<20 })
	admin := world.newAccount(20)
	for range 100 {
		if got := admin.ask(`{ quota { used } }`, nil); len(got.Errors) > 0 {
			require.Equal(t, []string{"RATE_LIMITED"}, answerCodes(got))
			require.Empty(t, got.Data)
			return
		}
	}
	t.Fatal("cached responses cost nothing")
}

func TestOperation_IsAbortedAfterItsDeadline(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	admin.create("Acme")
	admin.execute(`CREATE FUNCTION slowly() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN true; END $$`)
	admin.execute(`CREATE POLICY slowly ON organizations AS RESTRICTIVE FOR SELECT USING (slowly())`)
	began := time.Now()
	got := admin.ask(`{ organizations { totalCount } }`, nil)
	require.Equal(t, []string{"UNAVAILABLE"}, answerCodes(got))
	require.Less(t, time.Since(began), waitTimeout)
}

// many creates tokens of a new account with some organizations.
func (w *world) many(tokens, organizations int) []*client {
	w.t.Helper()
	one := w.newAccount(100)
	names := make([]string, organizations)
	for i := range names {
		names[i] = "Client " + strconv.Itoa(i)
	}
	one.create(names...)
	all := []*client{one}
	for range tokens - 1 {
		all = append(all, w.newClient(one.account, auth.Viewer))
	}
	return all
}

// spent is the outcome of a flood.
type spent struct {
	mutex             sync.Mutex // protects the fields below
	cost              int        // total cost of the responses
	answered, refused int
}

func (s *spent) add(cost int, answered bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.cost += cost; answered {
		s.answered++
	} else {
		s.refused++
	}
}

func (s *spent) refusals() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.refused
}

// flood sends requests from all clients at once until the returned function is called. Refused clients do not wait.
func flood(t *testing.T, clients []*client) (*spent, func()) {
	t.Helper()
	var over atomic.Bool // requests finish: an abandoned connection delays the shutdown
	got := &spent{}
	var group sync.WaitGroup
	for _, one := range clients {
		group.Go(func() {
			for !over.Load() {
				if cost, answered, err := one.asks(t.Context(), gridQuery); err == nil {
					got.add(cost, answered)
				}
			}
		})
	}
	return got, func() { over.Store(true); group.Wait() }
}

// However many tokens an account floods with, it gets only its share, and another account's requests are not refused.
func TestFlood_IsLimitedToTheAccountsShare(t *testing.T) {
	t.Parallel()
	const budget, refill, tokens = 300, 30, 40
	world := newWorldWith(t, func(s *serving) { s.CostBudget, s.CostRefill = budget, refill })
	quiet, noisy := world.newAccount(10), world.many(tokens, 20)
	began := time.Now()
	got, stop := flood(t, noisy)
	for asked := 0; asked < 20 || got.refusals() < 5*tokens; asked++ {
		require.Empty(t, quiet.ask(`{ quota { used } }`, nil).Errors, "during the flood, request %d", asked)
		require.Less(t, time.Since(began), waitTimeout)
		if asked > budget/2 { // the quiet account must not use up its own budget
			quiet = world.newClient(quiet.account, auth.Viewer)
		}
	}
	stop()
	most := accountBudgets * (budget + refill*time.Since(began).Seconds())
	t.Logf("%d answers that cost %d of %.0f, %d refusals", got.answered, got.cost, most, got.refused)
	require.LessOrEqual(t, float64(got.cost), most)
	require.Greater(t, got.cost, budget, "the account has more than one token's share")
}

// TestNoisyNeighbor measures how one account's flood slows another account down.
func TestNoisyNeighbor(t *testing.T) {
	needs(t, partPlan)
	if testing.Short() || slowdown > 1 {
		t.Skip("a measurement: run it without the race detector")
	}
	var standard serving
	parser, err := kong.New(&standard, kong.Exit(func(int) {}))
	require.NoError(t, err)
	_, err = parser.Parse(nil)
	require.NoError(t, err)
	world := newWorldWith(t, func(s *serving) { s.CostBudget, s.CostRefill = standard.CostBudget, standard.CostRefill })
	const samples = 150 // as many grid pages as one budget allows
	for _, tokens := range []int{1, 100} {
		quiet, noisy := world.many(2, 40), world.many(tokens, 40)
		for len(noisy) < 100 {
			noisy = append(noisy, noisy[0])
		}
		alone := quiet[0].latencies(samples)
		got, stop := flood(t, noisy)
		require.Eventually(t, func() bool { return got.refusals() > 100 }, waitTimeout, 10*time.Millisecond)
		beside := quiet[1].latencies(samples)
		stop()
		t.Logf("alone: p50 %v p99 %v", percentile(alone, 50), percentile(alone, 99))
		t.Logf("beside 100 clients of another account with %d tokens, of whom %d were answered and %d refused: p50 %v p99 %v",
			tokens, got.answered, got.refused, percentile(beside, 50), percentile(beside, 99))
		require.Less(t, percentile(beside, 99), 300*time.Millisecond)
	}
}

func percentile(sorted []time.Duration, of int) time.Duration { return sorted[(len(sorted)-1)*of/100] }

// latencies returns how long the requests took, sorted.
func (c *client) latencies(samples int) []time.Duration {
	c.t.Helper()
	took := make([]time.Duration, samples)
	for i := range took {
		began := time.Now()
		_, answered, err := c.asks(c.t.Context(), gridQuery)
		require.NoError(c.t, err)
		require.True(c.t, answered)
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	return took
}

// asks reports whether a query is answered with data, and its cost. Any goroutine may call it.
func (c *client) asks(ctx context.Context, query string) (cost int, answered bool, err error) {
	body, err := json.Marshal(object{"query": query})
	if err != nil {
		return 0, false, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		return 0, false, err
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, false, err
	}
	defer response.Body.Close()
	var got struct {
		Errors     []any
		Extensions struct{ Cost struct{ Actual int } }
	}
	err = json.NewDecoder(response.Body).Decode(&got)
	return got.Extensions.Cost.Actual, len(got.Errors) == 0, err
}

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/graph/transport"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/vendors"
)

type frame struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// watch opens a WebSocket, subscribes, and returns a function that reads the next event's data.
func (c *client) watch(query string, variables object) (next func() object, stop func()) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), waitTimeout)
	socket, response, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(c.url, "http")+"/graphql", &websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}})
	require.NoError(c.t, err)
	if response.Body != nil {
		_ = response.Body.Close()
	}
	write := func(kind, id string, payload any) {
		encoded, err := json.Marshal(payload)
		require.NoError(c.t, err)
		require.NoError(c.t, wsjson.Write(ctx, socket, frame{ID: id, Type: kind, Payload: encoded}))
	}
	read := func() frame {
		var got frame
		require.NoError(c.t, wsjson.Read(ctx, socket, &got))
		return got
	}
	write("connection_init", "", object{"authorization": "Bearer " + c.token})
	require.Equal(c.t, "connection_ack", read().Type)
	write("subscribe", "1", object{"query": query, "variables": variables})
	return func() object {
			got := read()
			if got.Type == "complete" {
				return nil
			}
			require.Equal(c.t, "next", got.Type, string(got.Payload))
			var decoded answer
			require.NoError(c.t, json.Unmarshal(got.Payload, &decoded))
			require.Empty(c.t, decoded.Errors)
			return decoded.Data
		}, func() {
			_ = socket.Close(websocket.StatusNormalClosure, "")
			cancel()
		}
}

const changesQuery = `subscription($after: String) { accountChanges(after: $after) { __typename cursor by
	... on OrganizationsChanged { organizations { name } quota { used } }
	... on MappingsChanged { organizations { name mappings { externalOrg { name } } } }
	... on IntegrationsChanged { integrations { name } removedIntegrationIds }
	... on Resync { reason } } }`

func TestAccountChanges_ResumeOnAnotherServerWithoutGapsOrRepeats(t *testing.T) {
	t.Parallel()
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t)}
	here := bootWorld(t, stores)
	there := bootWorld(t, stores)
	admin := here.newAccount(20)
	elsewhere := &client{world: there, account: admin.account, token: admin.token}
	cursor := at(admin.do(`{ journalCursor }`, nil), "journalCursor").(string)

	next, stop := elsewhere.watch(changesQuery, object{"after": cursor})
	admin.create("One")
	first := at(next(), "accountChanges")
	require.Equal(t, "OrganizationsChanged", at(first, "__typename"))
	require.Equal(t, "One", at(first, "organizations", 0, "name"))
	require.EqualValues(t, 1, at(first, "quota", "used"))
	stop()

	admin.create("Two", "Three") // while there is no watcher
	next, stop = admin.watch(changesQuery, object{"after": at(first, "cursor")})
	defer stop()
	require.Equal(t, "Two", at(next(), "accountChanges", "organizations", 0, "name"))
	require.Equal(t, "Three", at(next(), "accountChanges", "organizations", 0, "name"))
	elsewhere.create("Four")
	require.Equal(t, "Four", at(next(), "accountChanges", "organizations", 0, "name"))
}

func TestRefreshProgress_AdvancesToTheFinalStateAndEnds(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	glue, address := admin.vendor(vendors.ApplicationITGlue, listed("A", "B", "C", "D", "E", "F")...)
	glue.SetPageLimit(2)
	glue.SetLatency(50 * time.Millisecond)
	admin.connect(glue, address)
	run := at(admin.do(`mutation { refresh { runs { id } } }`, nil), "refresh", "runs", 0, "id")
	next, stop := admin.watch(`subscription($run: ID) { refreshProgress(runId: $run) { sequence run { state fetched total integration { name } } } }`, object{"run": run})
	defer stop()
	var last object
	sequence, fetched := 0.0, 0.0
	for event := next(); event != nil; event = next() {
		last = at(event, "refreshProgress").(object)
		require.Greater(t, last["sequence"], sequence)
		require.GreaterOrEqual(t, at(last, "run", "fetched"), fetched)
		sequence, fetched = last["sequence"].(float64), at(last, "run", "fetched").(float64)
	}
	require.Equal(t, "SUCCEEDED", at(last, "run", "state"))
	require.EqualValues(t, 6, fetched)
}

func TestAccountChanges_OverServerSentEvents(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	query := url.Values{"query": {`subscription { accountChanges { ... on OrganizationsChanged { organizations { name } } } }`}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, admin.url+"/graphql?"+query.Encode(), nil)
	require.NoError(t, err)
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Authorization", "Bearer "+admin.token)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	created := make(chan struct{})
	go func() { // continuously: the subscription starts before one of these
		defer close(created)
		for ctx.Err() == nil {
			if admin.ask(`mutation($name: String!) { createOrganization(input: {name: $name}) { organization { id } userErrors { code } } }`, object{"name": time.Now().String()}).Errors != nil {
				return
			}
			select {
			case <-ctx.Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		if data, found := strings.CutPrefix(lines.Text(), "data: "); found {
			require.Contains(t, data, `"organizations":[{"name":`)
			break
		}
	}
	cancel()
	<-created
}

func TestSockets_LeakNothing(t *testing.T) {
	// Without workers, because River starts goroutines at any time.
	world := bootWorld(t, worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t), role: roleAPI})
	admin := world.newAccount(20)
	before := goleak.IgnoreCurrent()
	for range 20 {
		next, stop := admin.watch(changesQuery, nil)
		_ = next
		stop()
	}
	http.DefaultClient.CloseIdleConnections()
	require.Eventually(t, func() bool { return goleak.Find(before) == nil }, waitTimeout, 50*time.Millisecond, "%v", goleak.Find(before))
}

package main

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/person"
	"github.com/orgmap/orgmap/internal/auth/token"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/secret"
	"github.com/orgmap/orgmap/internal/telemetry"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) {
	if os.Getenv(programVariable) != "" {
		asProgram()
	}
	dbtest.Main(m, migrations.Up)
}

// waitTimeout is how long a test waits for something that must happen.
const waitTimeout = 30 * time.Second

// world is a server with its own database.
type world struct {
	t    *testing.T
	app  *App
	url  string
	stop func() error

	once     sync.Once
	operator *pg.Operator // see across
	owner    string       // URL with the login that migrates
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return bootWorld(t, worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t)})
}

// worldStores holds what several servers may share.
type worldStores struct {
	database  string
	migration string // "" means database
	redis     string
	keyset    string
	role      string // "" means all
	adjust    func(*serving)
	log       io.Writer // nil means the test's log
	tracing   *telemetry.Tracing
	bounds    *bounds // nil means the default bounds
}

// newWorldWith is like newWorld, with adjusted settings.
func newWorldWith(t *testing.T, adjust func(*serving)) *world {
	t.Helper()
	return bootWorld(t, worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t), adjust: adjust})
}

func newKeyset(t *testing.T) string {
	t.Helper()
	keyset, err := secret.NewKeyset()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "keyset.json")
	require.NoError(t, secret.WriteKeyset(path, keyset))
	return path
}

// withoutVariable lists the parts to turn off in the tests' servers. make test-without sets it.
const withoutVariable = "ORGMAP_TEST_WITHOUT"

func leftOut() []string {
	return strings.FieldsFunc(os.Getenv(withoutVariable), func(r rune) bool { return r == ',' })
}

// needs skips a test of a fast part if that part is turned off.
func needs(t *testing.T, part string) {
	t.Helper()
	if slices.Contains(leftOut(), part) {
		t.Skip(part + " is turned off")
	}
}

func bootWorld(t *testing.T, stores worldStores) *world {
	t.Helper()
	sealer, err := secret.LoadKeyset(stores.keyset)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	settings := settings{
		serving: serving{
			Role: cmp.Or(stores.role, "all"), Workers: 4, DatabaseConns: 20, ShutdownGrace: testGrace, CacheBytes: 8 << 20, DirectoryBytes: 8 << 20,
			VendorAllowPrivate: []netip.Prefix{loopback}, Without: leftOut(),
		},
		databaseURL: stores.database, migrationURL: stores.migration, redisURL: stores.redis, sealer: sealer, tracing: stores.tracing, bounds: stores.bounds,
	}
	if stores.adjust != nil {
		stores.adjust(&settings.serving)
	}
	logger := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	if stores.log != nil {
		logger = slog.New(slog.NewJSONHandler(stores.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	app, err := newApp(t.Context(), settings, logger)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx, listener) }()
	w := &world{t: t, app: app, url: "http://" + listener.Addr().String(), owner: cmp.Or(stores.migration, stores.database)}
	stopped := false
	w.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		http.DefaultClient.CloseIdleConnections()
		cancel()
		err := <-ended
		app.Close()
		return err
	}
	t.Cleanup(func() { require.NoError(t, w.stop()) })
	return w
}

// testGrace is longer than the 5 s that net/http waits for the first request on an opened, unused connection.
const testGrace = 8 * time.Second

// client sends requests with one token.
type client struct {
	*world
	account uuid.UUID
	token   string
}

// newAccount creates an account with places as its organization quota and returns its admin.
func (w *world) newAccount(places int) *client {
	w.t.Helper()
	created, err := account.NewOperator(w.across()).Create(w.t.Context(), id.New().String(), &places)
	require.NoError(w.t, err)
	return w.newClient(created.ID, auth.Admin)
}

func (w *world) newClient(account uuid.UUID, role auth.Role) *client {
	w.t.Helper()
	text, _, err := w.tokens().Create(w.t.Context(), account, "the "+role.String(), role, 0)
	require.NoError(w.t, err)
	return &client{world: w, account: account, token: text}
}

// across returns the operator's access to the world's database, as the command line uses it.
func (w *world) across() *pg.Operator {
	w.once.Do(func() {
		var err error
		w.operator, err = pg.OpenOperator(w.t.Context(), w.owner)
		require.NoError(w.t, err)
		w.t.Cleanup(w.operator.Close)
	})
	return w.operator
}
func (w *world) tokens() *token.Store     { return token.NewStore(w.across()) }
func (w *world) people() *person.Operator { return person.NewOperator(w.across()) }

type object = map[string]any

// answer is a GraphQL response.
type answer struct {
	Data   object
	Errors []struct {
		Message    string
		Path       []any
		Extensions object
	}
}

// reply is an HTTP response with its body read.
type reply struct {
	*http.Response
	body string
}

// send sends an HTTP request with pairs of header names and values, and reads the response.
func (w *world) send(method, path, body string, header ...string) reply {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, strings.NewReader(body))
	require.NoError(w.t, err)
	for i := 0; i < len(header); i += 2 {
		request.Header.Add(header[i], header[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request) // redirects count as responses
	require.NoError(w.t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(w.t, err)
	return reply{response, string(content)}
}

// ask sends a query with pairs of header names and values, and returns the response, even a failed one.
func (c *client) ask(query string, variables object, header ...string) answer {
	c.t.Helper()
	body, err := json.Marshal(object{"query": query, "variables": variables})
	require.NoError(c.t, err)
	got := c.send(http.MethodPost, "/graphql", string(body), append(header, "Authorization", "Bearer "+c.token, "Content-Type", "application/json")...)
	var decoded answer
	require.NoError(c.t, json.Unmarshal([]byte(got.body), &decoded), got.body)
	return decoded
}

// do sends a query that must succeed and returns its data.
func (c *client) do(query string, variables object) object {
	c.t.Helper()
	got := c.ask(query, variables)
	require.Empty(c.t, got.Errors)
	return got.Data
}

// at follows keys and indexes into decoded JSON.
func at(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := value.(object)
			value = object[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

// codes returns the codes of a payload's user errors.
func codes(payload any) []string {
	list, _ := at(payload, "userErrors").([]any)
	found := make([]string, len(list))
	for i, one := range list {
		found[i] = at(one, "code").(string)
	}
	return found
}

// vendor serves a simulated vendor with the given list.
func (w *world) vendor(application vendors.Application, organizations ...vendors.Organization) (*sim.Server, string) {
	w.t.Helper()
	simulated, ok := sim.New(application)
	require.True(w.t, ok)
	simulated.Set(organizations)
	server := httptest.NewServer(simulated)
	w.t.Cleanup(func() { simulated.Close(); server.Close() })
	return simulated, server.URL
}

// connect connects a simulated vendor and returns the integration's ID.
func (c *client) connect(simulated *sim.Server, url string) string {
	c.t.Helper()
	var credentials []object
	for name, value := range simulated.Credentials() {
		credentials = append(credentials, object{"name": name, "value": value})
	}
	data := c.do(`mutation($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integrations { id } userErrors { code message path } } }`,
		object{"input": object{"application": simulated.Application(), "baseUrl": url, "credentials": credentials}})
	require.Empty(c.t, codes(at(data, "connectIntegration")), data)
	return at(data, "connectIntegration", "integrations", 0, "id").(string)
}

// refresh refreshes lists, waits until every run has ended, and returns the runs.
func (c *client) refresh(input object) []object {
	c.t.Helper()
	data := c.do(`mutation($input: RefreshInput) { refresh(input: $input) { runs { id } userErrors { code } } }`, object{"input": input})
	require.Empty(c.t, codes(at(data, "refresh")))
	var ended []object
	for _, run := range at(data, "refresh", "runs").([]any) {
		ended = append(ended, c.await(at(run, "id").(string)))
	}
	return ended
}

// await waits until a run is in its final state.
func (c *client) await(run string) object {
	c.t.Helper()
	var last object
	require.Eventually(c.t, func() bool {
		data := c.do(`query($id: ID!) { node(id: $id) { ... on RefreshRun { id state fetched total added updated removed failure { code message } } } }`, object{"id": run})
		last, _ = at(data, "node").(object)
		state, _ := last["state"].(string)
		return state != "QUEUED" && state != "RUNNING"
	}, waitTimeout, 20*time.Millisecond)
	return last
}

// create creates organizations and returns their IDs by name.
func (c *client) create(names ...string) map[string]string {
	c.t.Helper()
	ids := map[string]string{}
	for _, name := range names {
		data := c.do(`mutation($name: String!) { createOrganization(input: {name: $name}) { organization { id } userErrors { code message } } }`, object{"name": name})
		require.Empty(c.t, codes(at(data, "createOrganization")), data)
		ids[name] = at(data, "createOrganization", "organization", "id").(string)
	}
	return ids
}

// externals returns the IDs of an integration's external organizations by remote ID.
func (c *client) externals(integration string) map[string]string {
	c.t.Helper()
	data := c.do(`query($id: ID!) { node(id: $id) { ... on Integration { externalOrgs(first: 200, filter: {removed: null}) { nodes { id remoteId } } } } }`, object{"id": integration})
	ids := map[string]string{}
	for _, node := range at(data, "node", "externalOrgs", "nodes").([]any) {
		ids[at(node, "remoteId").(string)] = at(node, "id").(string)
	}
	return ids
}

// save saves one cell and returns the codes of its user errors.
func (c *client) save(organization, integration string, externals []string, expected ...[]string) []string {
	c.t.Helper()
	cell := object{"organizationId": organization, "integrationId": integration, "externalOrgIds": externals}
	if len(expected) > 0 {
		cell["expectedExternalOrgIds"] = expected[0]
	}
	data := c.do(`mutation($input: SaveMappingsInput!) { saveMappings(input: $input) { organizations { id } userErrors { code message path } } }`, object{"input": object{"cells": []object{cell}}})
	return codes(at(data, "saveMappings"))
}

// listed returns a vendor's list with these names and remote IDs from 1 on.
func listed(names ...string) []vendors.Organization {
	list := make([]vendors.Organization, len(names))
	for i, name := range names {
		list[i] = vendors.Organization{RemoteID: "100" + strings.Repeat("0", 3) + string(rune('1'+i)), Name: name}
	}
	return list
}

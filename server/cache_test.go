package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// cachedAsk sends a query and returns its data and the cache's result for it.
func (c *client) cachedAsk(query string, variables object) (data object, result string) {
	c.t.Helper()
	body, err := json.Marshal(object{"query": query, "variables": variables, "extensions": object{"cache": true}})
	require.NoError(c.t, err)
	got := c.send(http.MethodPost, "/graphql", string(body), "Authorization", "Bearer "+c.token, "Content-Type", "application/json")
	var decoded struct {
		answer
		Extensions struct{ Cache string }
	}
	require.NoError(c.t, json.Unmarshal([]byte(got.body), &decoded), got.body)
	require.Empty(c.t, decoded.Errors)
	return decoded.Data, decoded.Extensions.Cache
}

// shownOf selects every non-volatile field of a type down to the given depth, without nested pages.
func shownOf(schema *ast.Schema, of *ast.Definition, depth int) string {
	fields := []string{"__typename"}
	for _, field := range of.Fields {
		result := schema.Types[field.Type.Name()]
		switch {
		case strings.HasPrefix(field.Name, "__"), field.Directives.ForName("volatile") != nil, result.Directives.ForName("volatile") != nil:
		case strings.HasSuffix(result.Name, "Connection"):
		case !result.IsCompositeType():
			fields = append(fields, field.Name)
		case depth > 0:
			fields = append(fields, field.Name+" "+shownOf(schema, result, depth-1))
		}
	}
	return "{ " + strings.Join(fields, " ") + " }"
}

// everything returns queries that together show everything non-volatile of an account.
func everything(schema *ast.Schema, ids map[id.Kind]string) map[string]object {
	of := func(name string, depth int) string { return shownOf(schema, schema.Types[name], depth) }
	queries := map[string]object{
		`{ viewer ` + of("Viewer", 2) + ` quota ` + of("Quota", 1) + ` journalCursor }`:               nil,
		`{ integrations ` + of("Integration", 1) + ` applications ` + of("ApplicationInfo", 1) + ` }`: nil,
	}
	for _, arguments := range []string{
		"first: 5", `last: 3, search: "a"`, "first: 3, offset: 1, orderBy: {field: CREATED_AT, direction: DESC}", "first: 3, filter: {active: false}",
		`first: 3, filter: {unmappedIn: ["` + ids[id.Integration] + `"]}`, `first: 3, filter: {mappedIn: ["` + ids[id.Integration] + `"]}`,
		`first: 3, filter: {suggestedIn: ["` + ids[id.Integration] + `"]}`, `first: 3, filter: {needsDecisionIn: ["` + ids[id.Integration] + `"]}`,
	} {
		queries[`{ organizations(`+arguments+`) { totalCount pageInfo `+of("PageInfo", 0)+` nodes `+of("Organization", 1)+` } }`] = nil
	}
	for _, arguments := range []string{"first: 5", "first: 5, filter: {removed: true}", "first: 5, filter: {mapped: false}"} {
		queries[`query($id: ID!) { node(id: $id) { ... on Integration { externalOrgs(`+arguments+`) { totalCount nodes `+of("ExternalOrg", 1)+` } } } }`] = object{"id": ids[id.Integration]}
	}
	queries[`{ importCandidates(first: 5) { totalCount nodes `+of("ImportCandidate", 1)+` } }`] = nil
	for kind, one := range map[id.Kind]string{id.Account: "Account", id.Organization: "Organization", id.Integration: "Integration", id.ExternalOrg: "ExternalOrg", id.Mapping: "Mapping"} {
		queries[`query($ids: [ID!]!) { nodes(ids: $ids) { ... on `+one+" "+of(one, 2)+` } }`] = object{"ids": []string{ids[kind]}}
	}
	return queries
}

// write is a kind of write with a visible effect.
type write struct {
	name string
	do   func()
}

// After every kind of write, a server with a cache answers every query like a server without one.
func TestCache_AnswersLikeAServerWithoutACache(t *testing.T) {
	t.Parallel()
	needs(t, partCache)
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t)}
	cached := bootWorld(t, stores)
	stores.adjust = func(s *serving) { s.CacheBytes = 0 }
	plain := bootWorld(t, stores)
	require.Nil(t, plain.app.cache)

	admin := cached.newAccount(20)
	fresh := &client{world: plain, account: admin.account, token: admin.token}
	list := listed("Acme Alpha", "Bravo", "Charlie", "Delta", "Alpine")
	glue, address := cached.vendor(vendors.ApplicationITGlue, list...)
	mine := settle(t, admin, address, glue)
	integration, organization := mine.ids[id.Integration], mine.ids[id.Organization]
	externals := admin.externals(integration)
	all := slices.Sorted(maps.Values(externals))
	input := func(mutation, inputType string, value object) func() {
		return func() {
			data := fresh.do(`mutation($input: `+inputType+`!) { `+mutation+`(input: $input) { userErrors { code message } } }`, object{"input": value})
			require.Empty(t, codes(at(data, mutation)), data)
		}
	}
	schema := gen.NewExecutableSchema(gen.Config{}).Schema()
	asked := everything(schema, mine.ids)
	require.Greater(t, len(asked), 12)
	check := func(after string) {
		cached.suggested(admin.account)
		for query, variables := range asked {
			want := fresh.do(query, variables)
			first, _ := admin.cachedAsk(query, variables)
			require.Equal(t, want, first, "after %s: %s", after, query)
			second, result := admin.cachedAsk(query, variables)
			require.Equal(t, want, second, "after %s, from the cache: %s", after, query)
			require.Equal(t, "HIT", result, query)
		}
		// Descriptions of integrations are cached for their mappings, on a server without a response cache too.
		const described = "id name application source state canImport baseUrl schedule createdAt"
		listed := map[any]any{}
		for _, one := range at(fresh.do(`{ integrations { late `+described+` } }`, nil), "integrations").([]any) {
			delete(one.(object), "late") // selecting it kept the list from coming from memory
			listed[at(one, "id")] = one
		}
		for _, client := range []*client{admin, fresh} {
			data := client.do(`{ organizations(first: 50) { nodes { mappings { integration { `+described+` } } } } }`, nil)
			for _, organization := range at(data, "organizations", "nodes").([]any) {
				for _, mapping := range at(organization, "mappings").([]any) {
					require.Equal(t, listed[at(mapping, "integration", "id")], at(mapping, "integration"), "after %s", after)
				}
			}
		}
	}
	credentials := []object{}
	for name, value := range glue.Credentials() {
		credentials = append(credentials, object{"name": name, "value": value})
	}
	operator := account.NewOperator(pgtest.Operator(t, plain.app.db))
	other := ""
	for _, write := range []write{
		{"nothing", func() {}},
		{"a creation", func() { other = fresh.create("Bravo")["Bravo"] }},
		{"a renaming", input("updateOrganization", "UpdateOrganizationInput", object{"organizationId": organization, "name": "Acme Alpine"})},
		{"a deactivation", input("updateOrganization", "UpdateOrganizationInput", object{"organizationId": organization, "active": false})},
		{"a reactivation", input("updateOrganization", "UpdateOrganizationInput", object{"organizationId": organization, "active": true})},
		{"a save", func() { require.Empty(t, fresh.save(other, integration, []string{all[3]})) }},
		{"a clearing", func() {
			data := fresh.do(`query($id: ID!) { node(id: $id) { ... on Organization { mappings { id } } } }`, object{"id": other})
			input("clearMapping", "ClearMappingInput", object{"mappingId": at(data, "node", "mappings", 0, "id")})()
		}},
		{"an import", input("importFromITGlue", "ImportFromITGlueInput", object{"externalOrgIds": []string{all[1], all[2]}})},
		{"creating from a list", input("createOrganizationsFrom", "CreateOrganizationsFromInput", object{"externalOrgIds": all[3:4], "createDespiteSimilar": all[3:4]})},
		{"a refresh that changes", func() {
			glue.Set(append(listed("Acme renamed", "Bravo", "Charlie", "Delta"), vendors.Organization{RemoteID: "7", Name: "New"}))
			require.Equal(t, "SUCCEEDED", fresh.refresh(nil)[0]["state"])
		}},
		{"a refresh that changes nothing", func() { require.Equal(t, "SUCCEEDED", fresh.refresh(nil)[0]["state"]) }},
		{"a refresh that is reviewed", func() {
			glue.Set(nil)
			require.Equal(t, "NEEDS_REVIEW", fresh.refresh(nil)[0]["state"])
		}},
		{"a refresh that is accepted", func() { require.Equal(t, "SUCCEEDED", fresh.refresh(object{"acceptShrink": true})[0]["state"]) }},
		{"a renaming of the integration", input("updateIntegration", "UpdateIntegrationInput", object{"integrationId": integration, "name": "Docs"})},
		{"a schedule", input("updateIntegration", "UpdateIntegrationInput", object{"integrationId": integration, "schedule": "HOURLY"})},
		{"switching off", input("updateIntegration", "UpdateIntegrationInput", object{"integrationId": integration, "enabled": false})},
		{"switching on", input("updateIntegration", "UpdateIntegrationInput", object{"integrationId": integration, "enabled": true})},
		{"rejected credentials", func() {
			glue.Inject(sim.Rejected())
			require.Equal(t, "FAILED", fresh.refresh(nil)[0]["state"])
			glue.Clear()
		}},
		{"new credentials", input("updateIntegration", "UpdateIntegrationInput", object{"integrationId": integration, "credentials": credentials})},
		{"another limit", func() { limit := 50; requireLimit(t, operator, admin.account, &limit) }},
		{"no limit", func() { requireLimit(t, operator, admin.account, nil) }},
		{"another plan", func() {
			require.NoError(t, pgtest.Run(t.Context(), plain.app.db, func(ctx context.Context, tx pg.Tx) error {
				_, err := tx.Exec(ctx, "UPDATE accounts SET plan = 'Enterprise', renews_at = now() WHERE id = ?", admin.account)
				return err
			}))
		}},
		{"another integration", func() {
			simulated, url := plain.vendor(vendors.ApplicationDattoRMM, list...)
			fresh.connect(simulated, url)
		}},
		{"a disconnection", input("disconnectIntegration", "DisconnectIntegrationInput", object{"integrationId": integration, "confirmName": "Docs"})},
	} {
		write.do()
		check(write.name)
	}
}

func TestCache_DoesNotCacheVolatileFields(t *testing.T) {
	t.Parallel()
	needs(t, partCache)
	admin := newWorld(t).newAccount(5)
	glue, address := admin.vendor(vendors.ApplicationITGlue, listed("A", "B")...)
	mine := settle(t, admin, address, glue)
	for query, want := range map[string]string{
		`{ integrations { name late } }`: "VOLATILE", `{ integrations { nextRefreshAt } }`: "VOLATILE", `{ integrations { lastRefresh { __typename } } }`: "VOLATILE",
		`{ refreshRuns { totalCount } }`: "VOLATILE", `{ node(id: "` + mine.ids[id.RefreshRun] + `") { ... on RefreshRun { id } } }`: "VOLATILE",
		`{ node(id: "` + mine.ids[id.RefreshRun] + `") { id } }`: "MISS", `{ nodes(ids: ["` + mine.ids[id.RefreshRun] + `"]) { __typename } }`: "MISS",
	} {
		for range 3 {
			_, result := admin.cachedAsk(query, nil)
			require.Equal(t, want, result, query)
		}
	}
}

func TestCache_SeparatesCallers(t *testing.T) {
	t.Parallel()
	needs(t, partCache)
	w := newWorld(t)
	admin := w.newAccount(5)
	viewer, stranger := w.newClient(admin.account, auth.Viewer), w.newAccount(5)
	admin.create("Acme")
	const query = `{ organizations { nodes { name } } viewer { name role } }`
	for _, one := range []*client{admin, viewer, stranger} {
		first, result := one.cachedAsk(query, nil)
		require.Equal(t, "MISS", result)
		second, result := one.cachedAsk(query, nil)
		require.Equal(t, "HIT", result)
		require.Equal(t, first, second)
	}
	data, _ := viewer.cachedAsk(query, nil)
	require.Equal(t, "VIEWER", at(data, "viewer", "role"))
	data, _ = stranger.cachedAsk(query, nil)
	require.Empty(t, at(data, "organizations", "nodes"))

	tokens, err := w.tokens().List(t.Context(), admin.account)
	require.NoError(t, err)
	for _, one := range tokens {
		require.NoError(t, w.tokens().Revoke(t.Context(), one.ID))
	}
	for _, one := range []*client{admin, viewer} {
		require.Equal(t, "UNAUTHENTICATED", one.ask(query, nil).Errors[0].Extensions["code"], "a revoked token gets no cached responses")
	}
}

func TestCache_SendsGzipIfAccepted(t *testing.T) {
	t.Parallel()
	needs(t, partCache)
	admin := newWorld(t).newAccount(50)
	for n := range 30 {
		admin.create(fmt.Sprintf("Client %d", n))
	}
	const query = `{"query": "{ organizations { nodes { id name active createdAt } } }"}`
	ask := func(coding string) reply {
		return admin.send(http.MethodPost, "/graphql", query, "Authorization", "Bearer "+admin.token, "Content-Type", "application/json", "Accept-Encoding", coding)
	}
	first := ask("gzip")
	require.Empty(t, first.Header.Get("Content-Encoding"), "a response that is not from the cache is sent while it is produced")
	require.Contains(t, strings.Join(first.Header.Values("Vary"), ","), "Accept-Encoding")
	for coding, zipped := range map[string]bool{"gzip": true, "br, gzip;q=0.5": true, "*": true, "gzip;q=0": false, "identity": false, "br": false} {
		got := ask(coding)
		require.Equal(t, zipped, got.Header.Get("Content-Encoding") == "gzip", coding)
		if !zipped {
			require.Equal(t, first.body, got.body)
			continue
		}
		require.Less(t, len(got.body), len(first.body)/2)
		reader, err := gzip.NewReader(bytes.NewReader([]byte(got.body)))
		require.NoError(t, err)
		plain, err := io.ReadAll(reader)
		require.NoError(t, err)
		require.Equal(t, first.body, string(plain))
	}
}

// A socket is opened once and used for hours. It must not get data from the time it was opened.
func TestCache_ASocketSeesEveryWrite(t *testing.T) {
	t.Parallel()
	needs(t, partCache)
	admin := newWorld(t).newAccount(50)
	conn, _, err := websocket.Dial(t.Context(), strings.Replace(admin.url, "http", "ws", 1)+"/graphql", &websocket.DialOptions{
		Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Authorization": {"Bearer " + admin.token}},
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.CloseNow() })
	require.NoError(t, wsjson.Write(t.Context(), conn, object{"type": "connection_init"}))
	next := func(kind string) object {
		for {
			var message object
			require.NoError(t, wsjson.Read(t.Context(), conn, &message))
			if message["type"] == kind {
				return message
			}
		}
	}
	next("connection_ack")
	for n := range 4 {
		for try := range 2 {
			require.NoError(t, wsjson.Write(t.Context(), conn, object{"id": fmt.Sprint(n, try), "type": "subscribe", "payload": object{"query": `{ quota { used } }`}}))
			require.EqualValues(t, n, at(next("next"), "payload", "data", "quota", "used"))
			next("complete")
		}
		admin.create(fmt.Sprintf("Client %d", n))
	}
	require.Eventually(t, func() bool {
		return strings.Contains(admin.scrape(), `orgmap_cache_queries_total{result="hit"} 4`)
	}, waitTimeout, 10*time.Millisecond)
}

// requireLimit changes how many active organizations an account may have.
func requireLimit(t *testing.T, operator *account.Operator, target uuid.UUID, limit *int) {
	t.Helper()
	_, err := operator.SetLimits(t.Context(), target, account.LimitChange{Organizations: limit})
	require.NoError(t, err)
}

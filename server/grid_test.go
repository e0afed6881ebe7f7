package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

// gridQuery is the query of the main page.
const gridQuery = `query($first: Int, $search: String) {
	organizations(first: $first, search: $search) {
		totalCount
		pageInfo { hasNextPage endCursor }
		nodes { id name active mappings { id origin externalOrg { id name removedAt integration { id } mapping { id } } integration { id name } organization { id name } } }
	}
	integrations { id name state counts { total mapped unmapped } lastRefresh { state fetched integration { name } } }
	quota { used limit remaining }
	journalCursor
}`

// statements counts what a request sends to Postgres, except for authentication.
func (c *client) statements(query string, variables object) int64 {
	c.t.Helper()
	body, err := json.Marshal(object{"query": query, "variables": variables})
	require.NoError(c.t, err)
	ctx, err := c.app.authenticate(c.t.Context(), "Bearer "+c.token)
	require.NoError(c.t, err)
	ctx, count := pg.WithStatementCount(ctx)
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	c.app.graphql().ServeHTTP(recorder, request)
	var got answer
	require.NoError(c.t, json.Unmarshal(recorder.Body.Bytes(), &got))
	require.Empty(c.t, got.Errors)
	return count.Load()
}

func TestGrid_TakesTheSameStatementsForAnySize(t *testing.T) {
	t.Parallel()
	needs(t, partDirectory)
	const organizations, places = 60, 100
	admin := newWorld(t).newAccount(places)
	var names []string
	for n := range organizations {
		names = append(names, fmt.Sprintf("Client %02d", n))
	}
	for _, application := range []vendors.Application{vendors.ApplicationITGlue, vendors.ApplicationDattoRMM} {
		var list []vendors.Organization
		for n, name := range names {
			list = append(list, vendors.Organization{RemoteID: fmt.Sprint(1000 + n), Name: name})
		}
		simulated, url := admin.vendor(application, list...)
		admin.connect(simulated, url)
	}
	for _, run := range admin.refresh(nil) {
		require.Equal(t, "SUCCEEDED", run["state"])
	}
	candidates := admin.do(`{ importCandidates(first: 100) { nodes { externalOrg { id } } } }`, nil)
	var ids []string
	for _, node := range at(candidates, "importCandidates", "nodes").([]any) {
		ids = append(ids, at(node, "externalOrg", "id").(string))
	}
	imported := admin.do(`mutation($ids: [ID!]!) { importFromITGlue(input: {externalOrgIds: $ids}) { userErrors { code } } }`, object{"ids": ids})
	require.Empty(t, codes(at(imported, "importFromITGlue")))

	// One statement each: begin with the account and the total, mappings, external organizations, their mappings,
	// organizations by ID, integrations as the list and for the runs, their counts, their runs, account row, journal
	// position, end. The page itself comes from memory, and the descriptions of the mappings' integrations are cached.
	const budget = 12
	// Storing suggestions marks the account's cached responses and descriptions as stale: nothing must do so meanwhile.
	admin.suggested(admin.account)
	require.Eventually(t, func() bool { return admin.statements(gridQuery, object{"first": 1}) == budget }, 20*time.Second, time.Millisecond)
	require.EqualValues(t, budget, admin.statements(gridQuery, object{"first": 50}))
	// The first searches after a write come from Postgres.
	require.Eventually(t, func() bool { return admin.statements(gridQuery, object{"first": 1, "search": "client"}) == budget }, 20*time.Second, time.Millisecond)
	require.EqualValues(t, budget, admin.statements(gridQuery, object{"first": 50, "search": "client"}))

	const plain = `query($first: Int) { organizations(first: $first) { nodes { id name mappings { externalOrg { name } integration { name } } } } quota { remaining } }`
	few := admin.statements(plain, object{"first": 1})
	require.Equal(t, few, admin.statements(plain, object{"first": 50}))
	t.Logf("the page without counts takes %d statements", few)
	require.LessOrEqual(t, few, int64(5))
}

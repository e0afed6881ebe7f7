package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/id"
)

// columns connects integrations without calling a vendor, and returns their IDs.
func (c *client) columns(count int) []string {
	c.t.Helper()
	c.execute(`INSERT INTO connections (account_id, id, application, base_url, sealed_credentials) VALUES ($1, gen_random_uuid(), 'HUDU', 'https://vendor.example', '')`, c.account)
	c.execute(`INSERT INTO integrations (account_id, id, connection_id, module_id, name, application, source)
		SELECT account_id, gen_random_uuid(), id, n::text, 'Column ' || n, 'HUDU', 'API' FROM connections, generate_series(1, $2::int) n WHERE account_id = $1`, c.account, count)
	found := c.do(`{ integrations { id } }`, nil)["integrations"].([]any)
	ids := make([]string, len(found))
	for i, one := range found {
		ids[i] = one.(object)["id"].(string)
	}
	require.Len(c.t, ids, count)
	return ids
}

// A list that is too long is refused before anything runs, whichever list it is and however it is sent.
func TestLists_TooLongAreRefusedBeforeExecution(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	admin.create("Acme")
	many := func(count int) []any { return slices.Repeat([]any{"x"}, count) }
	for _, test := range []struct {
		query, argument string
		variables       object
		count, maximum  int
	}{
		{`query($i: [ID!]) { organizations(filter: {mappedIn: $i}) { totalCount } }`, "organizations.filter.mappedIn", object{"i": many(200)}, 200, 100},
		{`query($i: [ID!]) { organizations(filter: {unmappedIn: $i}) { totalCount } }`, "organizations.filter.unmappedIn", object{"i": many(10_000)}, 10_000, 100},
		{`query($i: [ID!]) { organizations(filter: {suggestedIn: $i}) { totalCount } }`, "organizations.filter.suggestedIn", object{"i": many(101)}, 101, 100},
		{`query($i: [ID!]) { organizations(filter: {needsDecisionIn: $i}) { totalCount } }`, "organizations.filter.needsDecisionIn", object{"i": many(101)}, 101, 100},
		{`query($i: [ID!]!) { nodes(ids: $i) { id } }`, "nodes.ids", object{"i": many(201)}, 201, 200},
		{`query($i: [ID!]) { organizations { nodes { mappings(integrationIds: $i) { id } } } }`, "mappings.integrationIds", object{"i": many(101)}, 101, 100},
		{`query($s: String) { organizations(search: $s) { totalCount } }`, "organizations.search", object{"s": strings.Repeat("x", 1001)}, 1001, 1000},
		{`mutation($i: [ID!]) { refresh(input: {integrationIds: $i}) { userErrors { code } } }`, "refresh.input.integrationIds", object{"i": many(30_000)}, 30_000, 100},
		{`mutation($i: [ID!]!) { importFromITGlue(input: {externalOrgIds: $i}) { userErrors { code } } }`, "importFromITGlue.input.externalOrgIds", object{"i": many(10_001)}, 10_001, 10_000},
		{
			`mutation($i: [ID!]!) { createOrganizationsFrom(input: {externalOrgIds: $i}) { userErrors { code } } }`, "createOrganizationsFrom.input.externalOrgIds",
			object{"i": many(1001)},
			1001, 1000,
		},
		{
			`mutation($i: [ID!]!) { createOrganizationsFrom(input: {externalOrgIds: [], createDespiteSimilar: $i}) { userErrors { code } } }`,
			"createOrganizationsFrom.input.createDespiteSimilar",
			object{"i": many(1001)},
			1001, 1000,
		},
		{
			`mutation($c: [MappingCellInput!]!) { saveMappings(input: {cells: $c}) { userErrors { code } } }`, "saveMappings.input.cells",
			object{"c": slices.Repeat([]any{object{"organizationId": "x", "integrationId": "x", "externalOrgIds": []any{}}}, 1001)},
			1001, 1000,
		},
		{
			`mutation($n: String!) { createOrganization(input: {name: $n}) { userErrors { code } } }`, "createOrganization.input.name",
			object{"n": strings.Repeat("x", 500_000)},
			500_000, 1000,
		},
	} {
		got := admin.ask(test.query, test.variables)
		require.Equal(t, []string{"BAD_USER_INPUT"}, answerCodes(got), test.argument)
		require.Empty(t, got.Data)
		require.Contains(t, got.Errors[0].Message, fmt.Sprintf("%s has %d ", test.argument, test.count))
		require.Contains(t, got.Errors[0].Message, fmt.Sprintf("the maximum is %d", test.maximum))
	}
}

// Filters by integrations mean the same however long and repetitive their lists are. A list is one condition of a
// statement.
func TestFilters_ByManyIntegrationsAreExactAndCheap(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(100)
	columns := admin.columns(6)
	names := make([]string, 12)
	for i := range names {
		names[i] = fmt.Sprintf("Client %02d", i)
	}
	organizations := slices.Sorted(maps.Values(admin.create(names...)))
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // not a secret
	mapped := map[string]map[string]bool{}
	for _, organization := range organizations {
		mapped[organization] = map[string]bool{}
		for _, column := range columns {
			if random.IntN(2) == 0 {
				continue
			}
			mapped[organization][column] = true
			for range 1 + random.IntN(2) { // a cell may contain several
				external := id.New()
				_, integration, _ := id.Parse(column)
				_, node, _ := id.Parse(organization)
				admin.execute(`INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded, match_name) VALUES ($1, $2, $3, $4, 'x', 'x', 'x')`, admin.account, external, integration, external.String())
				admin.execute(`INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by) VALUES ($1, $2, $3, $4, $5, 'MANUAL', 'Kim')`, admin.account, id.New(), node, integration, external)
			}
		}
	}
	unknown := id.Format(id.Integration, id.New())
	for range 60 {
		pick := func() (ids []any) {
			for range random.IntN(4) {
				one := append(slices.Clone(columns), unknown, "x")[random.IntN(len(columns)+2)]
				ids = append(ids, slices.Repeat([]any{one}, 1+random.IntN(20))...)
			}
			return ids
		}
		in, out := pick(), pick()
		want := 0
		for _, organization := range organizations {
			all, some := true, len(out) == 0
			for _, one := range in {
				all = all && mapped[organization][one.(string)]
			}
			for _, one := range out {
				some = some || !mapped[organization][one.(string)]
			}
			if all && some {
				want++
			}
		}
		got := admin.do(`query($in: [ID!], $out: [ID!]) { organizations(filter: {mappedIn: $in, unmappedIn: $out}) { totalCount nodes { id } } }`, object{"in": in, "out": out})
		require.EqualValues(t, want, got["organizations"].(object)["totalCount"], "%v %v", in, out)
		require.Len(t, got["organizations"].(object)["nodes"], want)
	}
}

// The number of integrations is unknown before they are read. The announced cost is charged in any case.
func TestCost_OfListsWithoutFirstIsAnUpperBound(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	admin.columns(14)
	for _, query := range []string{
		`{ integrations { externalOrgs { totalCount } } }`,
		`{ integrations { lastRefresh { id } externalOrgs(first: 1) { nodes { id mapping { id } } } } }`,
		`{ integrations { id counts { total } } a: integrations { externalOrgs { totalCount } } }`,
	} {
		cost := admin.cost(query, nil)
		require.LessOrEqual(t, cost["actual"], cost["requested"], query)
	}
}

// The response to a bad request is limited too: a hundred user errors, the last of which says how many more there are.
func TestUserErrors_AreBounded(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	const save = `mutation($c: [MappingCellInput!]!) { saveMappings(input: {cells: $c}) { userErrors { code message path } } }`
	cells := slices.Repeat([]any{object{"organizationId": "x", "integrationId": "x", "externalOrgIds": []any{"a", "b", "c"}}}, 1000)
	got := admin.do(save, object{"c": cells})["saveMappings"].(object)["userErrors"].([]any)
	require.Len(t, got, 100)
	require.Equal(t, "4901 more problems are not listed.", got[99].(object)["message"])
	require.Equal(t, []any{"input", "cells", "0", "organizationId"}, got[0].(object)["path"])
}

package guard_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/guard"
)

// executable is a schema that executes nothing.
type executable struct{ document *ast.Schema }

func (e executable) Schema() *ast.Schema { return e.document }

func (e executable) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (e executable) Exec(context.Context) graphql.ResponseHandler {
	return graphql.OneShot(&graphql.Response{Data: []byte(`{}`)})
}

// reckon returns the cost of a query, and the guard's refusal, if any.
func reckon(t *testing.T, query string, variables map[string]any) (int, string) {
	t.Helper()
	g := guard.New(guard.DefaultLimits())
	require.NoError(t, g.Validate(executable{schema()}))
	document, errs := gqlparser.LoadQueryWithRules(schema(), query, guard.Rules(guard.DefaultLimits().Errors))
	require.Empty(t, errs)
	operation := &graphql.OperationContext{Doc: document, Operation: document.Operations[0], Variables: variables}
	refusal := g.MutateOperationContext(t.Context(), operation)
	cost, known := guard.CostOf(operation)
	require.True(t, known)
	require.Equal(t, map[bool]int{false: 1000, true: 5000}[operation.Operation.Operation == ast.Mutation], cost.Limit)
	if refusal == nil {
		require.LessOrEqual(t, cost.Requested, cost.Limit)
		return cost.Requested, ""
	}
	require.Greater(t, cost.Requested, cost.Limit)
	require.Equal(t, "COMPLEXITY_LIMIT_EXCEEDED", refusal.Extensions["code"])
	told, err := json.Marshal(refusal.Extensions["cost"])
	require.NoError(t, err)
	require.JSONEq(t, fmt.Sprintf(`{"requested":%d,"limit":1000}`, cost.Requested), string(told))
	return cost.Requested, refusal.Message
}

func TestCost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		query     string
		variables map[string]any
		want      int
	}{
		"a root field":                        {`{ viewer { name } }`, nil, 1},
		"a few objects cost nothing":          {`{ viewer { name role account { id quota { used } } } }`, nil, 1},
		"a root field that is a scalar":       {`{ journalCursor __typename }`, nil, 1},
		"an alias counts again":               {`{ a: quota { used } b: quota { used } }`, nil, 2},
		"a page of 50 by default":             {`{ organizations { nodes { id } } }`, nil, 1 + 50},
		"edges are like nodes":                {`{ organizations { edges { cursor node { id } } totalCount pageInfo { endCursor } } }`, nil, 1 + 50},
		"only a count":                        {`{ organizations { totalCount } }`, nil, 1},
		"first":                               {`{ organizations(first: 7) { nodes { id } } }`, nil, 1 + 7},
		"last":                                {`{ organizations(last: 8) { nodes { id } } }`, nil, 1 + 8},
		"the greater of first and last":       {`{ organizations(first: 7, last: 8) { nodes { id } } }`, nil, 1 + 8},
		"null for first is like no first":     {`{ organizations(first: null) { nodes { id } } }`, nil, 1 + 50},
		"first as a variable":                 {`query ($n: Int) { organizations(first: $n) { nodes { id } } }`, map[string]any{"n": int64(9)}, 1 + 9},
		"a variable that is not given":        {`query ($n: Int) { organizations(first: $n) { nodes { id } } }`, map[string]any{}, 1 + 50},
		"a negative number gives no discount": {`{ organizations(first: -100) { nodes { id } } quota { used } }`, nil, 1 + 1},
		"a page with mappings":                {grid, map[string]any{"first": int64(50)}, 1 + 50*2 + 1 + 1 + 1 + 41},
		"the largest page with mappings":      {grid, map[string]any{"first": int64(200)}, 1 + 200*2 + 1 + 1 + 1 + 161},
		"a list counts ten":                   {`{ integrations { externalOrgs(first: 5) { nodes { id } } } }`, nil, 1 + 10*(1+5)},
		"a list by its argument":              {`{ nodes(ids: ["a", "b", "c"]) { ... on Organization { mappings { id } } } }`, nil, 1 + 3},
		"a mutation":                          {`mutation { refresh { runs { id } } }`, nil, 10 + 1},
		"a subscription":                      {`subscription { refreshProgress { run { state } } }`, nil, 1},
		"introspection has one price":         {introspection, nil, 100},
		"a skipped field costs nothing":       {`query ($no: Boolean!) { organizations { nodes { id } } a: organizations @include(if: $no) { nodes { id } } ... @skip(if: true) { b: organizations { nodes { id } } } ...F @include(if: false) } fragment F on Query { c: organizations { nodes { id } } }`, map[string]any{"no": false}, 51},
		"an included field costs":             {`{ a: organizations @include(if: true) { nodes { id } } ... @skip(if: false) { b: organizations { nodes { id } } } }`, nil, 102},
		"a fragment counts at every spread":   {`{ a: organizations { ...F } b: organizations { ...F } } fragment F on OrganizationConnection { nodes { id } }`, nil, 102},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cost, refusal := reckon(t, test.query, test.variables)
			require.Empty(t, refusal)
			require.Equal(t, test.want, cost)
		})
	}
}

func TestCost_RefusalNamesTheMostExpensiveField(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		query, message string
		cost           int
	}{
		"a page that is too large": {
			`{ viewer { name } organizations(first: 5000) { nodes { id } } }`,
			"This operation costs 5002; the maximum is 1000. Most of it comes from organizations(first: 5000): ask for fewer at a time, or select less.", 5002,
		},
		"a page in every item": {
			`{ integrations { externalOrgs(first: 200) { ...F } } } fragment F on ExternalOrgConnection { ... { nodes { id } } }`,
			"This operation costs 2011; the maximum is 1000. Most of it comes from externalOrgs(first: 200): ask for fewer at a time, or select less.", 2011,
		},
		"a cycle of fields": {
			`{ node(id: 1) { ... on Organization { mappings { organization { mappings { organization { mappings { organization { mappings { organization { mappings { id } } } } } } } } } } } }`,
			"This operation costs 4916; the maximum is 1000. Most of it comes from mappings, which counts as 8 items: select less of each.", 4916,
		},
		"a cost that overflows": {
			`{ organizations(first: 2147483647) { nodes { mappings { externalOrg { integration { externalOrgs(last: 2147483647) { nodes { id } } } } } } } }`,
			"This operation costs 2147483647; the maximum is 1000. Most of it comes from organizations(first: 2147483647): ask for fewer at a time, or select less.", 2147483647,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cost, refusal := reckon(t, test.query, nil)
			require.Equal(t, test.cost, cost)
			require.Equal(t, test.message, refusal)
		})
	}
}

func TestCost_CountsEveryNestedFragmentSpread(t *testing.T) {
	t.Parallel()
	query := `{ organizations { nodes { ...F0 } } }`
	for i := range 24 {
		query += fragment(i)
	}
	cost, refusal := reckon(t, query+`fragment F24 on Organization { mappings { id } }`, nil)
	require.Equal(t, 1+50*(1+1<<24), cost)
	require.Contains(t, refusal, "organizations, which counts as 50 items")
}

func TestCostDirective_IsValidated(t *testing.T) {
	t.Parallel()
	for name, field := range map[string]string{
		"an unknown argument":           `a(first: Int): [String!]! @cost(complexity: 1, multipliers: ["frist"])`,
		"an argument of the wrong type": `a(first: String): [String!]! @cost(complexity: 1, multipliers: ["first"])`,
		"a negative price":              `a: String @cost(complexity: -1)`,
		"a negative number":             `a: String @cost(complexity: 1, defaultMultiplier: -1)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document := gqlparser.MustLoadSchema(&ast.Source{Input: guard.CostDirective + "type Query { " + field + " }"})
			err := guard.New(guard.DefaultLimits()).Validate(executable{document})
			require.ErrorContains(t, err, "Query.a: @cost(")
		})
	}
}

func TestCostDirective_OverridesTheDefaults(t *testing.T) {
	t.Parallel()
	document := gqlparser.MustLoadSchema(&ast.Source{Input: guard.CostDirective + `
		type Query { cheap: [T!]! @cost(complexity: 3) fixed: [T!]! @cost(complexity: 2, defaultMultiplier: 4) }
		type T { leaf: Int @cost(complexity: 5) }`})
	g := guard.New(guard.DefaultLimits())
	require.NoError(t, g.Validate(executable{document}))
	query, errs := gqlparser.LoadQueryWithRules(document, `{ cheap { leaf } fixed { leaf } }`, guard.Rules(guard.DefaultLimits().Errors))
	require.Empty(t, errs)
	operation := &graphql.OperationContext{Doc: query, Operation: query.Operations[0]}
	require.Nil(t, g.MutateOperationContext(t.Context(), operation))
	cost, _ := guard.CostOf(operation)
	require.Equal(t, (3+10*5)+(2+4*5), cost.Requested)
}

// The length of a list without first is only estimated: items beyond the estimate are not charged.
func TestCost_ActualNeverExceedsRequested(t *testing.T) {
	t.Parallel()
	g := guard.New(guard.DefaultLimits())
	require.NoError(t, g.Validate(executable{schema()}))
	document, errs := gqlparser.LoadQueryWithRules(schema(), `{ integrations { externalOrgs { totalCount } } }`, guard.Rules(8))
	require.Empty(t, errs)
	for items, want := range map[int]int{0: 1, 1: 2, 10: 11, 14: 11, 1000: 11} {
		operation := &graphql.OperationContext{Doc: document, Operation: document.Operations[0]}
		require.Nil(t, g.MutateOperationContext(t.Context(), operation))
		g.Spent(operation, (1+items)*guard.CostParts)
		cost, _ := guard.CostOf(operation)
		require.Equal(t, guard.Cost{Requested: 11, Actual: want, Limit: 1000}, cost, items)
	}
}

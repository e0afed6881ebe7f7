package guard_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/orgmap/orgmap/graph/guard"
)

// The published limits; if you change one, change the documentation too.
func TestDefaultLimits_AreAsPublished(t *testing.T) {
	t.Parallel()
	require.Equal(t, guard.Limits{
		Bytes: 65_536, Tokens: 1500, Nesting: 40, NameBytes: 128, Depth: 12, RootFields: 10, Mutations: 5, Aliases: 30, Directives: 20,
		Fragments: 50, Introspection: 20, Comparisons: 10_000, Fields: 5000, Cost: 1000, MutationCost: 5000, Errors: 8,
	}, guard.DefaultLimits())
}

// Every limit of a text allows exactly its value, and refuses one more.
func TestLimits_OnTextAreInclusive(t *testing.T) {
	t.Parallel()
	limits := guard.DefaultLimits()
	for name, test := range map[string]struct {
		limit int
		of    func(n int) string
	}{
		"bytes":                  {limits.Bytes, func(n int) string { return "{a}" + strings.Repeat(" ", n-3) }},
		"tokens":                 {limits.Tokens, func(n int) string { return "{a{" + times(n-5, " b%d") + "}}" }},
		"comments are tokens":    {limits.Tokens, func(n int) string { return "{a}" + strings.Repeat("#\n", n-3) }},
		"nesting":                {limits.Nesting, func(n int) string { return "{a(b:" + strings.Repeat("[", n-2) + strings.Repeat("]", n-2) + ")}" }},
		"bytes of a name":        {limits.NameBytes, func(n int) string { return "{" + strings.Repeat("a", n) + "}" }},
		"depth":                  {limits.Depth, func(n int) string { return "{" + nested(n-1, "a", "a") + "}" }},
		"depth in fragments":     {limits.Depth, func(n int) string { return "{a{...F}} fragment F on T {" + nested(n-2, "a", "a") + "}" }},
		"root fields":            {limits.RootFields, func(n int) string { return "{" + times(n, "a%d ") + "}" }},
		"mutations":              {limits.Mutations, func(n int) string { return "mutation {" + times(n, "a%d ") + "}" }},
		"aliases":                {limits.Aliases, func(n int) string { return "{a{" + times(n, "a%d: b ") + "}}" }},
		"directives":             {limits.Directives, func(n int) string { return "{a{b" + times(n, "@x") + "}}" }},
		"spreads of a fragment":  {limits.Fragments, func(n int) string { return "{a{" + times(n-1, "...F ") + "}} fragment F on T {b}" }},
		"definitions":            {limits.Fragments, func(n int) string { return "{a}" + times(n, "fragment F%d on T {b} ") }},
		"introspection's levels": {limits.Introspection, func(n int) string { return "{__schema{" + nested(n-2, "a", "a") + "}}" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, guard.Check(test.of(test.limit), limits), "exactly at the limit")
			requireRefused(t, guard.Check(test.of(test.limit+1), limits), "COMPLEXITY_LIMIT_EXCEEDED", "")
		})
	}
}

// 142 fields with the same name make 10,011 pairs, 141 make 9,870.
func TestLimits_OnComparisonsAreInclusive(t *testing.T) {
	t.Parallel()
	limits := guard.DefaultLimits()
	require.NoError(t, guard.Check("{a{"+times(141, "b ")+"}}", limits))
	requireRefused(t, guard.Check("{a{"+times(142, "b ")+"}}", limits), "COMPLEXITY_LIMIT_EXCEEDED", "repeats")
	limits.Comparisons = 9870
	require.NoError(t, guard.Check("{a{"+times(141, "b ")+"}}", limits), "exactly at the limit")
	limits.Comparisons = 9869
	requireRefused(t, guard.Check("{a{"+times(141, "b ")+"}}", limits), "COMPLEXITY_LIMIT_EXCEEDED", "repeats")
}

func TestLimits_OnCostAreInclusive(t *testing.T) {
	t.Parallel()
	document := gqlparser.MustLoadSchema(&ast.Source{Input: guard.CostDirective + `
		type Query { page(first: Int): Connection! } type Connection { nodes: [Thing!]! pageInfo: Info! } type Info { end: ID } type Thing { id: ID! }
		type Mutation { write(first: Int): Thing @cost(complexity: 10, multipliers: ["first"]) }
		extend type Thing { dear: Int @cost(complexity: 1) }`})
	for query, exactly := range map[string]int{
		`query($n: Int) { page(first: $n) { nodes { id } } }`: 999,
		`mutation($n: Int) { write(first: $n) { dear } }`:     4990,
	} {
		cost, refusal := admit(t, document, query, map[string]any{"n": int64(exactly)})
		require.Nil(t, refusal, query)
		require.Equal(t, cost.Limit, cost.Requested, "exactly at the limit")
		cost, refusal = admit(t, document, query, map[string]any{"n": int64(exactly + 1)})
		require.Equal(t, cost.Limit+1, cost.Requested)
		require.NotNil(t, refusal, "one over the limit")
		require.Equal(t, "COMPLEXITY_LIMIT_EXCEEDED", refusal.Extensions["code"])
	}
}

// Fields in fragments count at every spread, and an interface's fields count for each of its types.
func TestLimits_OnFieldsAreInclusive(t *testing.T) {
	t.Parallel()
	document := gqlparser.MustLoadSchema(&ast.Source{Input: guard.CostDirective + `
		interface Thing { id: ID! a: A } type A implements Thing { id: ID! a: A } type B implements Thing { id: ID! a: A }
		type Query { a: A thing: Thing }`})
	for query, fields := range map[string]int{
		`{ a { id } }`:                          2,
		`{ a { id a { id @skip(if: true) } } }`: 3,
		`{ a { ...F a { ...F ...F } } } fragment F on A { id x: id }`: 8,
		`{ thing { id } }`:       1 + 2,
		`{ thing { a { id } } }`: 1 + 2*2,
		`{ thing { ... on A { id } ...F } } fragment F on B { id }`:                                                  3,
		`{ a { ...F } } fragment F on A { x: a { ...G } y: a { ...G } } fragment G on A { x: a { id } y: a { id } }`: 1 + 2*(1+2*2),
		"{ a {" + times(4999, "a%d: id ") + "} }":                                                                    5000,
	} {
		limits := guard.DefaultLimits()
		limits.Fields = fields
		require.Nil(t, admitted(t, limits, document, query), fields)
		limits.Fields--
		refusal := admitted(t, limits, document, query)
		require.NotNil(t, refusal, fields)
		require.Equal(t, "COMPLEXITY_LIMIT_EXCEEDED", refusal.Extensions["code"])
		require.Contains(t, refusal.Message, fmt.Sprintf("more than %d fields", limits.Fields))
	}
}

func admitted(t *testing.T, limits guard.Limits, document *ast.Schema, query string) *gqlerror.Error {
	t.Helper()
	g := guard.New(limits)
	require.NoError(t, g.Validate(executable{document}))
	parsed, errs := gqlparser.LoadQueryWithRules(document, query, guard.Rules(8))
	require.Empty(t, errs)
	return g.MutateOperationContext(t.Context(), &graphql.OperationContext{Doc: parsed, Operation: parsed.Operations[0]})
}

// Two kilobytes of nested fragment spreads over single objects can neither select millions of fields nor run for free.
func TestLimits_BoundNestedFragmentsOverSingleObjects(t *testing.T) {
	t.Parallel()
	text := func(levels int) string {
		query := "{ node(id: 1) { ...F0 } }"
		for i := range levels {
			query += fmt.Sprintf(" fragment F%d on ExternalOrg { id name mapping { organization { id } a: externalOrg { ...F%d } b: externalOrg { ...F%d } } }", i, i+1, i+1)
		}
		return query + fmt.Sprintf(" fragment F%d on ExternalOrg { id name }", levels)
	}
	cost, refusal := reckon(t, text(3), nil)
	require.Empty(t, refusal)
	require.Equal(t, 1+(7*4)/guard.CostParts, cost)
	refused := admitted(t, guard.DefaultLimits(), schema(), text(12))
	require.NotNil(t, refused)
	require.Contains(t, refused.Message, "more than 5000 fields")
	limits := guard.DefaultLimits()
	limits.Fields = 1 << 40
	refused = admitted(t, limits, schema(), text(14))
	require.NotNil(t, refused, "without that limit, single objects still cost something")
	require.Contains(t, refused.Message, "This operation costs 3277; the maximum is 1000.")
}

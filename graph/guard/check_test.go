package guard_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/orgmap/orgmap/graph/guard"
)

// times repeats text, which may contain %d for the index.
func times(n int, text string) string {
	var b strings.Builder
	for i := range n {
		if strings.Contains(text, "%d") {
			fmt.Fprintf(&b, text, i)
		} else {
			b.WriteString(text)
		}
	}
	return b.String()
}

// nested wraps inner in n selection sets of field.
func nested(n int, field, inner string) string {
	return times(n, field+"{") + inner + times(n, "}")
}

const introspection = `query IntrospectionQuery { __schema { queryType { name kind } types { ...FullType } directives { name description locations args { ...InputValue } } } }
fragment FullType on __Type { kind name description fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
  inputFields { ...InputValue } interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name } possibleTypes { ...TypeRef } }
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }`

const grid = `query Grid($first: Int, $search: String) {
  organizations(first: $first, search: $search, orderBy: {field: NAME, direction: ASC}) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { __typename id name active ...Cells }
  }
  integrations { __typename id name state counts { total mapped } lastRefresh { id state fetched total } }
  quota { limit used remaining } journalCursor
}
fragment Cells on Organization { mappings { __typename id origin externalOrg { __typename id name remoteId removedAt } integration { __typename id } } }`

func TestCheck_AcceptsPagesAndTools(t *testing.T) {
	t.Parallel()
	for name, query := range map[string]string{
		"the grid":                    grid,
		"GraphiQL's introspection":    introspection,
		"an empty document":           "",
		"a shorthand":                 "{ viewer { name } }",
		"comments and commas":         "# what is it?\n{ viewer, { name, } } # done",
		"several operations":          "query A { viewer { name } } query B { quota { used } } mutation C { refresh { runs { id } } }",
		"descriptions":                "\"\"\"why\"\"\" query A { viewer { name } }",
		"a subscription":              "subscription ($id: ID = \"x\") { refreshProgress(runId: $id) { run { state } sequence } }",
		"odd names":                   "query fragment { on query mutation fragment subscription defer true }",
		"exactly 12 levels":           "{" + nested(11, "a", "a") + "}",
		"exactly 30 aliases":          "{ viewer {" + times(30, "a%d: name ") + "} }",
		"exactly 10 root fields":      "{" + times(10, "a%d ") + "}",
		"exactly 20 directives":       "{ viewer {" + times(20, "name @x ") + "} }",
		"exactly 50 fragments":        "{ viewer {" + times(25, "...F%d ") + "} }" + times(25, "fragment F%d on Viewer { name }"),
		"two cyclic fragments":        "{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }",
		"an unknown fragment":         "{ viewer { ...Nowhere } }",
		"block strings":               `{ node(id: """ "{{{" \""" """) { id } }`,
		"braces in strings":           `{ node(id: "}}}{{{\"") { id } }`,
		"500 fields in one selection": "{ viewer {" + times(500, "a%d ") + "} }",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, guard.Check(query, guard.DefaultLimits()))
		})
	}
}

func TestCheck_Refuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ query, message string }{
		"a long text":                               {strings.Repeat(" ", 64<<10+1), "65536 bytes"},
		"many tokens":                               {times(2000, "{"), "brackets"},
		"many names":                                {"{" + times(1500, "a ") + "}", "1500 tokens"},
		"many comments":                             {times(1501, "#\n"), "1500 tokens"},
		"a bracket bomb":                            {"{orgs(first:" + times(1<<15, "["), "40 brackets"},
		"brackets of many kinds":                    {times(14, "{a(x:[") + "1", "40 brackets"},
		"a long name":                               {"{" + strings.Repeat("a", 129) + "}", "128 bytes in a name"},
		"13 levels":                                 {"{" + nested(12, "a", "a") + "}", "12 levels"},
		"13 levels through fragments":               {"{a{...A}} fragment A on T {" + nested(5, "a", "...B") + "} fragment B on T {" + nested(6, "a", "a") + "}", "12 levels"},
		"13 levels through inline fragments":        {"{" + nested(6, "a{... @include(if:true)", nested(6, "a", "a")) + times(6, "}") + "}", "12 levels"},
		"deep introspection":                        {"{__schema" + nested(1, "", nested(20, "ofType", "kind")) + "}", "20 levels of fields under __schema"},
		"depth that hides beside introspection":     {"{__schema{a} a" + nested(1, "", nested(11, "a", "a")) + "}", "12 levels"},
		"depth under an alias called __schema":      {"{__schema: a" + nested(1, "", nested(11, "a", "a")) + "}", "12 levels"},
		"depth in a field called __schema":          {"{a{__schema" + nested(1, "", nested(10, "a", "a")) + "}}", "12 levels"},
		"11 root fields":                            {"{" + times(11, "a%d ") + "}", "10 root fields"},
		"11 root fields in a subscription":          {"subscription {" + times(11, "a%d ") + "}", "10 root fields"},
		"11 root fields through fragments":          {"{a ...A ... {b ...A}} fragment A on Query {" + times(5, "a%d ") + "}", "10 root fields"},
		"6 mutations":                               {"mutation {" + times(6, "a%d ") + "}", "5 root fields"},
		"31 aliases":                                {"{a{" + times(31, "a%d: a ") + "}}", "30 aliases"},
		"21 directives":                             {"{a" + times(21, "@x") + "}", "20 directives"},
		"21 directives on variables":                {"query ($a: Int" + times(21, "@x") + ") {a}", "20 directives"},
		"51 fragments":                              {"{a{" + times(26, "...F%d ") + "}}" + times(25, "fragment F%d on T {a}"), "50 fragments"},
		"the same field again and again":            {"{a{" + times(300, "b ") + "}}", "repeats"},
		"the same field in nested inline fragments": {"{a{" + nested(12, "...", times(100, "b ")) + "}}", "repeats"},
		"the same field for every operation":        {times(20, "query Q%d{a{...F}}") + "fragment F on T {" + times(100, "b ") + "}", "repeats"},
		"a deferred part":                           {"{ a { ... @defer { b } } }", "@defer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code := "COMPLEXITY_LIMIT_EXCEEDED"
			if strings.Contains(test.message, "@defer") {
				code = "GRAPHQL_VALIDATION_FAILED"
			}
			requireRefused(t, guard.Check(test.query, guard.DefaultLimits()), code, test.message)
		})
	}
}

func TestCheck_SumsFragmentsInLinearTime(t *testing.T) {
	t.Parallel()
	query := "{ ...F0 } "
	for i := range 1000 {
		query += fmt.Sprintf("fragment F%d on Query { ...F%d ...F%d } ", i, i+1, i+1)
	}
	limits := guard.DefaultLimits()
	limits.Fragments, limits.Tokens = 10_000, 100_000
	requireRefused(t, guard.Check(query+"fragment F1000 on Query { a }", limits), "COMPLEXITY_LIMIT_EXCEEDED", "10 root fields")
}

func requireRefused(t *testing.T, err error, code, message string) {
	t.Helper()
	var refusal *gqlerror.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Extensions["code"], refusal.Message)
	require.Contains(t, refusal.Message, message)
}

func TestCheck_ReportsSyntaxErrors(t *testing.T) {
	t.Parallel()
	for name, query := range map[string]string{
		"an unfinished string":           `{ a(x: "`,
		"an unfinished block":            `{ a(x: """`,
		"an invalid character":           "{ a \x00 }",
		"a single quote":                 "{ a(x: 'b') }",
		"one brace too many":             "{ a } }",
		"one brace too few":              "{ a { b }",
		"one parenthesis too many":       "{ a ) }",
		"parentheses in the wrong order": "{ a )( }",
		"an unfinished header":           "query A",
		"an unknown keyword":             "qwerty cop { abc }",
		"brackets that do not match":     "{ a( } ) }",
		"a name outside any definition":  "{ a } b",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, guard.Check(query, guard.DefaultLimits()), "GRAPHQL_PARSE_FAILED", "")
		})
	}
}

package guard_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/orgmap/orgmap/graph/guard"
)

// budget is the maximum time for checking, parsing and validating any document.
const budget = 50 * time.Millisecond

// shapes returns documents that keep validation busy, each for a number of repetitions, so that the largest one that
// passes the guard can be found.
func shapes() map[string]func(n int) string {
	return map[string]func(n int) string{
		"one name":        func(n int) string { return "{ viewer {" + times(n, "name ") + "} }" },
		"typename":        func(n int) string { return "{ viewer {" + times(n, "__typename ") + "} }" },
		"one object":      func(n int) string { return "{ viewer {" + times(n, "account{id}") + "} }" },
		"one deep object": func(n int) string { return "{ viewer {" + times(n, "account{quota{used}}") + "} }" },
		"objects of one name": func(n int) string {
			return "{ viewer {" + times(n, "account{"+times(n, "name ")+"}") + "} }"
		},
		"objects of many names": func(n int) string {
			return "{ viewer {" + times(n, "account{id name quota{limit used remaining plan renewsAt}}") + "} }"
		},
		"lists of objects": func(n int) string {
			return "{ organizations { nodes {" + times(n, "mappings{externalOrg{id}}") + "} } }"
		},
		"inline fragments beside each other": func(n int) string { return "{ viewer {" + times(n, "...{account{id}}") + "} }" },
		"inline fragments in each other":     func(n int) string { return "{ viewer {" + nested(30, "...", times(n, "name ")) + "} }" },
		"inline fragments in a few others":   func(n int) string { return "{ viewer {" + nested(4, "...", times(n, "name ")) + "} }" },
		"wide inline fragments": func(n int) string {
			return "{ viewer {" + times(n, "...{"+times(n, "account{id}")+"}") + "} }"
		},
		"inline fragments of every type": func(n int) string {
			return "{ node(id: 1) {" + times(n, "...on Organization{id name}...on Account{id name}...on Integration{id name}") + "} }"
		},
		"a chain of fragments": func(n int) string {
			var b strings.Builder
			b.WriteString("{ viewer { account { ...F0 } } }")
			for i := range 24 {
				fmt.Fprintf(&b, "fragment F%d on Account { %s ...F%d }", i, times(n, "quota{used}"), i+1)
			}
			return b.String() + "fragment F24 on Account { id }"
		},
		"fragments spread everywhere": func(n int) string {
			return "{ viewer {" + times(20, "account{...F0 ...F1}") + "} }" + times(2, "fragment F%d on Account {"+strings.ReplaceAll(times(n, "quota{used}"), "%", "%%")+"}")
		},
		"one fragment in many sets": func(n int) string {
			return "{ viewer {" + times(40, "account{...F}") + "} } fragment F on Account {" + times(n, "quota{used}") + "}"
		},
		"a fragment and inline fragments": func(n int) string {
			return "{ viewer {" + nested(20, "...", times(n, "name ")+"...F") + "} } fragment F on Viewer {" + times(n, "name ") + "}"
		},
		"fragments in each other": func(n int) string {
			var b strings.Builder
			b.WriteString("{ organizations { nodes { ...F0 } } }")
			for i := range 4 {
				fmt.Fprintf(&b, "fragment F%d on Organization { %s }", i, times(n, fmt.Sprintf("mappings{organization{...F%d ...F%d id}}", i+1, i+1)))
			}
			return b.String() + "fragment F4 on Organization { id }"
		},
		"many operations": func(n int) string {
			return times(n, "query Q%d{viewer{...F}}") + "fragment F on Viewer {" + times(40, "name ") + "}"
		},
		"conflicting fields": func(n int) string {
			return "{ viewer {" + times(30, "name:role ") + times(n, "name ") + "} }"
		},
		"conflicting fields in depth": func(n int) string {
			return "{ viewer {" + times(n, "account{id:name id}") + "} }"
		},
		"conflicting arguments": func(n int) string {
			return "{ integrations {" + times(n, "externalOrgs(first:%d){totalCount}") + "} }"
		},
		"unknown fields":    func(n int) string { return "{ viewer {" + times(n, "organizatoin%d ") + "} }" },
		"unknown types":     func(n int) string { return "{ viewer {" + times(n, "...on Organizatoin%d{id}") + "} }" },
		"unknown arguments": func(n int) string { return "{ organizations(" + times(n, "firts%d:1 ") + ") { totalCount } }" },
		"long unknown names": func(n int) string {
			return "{ viewer {" + times(n, strings.Repeat("organization", 10)+"%d ") + "} }"
		},
		"repeated arguments": func(n int) string { return "{ organizations(" + times(n, "first:1 ") + ") { totalCount } }" },
		"arguments on repeated fields": func(n int) string {
			return "{ integrations {" + times(10, "externalOrgs("+times(n, "first:1 ")+"){totalCount}") + "} }"
		},
		"a long list": func(n int) string { return "{ nodes(ids: [" + times(n, "%d ") + "]) { id } }" },
		"a wide object": func(n int) string {
			return "{ organizations(filter: {" + times(n, "active:true ") + "}) { totalCount } }"
		},
		"unknown in objects": func(n int) string {
			return "{ organizations(filter: {" + times(n, "activ%d:true ") + "}) { totalCount } }"
		},
		"deep lists": func(n int) string { return "{ nodes(ids: " + times(n, "[") + times(n, "]") + ") { id } }" },
		"deep objects": func(n int) string {
			return "{ organizations(filter: " + times(n, "{a:") + "1" + times(n, "}") + ") { totalCount } }"
		},
		"unknown enum values": func(n int) string {
			return "{ organizations(filter: {unmappedIn: [" + times(n, "NAMEE%d ") + "]}) { totalCount } }"
		},
		"variables": func(n int) string {
			return "query (" + times(n, "$v%d: ID ") + ") { nodes(ids: [" + times(n, "$v%d ") + "]) { id } }"
		},
		"unknown variables": func(n int) string { return "{ nodes(ids: [" + times(n, "$v%d ") + "]) { id } }" },
		"unused variables":  func(n int) string { return "query (" + times(n, "$v%d: ID ") + ") { viewer { name } }" },
		"repeated variables": func(n int) string {
			return "query (" + times(n, "$v: ID ") + ") { nodes(ids: [" + times(n, "$v ") + "]) { id } }"
		},
		"a long string": func(n int) string { return `{ node(id: "` + strings.Repeat(`\u0041`, n) + `") { id } }` },
		"a long block":  func(n int) string { return `{ node(id: """` + strings.Repeat("\n \" ", n) + `""") { id } }` },
		"comments":      func(n int) string { return times(n, "#\n") + "{ viewer { name } }" },
		"introspection": func(n int) string { return "{ __schema { types {" + times(n, "fields{type{ofType{name}}}") + "} } }" },
	}
}

// largest returns how often a shape can be repeated and still pass the guard.
func largest(shape func(n int) string, limits guard.Limits) int {
	high := 1
	for high < 1<<14 && guard.Check(shape(high), limits) == nil {
		high *= 2
	}
	low := high / 2
	for low < high {
		middle := (low + high + 1) / 2
		if guard.Check(shape(middle), limits) == nil {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}

// validate does what the executor does with a new document, with the guard's rules.
func validate(t testing.TB, query string) gqlerror.List {
	t.Helper()
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, guard.DefaultLimits().Tokens)
	if err != nil {
		return nil //nolint:nilerr // a document that does not parse is not validated
	}
	return validator.ValidateWithRules(schema(), document, guard.Rules(guard.DefaultLimits().Errors))
}

// requireWithin fails if every run of f exceeds the limit. It tries several times, to exclude other load on the
// machine.
func requireWithin(t testing.TB, limit time.Duration, f func(), about string) time.Duration {
	t.Helper()
	best := time.Hour
	for range 5 {
		start := time.Now()
		f()
		if best = min(best, time.Since(start)); best < limit*slowdown {
			return best
		}
	}
	require.Less(t, best, limit*slowdown, about)
	return best
}

// Not parallel, because it measures time.
func TestCheck_WorstAcceptedDocumentsAreValidatedQuickly(t *testing.T) {
	for name, shape := range shapes() {
		n := largest(shape, guard.DefaultLimits())
		require.Positive(t, n, name)
		query := shape(n)
		took := requireWithin(t, budget, func() {
			require.NoError(t, guard.Check(query, guard.DefaultLimits()))
			errs := validate(t, query)
			require.LessOrEqual(t, len(errs), guard.DefaultLimits().Errors)
		}, name)
		t.Logf("%-40s %5d times, %8.2f ms", name, n, float64(took.Microseconds())/1000)
	}
}

// Not parallel, because it measures time.
func TestCheck_IsQuickForLargeDocuments(t *testing.T) {
	for name, shape := range shapes() {
		query := shape(1500)
		requireWithin(t, 5*time.Millisecond, func() { _ = guard.Check(query, guard.DefaultLimits()) }, name)
	}
}

func TestRules_IncludeEveryStandardRule(t *testing.T) {
	t.Parallel()
	ours := guard.Rules(10).GetInner()
	for name := range rules.NewDefaultRules().GetInner() {
		_, same := ours[name]
		_, silent := ours[name+"WithoutSuggestions"]
		require.True(t, same || silent || name == rules.ValuesOfCorrectTypeRule.Name, name) // graph/input's is stricter
	}
}

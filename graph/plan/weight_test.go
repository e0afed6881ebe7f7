package plan_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/plan"
)

// spreading returns a document of a few kilobytes with nested fragment spreads over single objects.
func spreading(name string, depth int) string {
	const scalars = "id name application source state canImport baseUrl schedule nextRefreshAt late createdAt counts{total mapped unmapped removed}"
	var text strings.Builder
	fmt.Fprintf(&text, "query %s($a:Boolean!,$b:Boolean!,$c:Boolean!,$d:Boolean!){a:__typename@skip(if:$a)b:__typename@skip(if:$b)c:__typename@skip(if:$c)d:__typename@skip(if:$d)", name)
	text.WriteString(`n:node(id:"none"){...on Integration{...I1}}}`)
	for k := 1; k <= depth; k++ {
		fmt.Fprintf(&text, "fragment I%d on Integration{%s lastRefresh{...R%d}lastSuccess{...R%d}}", k, scalars, k, k)
		fmt.Fprintf(&text, "fragment R%d on RefreshRun{id state fetched total added updated removed attempt requestedBy queuedAt startedAt finishedAt failure{code message retryAt}integration{...I%d}}", k, k+1)
	}
	fmt.Fprintf(&text, "fragment I%d on Integration{%s}", depth+1, scalars)
	return text.String()
}

// repeating returns a document with few steps, whose selections are collected repeatedly for types that do not match.
func repeating(name string) string {
	var text strings.Builder
	fmt.Fprintf(&text, `query %s{n:node(id:"none"){...on Integration{...I1}}}`, name)
	for k := 1; k <= 5; k++ {
		fmt.Fprintf(&text, "fragment I%d on Integration{lastRefresh{...R%d ...on Node{%s}}lastSuccess{...R%d}}", k, k, strings.Repeat("...on Node{...on Integration{id}}", 20), k)
		fmt.Fprintf(&text, "fragment R%d on RefreshRun{integration{...I%d %s}}", k, k+1, strings.Repeat("...on Node{...on Account{id}}", 20))
	}
	text.WriteString("fragment I6 on Integration{id}")
	return text.String()
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc) //nolint:gosec // no heap is that large
}

// The plans of many documents take no more memory than estimated, and so no more than the cache's limit.
func TestPlans_TakeNoMoreMemoryThanEstimated(t *testing.T) { //nolint:paralleltest // it measures the heap
	const documents = 15
	for name, document := range map[string]func(i int) string{
		"a small document":                 func(i int) string { return fmt.Sprintf("query Q%d{viewer{name role}quota{used limit}}", i) },
		"fragments that spread each other": func(i int) string { return spreading(fmt.Sprintf("Q%d", i), 3) },
		"too many steps for a plan":        func(i int) string { return spreading(fmt.Sprintf("Q%d", i), 5) },
		"selections of other types":        func(i int) string { return repeating(fmt.Sprintf("Q%d", i)) },
	} {
		t.Run(name, func(t *testing.T) { //nolint:paralleltest // it measures the heap
			resolvers := world{}
			stock := gen.NewExecutableSchema(gen.Config{Resolvers: resolvers})
			schema := plan.Over(stock, gen.PlanTypes(resolvers), nil, nil)
			both := newPair(resolvers)
			before := heap()
			for i := range documents {
				for values := range 16 {
					asked := request{document(i), map[string]any{"a": values&1 > 0, "b": values&2 > 0, "c": values&4 > 0, "d": values&8 > 0}}
					operation := parsed(t, both, asked)
					schema.Exec(graphql.WithOperationContext(t.Context(), operation))
				}
			}
			taken, estimated := heap()-before, plan.KeptBytes(schema)
			t.Logf("%d KiB taken, %d KiB estimated", taken>>10, estimated>>10)
			require.Less(t, taken, estimated+256<<10)
			require.LessOrEqual(t, estimated, int64(plan.MaximumKept))
			runtime.KeepAlive(schema)
		})
	}
}

// parsed returns an operation whose document was parsed only for it, as if the document cache had evicted it.
func parsed(t *testing.T, both pair, asked request) *graphql.OperationContext {
	t.Helper()
	operation, refused := both.stock.CreateOperationContext(graphql.StartOperationTrace(t.Context()), &graphql.RawParams{Query: asked.query, Variables: asked.variables})
	require.Empty(t, refused)
	return operation
}

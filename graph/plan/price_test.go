package plan_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/documenttest"
	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/guard"
	"github.com/orgmap/orgmap/graph/plan"
)

// meter records what responses cost, in parts of a cost, before the guard caps it.
type meter struct {
	*guard.Guard
	parts int
}

func (m *meter) Spent(operation *graphql.OperationContext, parts int) {
	m.parts = parts
	m.Guard.Spent(operation, parts)
}

// metered returns an executor of planned operations that records their cost. No operation is too expensive for it.
func metered(resolvers gen.ResolverRoot) (*executor.Executor, *meter) {
	limits := guard.DefaultLimits()
	limits.Cost, limits.MutationCost, limits.Fields = 1<<40, 1<<40, 1<<40
	m := &meter{Guard: guard.New(limits)}
	made := executor.New(plan.Over(gen.NewExecutableSchema(gen.Config{Resolvers: resolvers}), gen.PlanTypes(resolvers), nil, m))
	made.SetRecoverFunc(func(_ context.Context, cause any) error { return fmt.Errorf("recovered: %v", cause) })
	made.Use(m.Guard)
	return made, m
}

// spent runs a document and returns its cost, or false if the document is invalid.
func spent(ctx context.Context, t *testing.T, exec *executor.Executor, asked request) (guard.Cost, bool) {
	t.Helper()
	encoded, err := json.Marshal(asked.variables)
	require.NoError(t, err)
	variables := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&variables))
	ctx = graphql.StartOperationTrace(ctx)
	operation, refused := exec.CreateOperationContext(ctx, &graphql.RawParams{Query: asked.query, Variables: variables})
	if refused != nil {
		return guard.Cost{}, false
	}
	next, ctx := exec.DispatchOperation(ctx, operation)
	require.NotNil(t, next(ctx))
	cost, known := guard.CostOf(operation)
	require.True(t, known)
	return cost, true
}

// In the office, no list without first is longer than the estimate: so the price list itself must hold, field by field.
func TestPrices_AreUpperBounds(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 30)
	exec, meter := metered(o.resolvers)
	priced := 0
	for n := range uint64(*documents) {
		query, variables := (&documenttest.Author{Rand: rand.New(rand.NewPCG(n, 5)), Schema: o.schema, IDs: o.ids}).Operation(ast.Query)
		ctx, done := o.answering(t.Context())
		meter.parts = 0
		cost, valid := spent(ctx, t, exec, request{query, variables})
		done()
		if !valid {
			continue
		}
		priced++
		require.LessOrEqual(t, meter.parts/guard.CostParts, cost.Requested, "document %d: %s\n%v", n, query, variables)
		require.LessOrEqual(t, cost.Actual, cost.Requested, query)
	}
	require.Greater(t, priced, *documents/2)
}

package plan_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/documenttest"
	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/plan"
)

//nolint:gochecknoglobals // a flag
var documents = flag.Int("documents", 150, "how many random documents of each kind both executors answer")

// watched records whether an operation reached gqlgen's executor.
type watched struct {
	graphql.ExecutableSchema
	reached int
}

func (w *watched) Exec(ctx context.Context) graphql.ResponseHandler {
	w.reached++
	return w.ExecutableSchema.Exec(ctx)
}

// pair holds both executors, with the same resolvers.
type pair struct {
	stock, planned *executor.Executor
	schema         *ast.Schema
	beneath        *watched
}

func newPair(resolvers gen.ResolverRoot) pair {
	stock := gen.NewExecutableSchema(gen.Config{Resolvers: resolvers})
	beneath := &watched{ExecutableSchema: stock}
	made := pair{stock: executor.New(stock), planned: executor.New(plan.Over(beneath, gen.PlanTypes(resolvers), nil, nil)), schema: stock.Schema(), beneath: beneath}
	for _, one := range made.both() {
		one.SetRecoverFunc(func(_ context.Context, cause any) error { return fmt.Errorf("recovered: %v", cause) })
	}
	return made
}

func (p pair) both() []*executor.Executor { return []*executor.Executor{p.stock, p.planned} }

// request is an operation as a client sends it.
type request struct {
	query     string
	variables map[string]any
}

// response is what the tests compare: errors come in any order.
type response struct {
	Data   string
	Errors []string
}

var errInvalid = errors.New("the document is refused")

func answers(ctx context.Context, exec *executor.Executor, asked request) ([]response, error) {
	encoded, err := json.Marshal(asked.variables)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var variables map[string]any
	if err := decoder.Decode(&variables); err != nil {
		return nil, err
	}
	ctx = graphql.StartOperationTrace(ctx)
	operation, refused := exec.CreateOperationContext(ctx, &graphql.RawParams{Query: asked.query, Variables: variables})
	if refused != nil {
		return nil, fmt.Errorf("%w: %w", errInvalid, refused)
	}
	operation.DisableIntrospection = false
	next, ctx := exec.DispatchOperation(ctx, operation)
	var all []response
	for {
		one := next(ctx)
		if one == nil {
			return all, nil
		}
		plain := response{Data: string(one.Data)}
		for _, told := range one.Errors {
			text, err := json.Marshal(told)
			if err != nil {
				return nil, err
			}
			plain.Errors = append(plain.Errors, string(text))
		}
		slices.Sort(plain.Errors)
		if all = append(all, plain); operation.Operation.Operation != ast.Subscription {
			return all, nil
		}
		if one.Data == nil {
			return all, nil // it did not start
		}
	}
}

func TestPlans_AnswerRandomDocumentsLikeTheExecutor(t *testing.T) {
	t.Parallel()
	for _, kind := range []ast.Operation{ast.Query, ast.Mutation} {
		for _, faults := range []float64{0, 0.02, 0.3} {
			t.Run(fmt.Sprintf("%s with %v faults", kind, faults), func(t *testing.T) {
				t.Parallel()
				compared, failed := 0, 0
				for n := range uint64(*documents) {
					both := newPair(world{seed: n, faults: faults})
					random := rand.New(rand.NewPCG(n, 1))
					query, variables := (&documenttest.Author{Rand: random, Schema: both.schema}).Operation(kind)
					for range 2 { // the second time the plan is cached
						asked := request{query, variables}
						want, err := answers(t.Context(), both.stock, asked)
						if errors.Is(err, errInvalid) {
							break
						}
						require.NoError(t, err, query)
						got, err := answers(t.Context(), both.planned, asked)
						require.NoError(t, err, query)
						require.Equal(t, want, got, "document %d: %s\n%v", n, query, variables)
						require.True(t, json.Valid([]byte(got[0].Data)), "document %d: %s", n, got[0].Data)
						compared++
						if len(got[0].Errors) > 0 {
							failed++
						}
						for name, value := range variables { // a second plan of the same document
							if condition, ok := value.(bool); ok {
								variables[name] = !condition
							}
						}
					}
					require.Zero(t, both.beneath.reached, "document %d was not planned: %s", n, query)
				}
				require.Greater(t, compared, *documents, "validation refuses too many documents")
				t.Logf("%d answers compared, %d of them with errors", compared, failed)
			})
		}
	}
}

func TestPlans_AnswerRandomSubscriptionsLikeTheExecutor(t *testing.T) {
	t.Parallel()
	for _, faults := range []float64{0, 0.1} {
		t.Run(fmt.Sprintf("with %v faults", faults), func(t *testing.T) {
			t.Parallel()
			compared := 0
			for n := range uint64(*documents) {
				both := newPair(world{seed: n, faults: faults})
				query, variables := (&documenttest.Author{Rand: rand.New(rand.NewPCG(n, 2)), Schema: both.schema}).Operation(ast.Subscription)
				asked := request{query, variables}
				want, err := answers(t.Context(), both.stock, asked)
				if errors.Is(err, errInvalid) {
					continue
				}
				require.NoError(t, err, query)
				got, err := answers(t.Context(), both.planned, asked)
				require.NoError(t, err, query)
				require.Zero(t, both.beneath.reached, "document %d was not planned: %s", n, query)
				require.Len(t, got, len(want), query)
				for i := range want {
					requireSameEvent(t, want[i], got[i], query)
					compared++
				}
			}
			require.Greater(t, compared, *documents)
			t.Logf("%d events compared", compared)
		})
	}
}

// requireSameEvent allows for what gqlgen's executor omits in an event: the subscription's field at the start of each
// path, and null data if that non-null field is null.
func requireSameEvent(t *testing.T, want, got response, query string) {
	t.Helper()
	require.Len(t, got.Errors, len(want.Errors), query)
	var event map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(cmp.Or(want.Data, "null")), &event))
	if len(event) == 0 { // it did not start
		require.Equal(t, want, got, query)
		return
	}
	for alias, data := range event {
		if string(data) == "null" {
			require.Equal(t, "null", got.Data, query)
			return // if the event itself was nil, gqlgen's executor does not know the field for the error
		}
		for i := range got.Errors {
			short := strings.Replace(got.Errors[i], `"path":["`+alias+`",`, `"path":[`, 1)
			require.NotEqual(t, got.Errors[i], short, "the path starts at the subscription's field")
			got.Errors[i] = short
		}
	}
	slices.Sort(got.Errors)
	require.Equal(t, want, got, query)
}

func TestPlans_LeaveIntrospectionToTheExecutor(t *testing.T) {
	t.Parallel()
	both := newPair(world{seed: 1})
	for _, query := range []string{
		`{ __schema { types { name fields { name } } } }`,
		`{ quota { used } kind: __type(name: "Organization") { kind } }`,
	} {
		both.beneath.reached = 0
		want, err := answers(t.Context(), both.stock, request{query: query})
		require.NoError(t, err)
		got, err := answers(t.Context(), both.planned, request{query: query})
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, 1, both.beneath.reached)
	}
}

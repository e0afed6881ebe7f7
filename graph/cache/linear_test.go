package cache_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/orgmap/orgmap/graph/cache"
	"github.com/orgmap/orgmap/internal/auth"
)

const schemaText = `
type Query { register(of: Int): Int! mine: Person! run: Run runs: [Run!]! clock: Int! @volatile node: Node }
interface Node { id: ID! }
type Person implements Node { id: ID! name: String! @personal }
type Run implements Node @volatile { id: ID! fetched: Int! }
`

var schema = sync.OnceValue(func() *ast.Schema {
	return gqlparser.MustLoadSchema(&ast.Source{Input: schemaText}, &ast.Source{Input: cache.Directives})
})

// store is a number with a position that every change advances, like an account.
type store struct {
	mutex    sync.Mutex
	value    int
	position int64
	era      int64
	opened   int
}

func (s *store) write(value int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.value = value
	s.position++
}

func (s *store) version() cache.Version {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return cache.Version{Position: s.position, Era: s.era}
}

// fallBack simulates a failover to a server with the given data.
func (s *store) fallBack(value int, position int64) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.value, s.position = value, position
	s.era++
}

// view is a snapshot of the store.
type view struct {
	store   *store
	opened  bool
	value   int
	version cache.Version
}

func (v *view) Open(context.Context) (cache.Version, error) {
	v.store.mutex.Lock()
	defer v.store.mutex.Unlock()
	if !v.opened {
		v.opened, v.value, v.version = true, v.store.value, cache.Version{Position: v.store.position, Era: v.store.era}
		v.store.opened++
	}
	return v.version, nil
}
func (v *view) Version() (cache.Version, bool) { return v.version, v.opened }
func (v *view) Close()                         {}

type viewKey struct{}

func (s *store) begin(ctx context.Context) (context.Context, cache.Snapshot) {
	seen := &view{store: s}
	return context.WithValue(ctx, viewKey{}, seen), seen
}

// read resolves the store's number.
func read(ctx context.Context) *graphql.Response {
	seen := ctx.Value(viewKey{}).(*view)
	_, _ = seen.Open(ctx)
	return &graphql.Response{Data: fmt.Appendf(nil, `{"register":%d}`, seen.value)}
}

func newCache(t *testing.T, bytes int64) (*cache.Cache, *prometheus.Registry) {
	t.Helper()
	registry := prometheus.NewRegistry()
	return cache.New(bytes, schema(), registry), registry
}

// asking returns the context of a request by actor.
func asking(actor auth.Actor, text string, variables map[string]any) context.Context {
	document := gqlparser.MustLoadQueryWithRules(schema(), text, rules.NewDefaultRules())
	operation := &graphql.OperationContext{
		RawQuery: text, Doc: document, Operation: document.Operations[0], Variables: variables, Extensions: map[string]any{"cache": true},
	}
	ctx := graphql.WithResponseContext(auth.WithActor(context.Background(), actor), graphql.DefaultErrorPresenter, graphql.DefaultRecover)
	return graphql.WithOperationContext(ctx, operation)
}

// register returns the model of a number that is read and written.
func register() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return 0 },
		Step: func(state, input, output any) (bool, any) {
			if written, is := input.(int); is {
				return true, written
			}
			return output == state, state
		},
	}
}

// history runs many concurrent reads and writes, and returns what each one saw.
func history(t *testing.T, made *cache.Cache, stored *store, learn func() cache.Version) []porcupine.Operation {
	t.Helper()
	const clients, each = 8, 100
	someone := auth.Actor{AccountID: uuid.New(), Role: auth.Viewer, Name: "Kim"}
	began := time.Now()
	all := make([][]porcupine.Operation, clients)
	var group sync.WaitGroup
	for n := range clients {
		random := rand.New(rand.NewPCG(uint64(n), 7))
		group.Go(func() {
			for i := range each {
				one := porcupine.Operation{ClientId: n, Call: int64(time.Since(began))}
				if random.IntN(4) == 0 {
					value := 1 + n*each + i
					stored.write(value)
					one.Input = value
				} else {
					ctx := cache.WithVersion(asking(someone, `{ register }`, nil), learn())
					var text string
					if _, err := fmt.Sscanf(string(made.Respond(ctx, context.WithCancel, stored.begin, read).Data), `{"register":%s`, &text); err != nil {
						t.Error(err)
						return
					}
					value, err := strconv.Atoi(text[:len(text)-1])
					if err != nil {
						t.Error(err)
						return
					}
					one.Output = value
				}
				one.Return = int64(time.Since(began))
				all[n] = append(all[n], one)
			}
		})
	}
	group.Wait()
	return slices.Concat(all...)
}

func TestCache_ReadsAreLinearizableWithWrites(t *testing.T) {
	t.Parallel()
	made, _ := newCache(t, 1<<20)
	stored := new(store)
	require.Equal(t, porcupine.Ok, porcupine.CheckOperationsTimeout(register(), history(t, made, stored, stored.version), time.Minute))
}

func TestCache_IsStaleIfVersionsAreNotReadAgain(t *testing.T) {
	t.Parallel()
	made, _ := newCache(t, 1<<20)
	stored := new(store)
	first := stored.version()
	skipped := func() cache.Version { return first }
	require.Equal(t, porcupine.Illegal, porcupine.CheckOperationsTimeout(register(), history(t, made, stored, skipped), time.Minute))
}

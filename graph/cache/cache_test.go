package cache_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/graph/cache"
	"github.com/orgmap/orgmap/internal/auth"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bench is a cache in front of a store.
type bench struct {
	t        *testing.T
	cache    *cache.Cache
	registry *prometheus.Registry
	store    *store
}

func newBench(t *testing.T, size int64) *bench {
	t.Helper()
	b := &bench{t: t, store: new(store)}
	b.cache, b.registry = newCache(t, size)
	return b
}

// ask sends a query that next answers on a miss, and returns the cache result and the response.
func (b *bench) ask(actor auth.Actor, text string, variables map[string]any, next graphql.ResponseHandler) (result string, response *graphql.Response) {
	ctx := cache.WithVersion(asking(actor, text, variables), b.store.version())
	response = b.cache.Respond(ctx, context.WithCancel, b.store.begin, next)
	result, _ = graphql.GetExtensions(ctx)["cache"].(string)
	return result, response
}

func (b *bench) gauge(name string) float64 {
	b.t.Helper()
	families, err := b.registry.Gather()
	require.NoError(b.t, err)
	for _, family := range families {
		if family.GetName() == name {
			total := 0.0
			for _, one := range family.GetMetric() {
				total += one.GetGauge().GetValue() + one.GetCounter().GetValue()
			}
			return total
		}
	}
	b.t.Fatalf("no metric %s", name)
	return 0
}

func viewer() auth.Actor { return auth.Actor{AccountID: uuid.New(), Name: "Kim", Role: auth.Viewer} }

func TestCache_ServesAResponseUntilTheVersionChanges(t *testing.T) {
	t.Parallel()
	b, kim := newBench(t, 1<<20), viewer()
	for _, want := range []string{"MISS", "HIT", "HIT"} {
		result, response := b.ask(kim, `{ register }`, nil, read)
		require.Equal(t, want, result)
		require.JSONEq(t, `{"register":0}`, string(response.Data))
		if want == "HIT" { // otherwise the executor adds the extensions
			require.Equal(t, map[string]any{"cache": want}, response.Extensions)
		}
	}
	require.Equal(t, 1, b.store.opened, "a hit reads nothing")
	b.store.write(7)
	result, response := b.ask(kim, `{ register }`, nil, read)
	require.Equal(t, "MISS", result)
	require.JSONEq(t, `{"register":7}`, string(response.Data))
	require.InDelta(t, 1, b.gauge("orgmap_cache_answers"), 0, "the outdated response is dropped")
}

func TestCache_SeparatesRolesAccountsVariablesAndDocuments(t *testing.T) {
	t.Parallel()
	b, kim := newBench(t, 1<<20), viewer()
	editor, elsewhere, lee := kim, kim, kim
	editor.Role, elsewhere.AccountID, lee.Name = auth.Editor, uuid.New(), "Lee"
	result, _ := b.ask(kim, `query($of: Int) { register(of: $of) }`, map[string]any{"of": 1}, read)
	require.Equal(t, "MISS", result)
	for _, test := range []struct {
		sentence string
		actor    auth.Actor
		text     string
		of       any
		want     string
	}{
		{"the same", kim, `query($of: Int) { register(of: $of) }`, 1, "HIT"},
		{"another person's name, which is not in the response", lee, `query($of: Int) { register(of: $of) }`, 1, "HIT"},
		{"another role", editor, `query($of: Int) { register(of: $of) }`, 1, "MISS"},
		{"another account", elsewhere, `query($of: Int) { register(of: $of) }`, 1, "MISS"},
		{"another variable", kim, `query($of: Int) { register(of: $of) }`, 2, "MISS"},
		{"no variable", kim, `query($of: Int) { register(of: $of) }`, nil, "MISS"},
		{"another document", kim, `query($of: Int) { r: register(of: $of) }`, 1, "MISS"},
	} {
		result, _ := b.ask(test.actor, test.text, map[string]any{"of": test.of}, read)
		require.Equal(t, test.want, result, test.sentence)
	}
	for _, want := range []string{"MISS", "HIT"} {
		for _, actor := range []auth.Actor{kim, lee} {
			result, _ := b.ask(actor, `{ mine { name } }`, nil, read)
			require.Equal(t, want, result, "a response with the name is cached per caller")
		}
	}
}

func TestCache_DoesNotStoreVolatileOrFailedResponses(t *testing.T) {
	t.Parallel()
	b, kim := newBench(t, 1<<20), viewer()
	failing := func(ctx context.Context) *graphql.Response {
		response := read(ctx)
		response.Errors = gqlerror.List{gqlerror.Wrap(errors.New("no"))}
		return response
	}
	marked := func(ctx context.Context) *graphql.Response { cache.Volatile(ctx); return read(ctx) }
	unread := func(context.Context) *graphql.Response { return &graphql.Response{Data: []byte(`{"register":1}`)} }
	for _, test := range []struct {
		sentence, text, result string
		next                   graphql.ResponseHandler
	}{
		{"a volatile field", `{ clock }`, "VOLATILE", read},
		{"a volatile field that is skipped", `{ register clock @skip(if: true) }`, "VOLATILE", read},
		{"a field of a volatile type", `{ node { id ... on Run { fetched } } }`, "VOLATILE", read},
		{"a field that returns a volatile type", `{ run { __typename } }`, "VOLATILE", read},
		{"a list of a volatile type", `{ runs { __typename } }`, "VOLATILE", read},
		{"a volatile field in a fragment of a fragment", `query { ...a } fragment a on Query { ...b ...b } fragment b on Query { clock }`, "VOLATILE", read},
		{"a response with an error", `{ register }`, "MISS", failing},
		{"a response that a resolver marks as volatile", `{ node { id } }`, "MISS", marked},
		{"a response that was not read in the snapshot", `{ register }`, "MISS", unread},
	} {
		for range 2 {
			result, _ := b.ask(kim, test.text, nil, test.next)
			require.Equal(t, test.result, result, test.sentence)
		}
	}
	require.Zero(t, b.gauge("orgmap_cache_answers"))
}

func TestCache_AVersionIsUsedForOneOperation(t *testing.T) {
	t.Parallel()
	b, kim := newBench(t, 1<<20), viewer()
	once := cache.WithVersion(context.Background(), b.store.version())
	for value := range 3 {
		request := asking(kim, `{ register }`, nil)
		ctx := graphql.WithResponseContext(graphql.WithOperationContext(auth.WithActor(once, kim), graphql.GetOperationContext(request)), graphql.DefaultErrorPresenter, graphql.DefaultRecover)
		response := b.cache.Respond(ctx, context.WithCancel, b.store.begin, read)
		require.JSONEq(t, fmt.Sprintf(`{"register":%d}`, value), string(response.Data))
		b.store.write(value + 1)
	}
}

// A response is cached under the version that its own snapshot saw, and requests for that version find it.
func TestCache_StoresAResponseUnderItsSnapshotsVersion(t *testing.T) {
	t.Parallel()
	b, kim := newBench(t, 1<<20), viewer()
	learnt := b.store.version()
	begin := func(ctx context.Context) (context.Context, cache.Snapshot) {
		b.store.write(1) // after the request has read its version, before its snapshot begins
		return b.store.begin(ctx)
	}
	response := b.cache.Respond(cache.WithVersion(asking(kim, `{ register }`, nil), learnt), context.WithCancel, begin, read)
	require.JSONEq(t, `{"register":1}`, string(response.Data))
	result, response := b.ask(kim, `{ register }`, nil, read)
	require.Equal(t, "HIT", result)
	require.JSONEq(t, `{"register":1}`, string(response.Data))
	require.Equal(t, 1, b.store.opened)
}

func TestCache_AnOlderResponseDoesNotEvictNewerOnes(t *testing.T) {
	t.Parallel()
	b, kim := newBench(t, 1<<20), viewer()
	_, response := b.ask(kim, `{ register }`, nil, func(ctx context.Context) *graphql.Response {
		slow := read(ctx)
		b.store.write(1)
		result, response := b.ask(kim, `{ register(of: 2) }`, nil, read)
		require.Equal(t, "MISS", result)
		require.JSONEq(t, `{"register":1}`, string(response.Data))
		return slow
	})
	require.JSONEq(t, `{"register":0}`, string(response.Data))
	result, _ := b.ask(kim, `{ register(of: 2) }`, nil, read)
	require.Equal(t, "HIT", result)
	result, response = b.ask(kim, `{ register }`, nil, read)
	require.Equal(t, "MISS", result, "the response was read before the write")
	require.JSONEq(t, `{"register":1}`, string(response.Data))
}

// After a failover that loses the last writes, the new primary reuses their positions for other data.
func TestCache_DropsResponsesAfterAFailoverLosesWrites(t *testing.T) {
	t.Parallel()
	b, kim := newBench(t, 1<<20), viewer()
	ask := func(wanted string, value int) {
		result, response := b.ask(kim, `{ register }`, nil, read)
		require.Equal(t, wanted, result)
		require.JSONEq(t, fmt.Sprintf(`{"register":%d}`, value), string(response.Data))
	}
	b.store.write(1)
	b.store.write(2)
	ask("MISS", 2)
	ask("HIT", 2)
	b.store.fallBack(1, 1)
	ask("MISS", 1) // its position is lower than the cached one
	ask("HIT", 1)
	b.store.write(3)
	ask("MISS", 3) // reaches the cached position
	ask("HIT", 3)
}

func TestCache_ConcurrentRequestsComputeOneResponse(t *testing.T) {
	t.Parallel()
	b, kim := newBench(t, 1<<20), viewer()
	const many = 20
	release, made := make(chan struct{}), 0
	var group sync.WaitGroup
	for range many {
		group.Go(func() {
			_, response := b.ask(kim, `{ register }`, nil, func(ctx context.Context) *graphql.Response {
				made++ // only one request computes it, or the race detector fails the test
				<-release
				return read(ctx)
			})
			if string(response.Data) != `{"register":0}` {
				t.Error(string(response.Data))
			}
		})
	}
	close(release)
	group.Wait()
	require.Equal(t, 1, made)
}

func TestCache_WorksAfterAPanic(t *testing.T) {
	t.Parallel()
	b, kim := newBench(t, 1<<20), viewer()
	require.Panics(t, func() { b.ask(kim, `{ register }`, nil, func(context.Context) *graphql.Response { panic("no") }) })
	result, _ := b.ask(kim, `{ register }`, nil, read)
	require.Equal(t, "MISS", result)
	result, _ = b.ask(kim, `{ register }`, nil, read)
	require.Equal(t, "HIT", result)
}

// sized returns a handler whose response has the given number of bytes.
func sized(bytes int) graphql.ResponseHandler {
	return func(ctx context.Context) *graphql.Response {
		_ = read(ctx)
		return &graphql.Response{Data: fmt.Appendf(nil, `{"register":%0*d}`, bytes, 1)}
	}
}

func TestCache_IsBoundedAndFairToAccounts(t *testing.T) {
	t.Parallel()
	const limit, entry = 100_000, 4_000
	b := newBench(t, limit)
	modest, greedy := viewer(), viewer()
	keep := func(actor auth.Actor, of int) string {
		result, _ := b.ask(actor, `query($of: Int) { register(of: $of) }`, map[string]any{"of": of}, sized(entry))
		return result
	}
	for of := range 3 {
		keep(modest, of)
	}
	for of := range 200 {
		keep(greedy, of)
		require.LessOrEqual(t, b.gauge("orgmap_cache_bytes"), float64(limit))
	}
	for of := range 3 {
		require.Equal(t, "HIT", keep(modest, of), "an account with few responses loses none to the one with most")
	}
	require.Equal(t, "HIT", keep(greedy, 199), "the newest response is cached")
	require.Equal(t, "MISS", keep(greedy, 0))
	require.Greater(t, b.gauge("orgmap_cache_removed_total"), 100.0)

	for range 2 {
		result, _ := b.ask(modest, `{ register }`, nil, sized(limit/4))
		require.Equal(t, "MISS", result, "a single response cannot take most of the cache")
	}
}

func TestReceiver_Gzip(t *testing.T) {
	t.Parallel()
	for _, ending := range []string{"}", `,"extensions":{"cost":{"requested":104}}}`, `,"extensions":"` + strings.Repeat("long ", 40_000) + `"}`} {
		b, kim := newBench(t, 10<<20), viewer()
		before := 0.0
		for n := range 3 {
			ctx, receiver := cache.WithReceiver(cache.WithVersion(asking(kim, `{ register }`, nil), b.store.version()))
			response := b.cache.Respond(ctx, context.WithCancel, b.store.begin, sized(100_000))
			if n == 0 {
				require.False(t, receiver.Holds(response.Data), "it was not cached yet")
				before = b.gauge("orgmap_cache_bytes")
				continue
			}
			require.True(t, receiver.Holds(response.Data))
			require.False(t, receiver.Holds(bytes.Clone(response.Data)))
			require.Equal(t, `{"data":`+string(response.Data)+"}", string(receiver.Whole()))
			data, end := receiver.Gzip([]byte(ending))
			require.Less(t, len(data), 10_000)
			reader, err := gzip.NewReader(io.MultiReader(bytes.NewReader(data), bytes.NewReader(end)))
			require.NoError(t, err)
			reader.Multistream(false)
			plain, err := io.ReadAll(reader)
			require.NoError(t, err)
			require.Equal(t, `{"data":`+string(response.Data)+ending, string(plain))
			require.InDelta(t, before+float64(len(data)), b.gauge("orgmap_cache_bytes"), 0, "the compressed form is counted once")
		}
	}
}

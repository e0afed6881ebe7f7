package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/telemetry"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// tracedStores returns stores whose servers record spans in memory.
func tracedStores(t *testing.T) (worldStores, *tracetest.InMemoryExporter) {
	t.Helper()
	spans := tracetest.NewInMemoryExporter()
	return worldStores{
		database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t), log: new(logFile),
		tracing: telemetry.NewTracing(sdktrace.WithSyncer(spans)),
	}, spans
}

// watchedVendor serves IT Glue and calls look with each request first.
func watchedVendor(t *testing.T, look func(*http.Request), organizations ...vendors.Organization) (*sim.Server, string) {
	t.Helper()
	simulated, ok := sim.New(vendors.ApplicationITGlue)
	require.True(t, ok)
	simulated.Set(organizations)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		look(r)
		simulated.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { simulated.Close(); server.Close() })
	return simulated, server.URL
}

// traceOf waits until a trace meets the condition in, and returns its spans.
func traceOf(t *testing.T, exporter *tracetest.InMemoryExporter, in func(tracetest.SpanStubs) bool) tracetest.SpanStubs {
	t.Helper()
	var found tracetest.SpanStubs
	require.Eventually(t, func() bool {
		traces := map[string]tracetest.SpanStubs{}
		for _, span := range exporter.GetSpans() {
			id := span.SpanContext.TraceID().String()
			traces[id] = append(traces[id], span)
		}
		for _, trace := range traces {
			if in(trace) {
				found = trace
				return true
			}
		}
		return false
	}, waitTimeout, 10e6)
	return found
}

func spansNamed(spans tracetest.SpanStubs, name string) tracetest.SpanStubs {
	var found tracetest.SpanStubs
	for _, span := range spans {
		if span.Name == name {
			found = append(found, span)
		}
	}
	return found
}

// path returns the names of a span and its ancestors, from the root down.
func path(spans tracetest.SpanStubs, span tracetest.SpanStub) string {
	names := []string{span.Name}
	for span.Parent.IsValid() {
		above := slices.IndexFunc(spans, func(one tracetest.SpanStub) bool { return one.SpanContext.SpanID() == span.Parent.SpanID() })
		if above < 0 {
			return strings.Join(append([]string{"missing"}, names...), " > ")
		}
		span = spans[above]
		names = append([]string{span.Name}, names...)
	}
	return strings.Join(names, " > ")
}

func paths(spans tracetest.SpanStubs) []string {
	var all []string
	for _, span := range spans {
		all = append(all, path(spans, span))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Everything one request causes, on any server, is one trace: its statements, its job on another server, the job's
// statements and vendor calls, and its notification.
func TestTracing_SpansRequestJobAndVendorOverTwoServers(t *testing.T) {
	t.Parallel()
	stores, spans := tracedStores(t)
	stores.role = roleAPI
	asked := bootWorld(t, stores)
	stores.role = roleWorker
	bootWorld(t, stores)
	admin := asked.newAccount(10)
	var told atomic.Int64
	glue, address := watchedVendor(t, func(r *http.Request) {
		for name := range r.Header {
			if lower := strings.ToLower(name); strings.HasPrefix(lower, "trace") || lower == "baggage" || lower == "b3" {
				told.Add(1)
			}
		}
	}, listed("Acme", "Bolt")...)
	admin.connect(glue, address)
	spans.Reset()
	got := admin.ask(`mutation Ask { refresh { runs { id } } }`, nil, "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	run := at(got.Data, "refresh", "runs", 0, "id").(string)
	require.Equal(t, "SUCCEEDED", admin.await(run)["state"])

	const job = "POST /graphql > mutation > refresh"
	trace := traceOf(t, spans, func(trace tracetest.SpanStubs) bool {
		return len(spansNamed(trace, "refresh")) > 0 && len(spansNamed(trace, "POST /graphql")) > 0 && len(spansNamed(trace, "publish")) > 0
	})
	all := paths(trace)
	for _, one := range []string{
		"POST /graphql",
		"POST /graphql > SELECT bearers", // authentication
		"POST /graphql > mutation",
		"POST /graphql > mutation > acquire",
		"POST /graphql > mutation > BEGIN",
		"POST /graphql > mutation > INSERT refresh_runs",
		"POST /graphql > mutation > COMMIT",
		"POST /graphql > mutation > publish",
		job,
		job + " > UPDATE refresh_runs",
		job + " > GET", // the vendor call
		job + " > INSERT external_orgs unnest",
		job + " > publish",
	} {
		require.Contains(t, all, one)
	}
	statements := map[bool]int{}
	for _, span := range trace {
		for _, attribute := range span.Attributes {
			if attribute.Key == "db.query.summary" && attribute.Value.AsString() != "acquire" {
				statements[strings.HasPrefix(path(trace, span), job)]++
			}
		}
	}
	t.Logf("asking for a refresh takes %d statements, a run of one page %d", statements[false], statements[true])
	root := spansNamed(trace, "POST /graphql")[0]
	require.NotEqual(t, "0af7651916cd43dd8448eb211c80319c", root.SpanContext.TraceID().String(), "a caller cannot choose the trace")
	require.Len(t, root.Links, 1)
	require.Equal(t, "0af7651916cd43dd8448eb211c80319c", root.Links[0].SpanContext.TraceID().String())
	require.Zero(t, told.Load(), "vendors get no trace headers")
	require.Contains(t, fmt.Sprint(spansNamed(trace, "refresh")[0].Attributes), run)

	logged := stores.log.(*logFile).String()
	require.Regexp(t, `"msg":"list read".*"trace_id":"`+root.SpanContext.TraceID().String(), logged)
	require.Regexp(t, `"msg":"request".*"path":"/graphql".*"trace_id":"`, logged)
}

func TestTracing_ContainsNoSecretsOrValues(t *testing.T) {
	t.Parallel()
	stores, spans := tracedStores(t)
	world := bootWorld(t, stores)
	admin := world.newAccount(20)
	hidden := []string{admin.token, "Quillfeather", "search-for-this", "url-secret", "refused-secret"}
	for _, application := range []vendors.Application{vendors.ApplicationITGlue, vendors.ApplicationDattoRMM, vendors.ApplicationAutotask, vendors.ApplicationHudu} {
		simulated, address := admin.vendor(application, listed("Quillfeather Ltd", "from quillfeather")...)
		for _, value := range simulated.Credentials() {
			if len(value) >= 8 {
				hidden = append(hidden, value)
			}
		}
		admin.connect(simulated, address)
		var wrong []object
		for name := range simulated.Credentials() {
			wrong = append(wrong, object{"name": name, "value": "refused-secret-" + name})
		}
		admin.ask(`mutation($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { userErrors { code } } }`,
			object{"input": object{"application": application, "baseUrl": address, "credentials": wrong}})
	}
	admin.refresh(nil)
	admin.create("Quillfeather Ltd")
	admin.ask(`mutation { createOrganization(input: {name: "Quillfeather Ltd"}) { userErrors { code } } }`, nil) // refused by a constraint whose detail contains the name
	admin.do(`query($s: String) { organizations(search: $s) { totalCount } }`, object{"s": "search-for-this FROM quillfeather"})
	admin.send(http.MethodGet, "/graphql?query={viewer{name}}&token=url-secret", "", "Authorization", "Bearer "+admin.token)
	admin.send(http.MethodPost, "/graphql", `{"query":"{ viewer { name } }"}`, "Authorization", "Bearer orgmap_refused-secret", "Content-Type", "application/json")

	all := spans.GetSpans()
	require.Greater(t, len(all), 100)
	text, err := json.Marshal(all)
	require.NoError(t, err)
	require.Contains(t, string(text), "INSERT organizations", "some spans were checked")
	for _, one := range hidden {
		require.False(t, containsAny(string(text), disguises(one)), "%s is in a span", one)
	}
}

// Without an endpoint there is no tracer, so tracing costs nothing.
func TestTracing_IsOffByDefault(t *testing.T) {
	t.Parallel()
	world := newWorld(t)
	require.Nil(t, world.app.settings.tracing)
	require.Nil(t, world.app.published())
	require.Equal(t, "pg.statementCounter", fmt.Sprintf("%T", world.app.db.Pool().Config().ConnConfig.Tracer))
	client := &http.Client{}
	require.Same(t, client, world.app.settings.tracing.Calls("IT_GLUE", client))
}

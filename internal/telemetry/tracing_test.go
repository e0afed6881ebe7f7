package telemetry

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOpenTracing_SendsSpansToTheEndpoint(t *testing.T) {
	t.Parallel()
	received := make(chan *http.Request, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { received <- r }))
	t.Cleanup(collector.Close)
	tracing, err := OpenTracing(t.Context(), collector.URL+"/otlp", "v1", slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	_, end := tracing.Operation(t.Context(), "query", "Grid")
	end("")
	tracing.Close()
	request := <-received
	require.Equal(t, http.MethodPost, request.Method)
	require.Equal(t, "/otlp/v1/traces", request.URL.Path)
	require.Equal(t, "application/x-protobuf", request.Header.Get("Content-Type"))
}

// Tracing that is off costs nothing.
func TestTracing_OffAllocatesNothing(t *testing.T) { //nolint:paralleltest // counts allocations of the whole process
	var tracing *Tracing
	ctx := context.Background()
	request := httptest.NewRequest(http.MethodPost, "/graphql", http.NoBody)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		_, ended := tracing.Request(request, "id")
		ended("/graphql", 200)
		_, end := tracing.Operation(ctx, "query", "Grid")
		end("")
		tracing.Published(tracing.Carry(ctx), time.Time{}, nil)
	}))
}

func TestSummary_ContainsTablesButNoValues(t *testing.T) {
	t.Parallel()
	for statement, told := range map[string]string{
		"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT set_config('app.account_id', 'x', true)": "BEGIN",
		"SELECT a FROM organizations AS o JOIN mappings AS m ON true WHERE name = 'x FROM secret'":        "SELECT organizations mappings",
		`SELECT "o"."id" FROM "organizations" AS "o" WHERE id IN (1)`:                                     "SELECT organizations",
		"\n\tWITH advanced AS (\n UPDATE accounts SET a = 1) INSERT INTO journal (a) SELECT 1":            "WITH accounts journal",
		"INSERT INTO refresh_runs(a) VALUES (1)":                                                          "INSERT refresh_runs",
		"SELECT 1 FROM (SELECT 2 FROM public.accounts)":                                                   "SELECT public.accounts",
		"DELETE FROM a1b2secret WHERE true":                                                               "DELETE",
		"'secret'":                                                                                        "SQL",
		"0secret FROM accounts":                                                                           "SQL",
		"":                                                                                                "SQL",
		"-- name: A :many\n-- of River\nINSERT INTO river_job(a) VALUES ($1)":                             "INSERT river_job",
		"COMMIT": "COMMIT",
	} {
		require.Equal(t, told, summary(statement), statement)
	}
}

package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// forgetful is a response writer that stores nothing.
type forgetful struct{ header http.Header }

func (f forgetful) Header() http.Header         { return f.header }
func (f forgetful) WriteHeader(int)             {}
func (f forgetful) Write(b []byte) (int, error) { return len(b), nil }

// hit makes sure that a response is cached, and returns a function that repeats the request.
func hit(t testing.TB, admin *client) (again func()) {
	t.Helper()
	admin.create("Acme", "Bolt", "Coda")
	const query = `query Page($first: Int, $search: String) { organizations(first: $first, search: $search) {
		edges { cursor node { id name mappings { id integration { id name } externalOrg { id name } } } } pageInfo { hasNextPage endCursor } totalCount } }`
	body, err := json.Marshal(object{"query": query, "operationName": "Page", "variables": object{"first": 50, "search": "o"}})
	require.NoError(t, err)
	for _, want := range []string{"MISS", "HIT"} {
		_, got := admin.cachedAsk(query, object{"first": 50, "search": "o"})
		require.Equal(t, want, got)
	}
	reader := strings.NewReader(string(body))
	again = func() {
		reader.Reset(string(body))
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", io.NopCloser(reader))
		request.ContentLength = int64(len(body))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+admin.token)
		admin.app.handler.ServeHTTP(forgetful{http.Header{}}, request)
	}
	again()
	return again
}

func TestCache_HitAllocatesLittle(t *testing.T) { //nolint:paralleltest // counts allocations of the whole process
	needs(t, partCache)
	if slowdown > 1 {
		t.Skip("the race detector allocates for itself")
	}
	admin := newWorld(t).newAccount(10)
	again := hit(t, admin)
	got := testing.AllocsPerRun(2000, again)
	t.Logf("a hit takes %.0f allocations, with the statement that signs in", got)
	require.Less(t, got, 165.0)
}

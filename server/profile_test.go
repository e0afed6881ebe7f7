package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProfiles_AreServedSeparately(t *testing.T) {
	t.Parallel()
	status := func(handler http.Handler, path string) int {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		return answer.Code
	}
	for _, path := range []string{"/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/goroutine"} {
		require.Equal(t, http.StatusOK, status(profiles(), path), path)
	}
	require.Equal(t, http.StatusNotFound, status(profiles(), "/graphql"))
	// net/http/pprof registers itself with the default mux on import. The API must not be served by that mux.
	require.Equal(t, http.StatusNotFound, status(newWorld(t).app.handler, "/debug/pprof/heap"))
}

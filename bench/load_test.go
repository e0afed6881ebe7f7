package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// answeringWith serves every request with the given status and text.
func answeringWith(t *testing.T, status int, text string) (address string, asked *atomic.Int64) {
	t.Helper()
	asked = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, text)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://"), asked
}

func get(address string) []byte {
	return fmt.Appendf(nil, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", address)
}

func TestLoad_CountsEveryResponse(t *testing.T) {
	t.Parallel()
	address, asked := answeringWith(t, http.StatusOK, "page")
	flat := load{address: address, connections: 3, questions: []question{{get(address), 4}}}
	latencies, elapsed, err := flat.run(t.Context(), 50*time.Millisecond)
	require.NoError(t, err)
	require.GreaterOrEqual(t, elapsed, 50*time.Millisecond)
	require.EqualValues(t, asked.Load(), len(latencies))
	require.IsNonDecreasing(t, latencies)
	require.Positive(t, quantile(latencies, 0.5))
}

func TestLoad_KeepsItsPace(t *testing.T) {
	t.Parallel()
	address, _ := answeringWith(t, http.StatusOK, "page")
	paced := load{address: address, connections: 2, interval: time.Hour, questions: []question{{get(address), 4}}}
	latencies, _, err := paced.run(t.Context(), 100*time.Millisecond)
	require.NoError(t, err)
	require.LessOrEqual(t, len(latencies), 1, "the second connection's first question is due in half an hour")
}

func TestLoad_StopsWhenTheContextIsDone(t *testing.T) {
	t.Parallel()
	address, _ := answeringWith(t, http.StatusOK, "page")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, _, err := load{address: address, connections: 2, questions: []question{{get(address), 4}}}.run(ctx, 0)
	require.NoError(t, err)
}

func TestLoad_FailsIfAResponseIsWrong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		status int
		text   string
		says   string
	}{
		{"too short", http.StatusOK, "pag", "3 bytes where 4 are right"},
		{"an error status", http.StatusServiceUnavailable, "busy", "503 Service Unavailable: busy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			address, _ := answeringWith(t, c.status, c.text)
			_, _, err := load{address: address, connections: 1, questions: []question{{get(address), 4}}}.run(t.Context(), time.Second)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	sorted := make([]time.Duration, 100)
	for i := range sorted {
		sorted[i] = time.Duration(i)
	}
	require.EqualValues(t, 50, quantile(sorted, 0.50))
	require.EqualValues(t, 99, quantile(sorted, 0.99))
	require.EqualValues(t, 99, quantile(sorted, 1))
	require.Zero(t, quantile(nil, 0.5))
}

func TestLoad_AnyLengthAcceptsAllButErrors(t *testing.T) {
	t.Parallel()
	address, _ := answeringWith(t, http.StatusOK, `{"data":{}}`)
	_, _, err := load{address: address, connections: 1, questions: []question{{get(address), anyLength}}}.run(t.Context(), 20*time.Millisecond)
	require.NoError(t, err)
	address, _ = answeringWith(t, http.StatusOK, `{"errors":[{"message":"no"}]}`)
	_, _, err = load{address: address, connections: 1, questions: []question{{get(address), anyLength}}}.run(t.Context(), time.Second)
	require.ErrorContains(t, err, "it answers")
}

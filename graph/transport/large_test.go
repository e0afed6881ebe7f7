package transport_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/transport"
)

func large(atOnce int) func(*options) {
	return func(o *options) { o.http.LargeBodies = transport.NewLargeBodies(atOnce) }
}

// carrying returns a query with variables that it ignores.
func carrying(t *testing.T, variables any) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": "{ me }", "variables": map[string]any{"x": variables}})
	require.NoError(t, err)
	return string(body)
}

func TestHTTP_LargeBodies(t *testing.T) {
	t.Parallel()
	s, usual := newServer(t, large(1)), newServer(t)
	file := strings.Repeat(`"a\",[{:`, 100_000) // escaped: 1.2 MB in one value
	for title, c := range map[string]struct {
		server *server
		body   string
		status int
	}{
		"a file":                               {s, carrying(t, file), 200},
		"many values in a small body":          {s, carrying(t, make([]int, 300_000)), 200},
		"a file, where no large bodies are":    {usual, carrying(t, file), 413},
		"a file that is too large":             {s, carrying(t, strings.Repeat("x", 8<<20)), 413},
		"many values in a large body":          {s, carrying(t, make([]int, 600_000)), 413},
		"many values after a file":             {s, `{"query":"{ me }","variables":{"x":"` + strings.Repeat("x", 1<<20) + `","y":[` + strings.Repeat("0,", 250_000) + "0]}}", 413},
		"an escaped character at the very end": {s, `{"query":"{ me }","variables":{"x":"` + strings.Repeat("x", 1<<20) + `\`, 400},
	} {
		t.Run(title, func(t *testing.T) { // one after the other: only one is served at once
			request := post(t, c.server, mediaJSON, mediaJSON, c.body)
			setHeader(request, "Expect", "100-continue")
			response, body := ask(t, request)
			require.Equal(t, c.status, response.StatusCode, body)
		})
	}
}

func TestHTTP_LargeBodies_AreServedAFewAtATime(t *testing.T) {
	t.Parallel()
	s := newServer(t, large(1))
	file := carrying(t, strings.Repeat("x", 2<<20))
	reader, writer := io.Pipe()
	first, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url(), reader)
	require.NoError(t, err)
	first.ContentLength = int64(len(file))
	setHeader(first, "Content-Type", mediaJSON)
	done := make(chan int)
	go func() {
		response, err := http.DefaultClient.Do(first)
		if err != nil {
			done <- 0
			return
		}
		_ = response.Body.Close()
		done <- response.StatusCode
	}()
	_, err = io.WriteString(writer, file[:1<<20]) // it has its place by now, because some of it was read
	require.NoError(t, err)
	other := func() *http.Response {
		request := post(t, s, mediaJSON, mediaJSON, file)
		setHeader(request, "Expect", "100-continue") // a body that is refused is not sent
		response, _ := ask(t, request)
		return response
	}
	require.Eventually(t, func() bool {
		response := other()
		return response.StatusCode == http.StatusServiceUnavailable && response.Header.Get("Retry-After") == "1"
	}, waitTimeout, waitTimeout/1000, "the other one has to wait")
	response, _ := ask(t, post(t, s, mediaJSON, mediaJSON, `{"query":"{ me }"}`))
	require.Equal(t, http.StatusOK, response.StatusCode, "small ones do not")
	_, err = io.WriteString(writer, file[1<<20:])
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	require.Equal(t, http.StatusOK, <-done)
	require.Eventually(t, func() bool {
		return other().StatusCode == http.StatusOK
	}, waitTimeout, waitTimeout/1000, "its place is free again")
}

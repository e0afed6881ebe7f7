package transport_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func subscription(query string) string { return `{"query":"subscription { ` + query + ` }"}` }

func TestEvents_StreamTheResultOfAnyOperation(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	const end = "event: complete\ndata: \n\n"
	for name, test := range map[string]struct {
		request *http.Request
		want    string
	}{
		"a subscription by POST": {
			post(t, s, mediaEvents, mediaJSON, subscription("tick(n: 2)")),
			"event: next\ndata: {\"data\":{\"tick\":0}}\n\nevent: next\ndata: {\"data\":{\"tick\":1}}\n\n" + end,
		},
		"a subscription by GET, as EventSource sends it": {
			get(t, s, mediaEvents, url.Values{"query": {"subscription { tick(n: 1) }"}}),
			"event: next\ndata: {\"data\":{\"tick\":0}}\n\n" + end,
		},
		"a subscription of a client that also accepts JSON": {
			post(t, s, mediaJSON+", "+mediaEvents, mediaJSON, subscription("tick(n: 1)")),
			"event: next\ndata: {\"data\":{\"tick\":0}}\n\n" + end,
		},
		"a query": {
			post(t, s, mediaEvents, mediaJSON, `{"query":"{ me }"}`),
			"event: next\ndata: {\"data\":{\"me\":\"me\"}}\n\n" + end,
		},
		"a mutation": {
			post(t, s, mediaEvents, mediaJSON, `{"query":"mutation { bump }"}`),
			"event: next\ndata: {\"data\":{\"bump\":1}}\n\n" + end,
		},
		"a validation error": {
			post(t, s, mediaEvents, mediaJSON, `{"query":"{ nofield }"}`),
			"event: next\ndata: {\"errors\":[{\"message\":\"Cannot query field \\\"nofield\\\" on type \\\"Query\\\".\",\"locations\":[{\"line\":1,\"column\":3}],\"extensions\":{\"code\":\"GRAPHQL_VALIDATION_FAILED\"}}]}\n\n" + end,
		},
		"a resolver that refuses": {
			post(t, s, mediaEvents, mediaJSON, subscription("failAtOnce")),
			"event: next\ndata: {\"errors\":[{\"message\":\"cannot subscribe\"}]}\n\n" + end,
		},
		"a resolver that fails later": {
			post(t, s, mediaEvents, mediaJSON, subscription("failLater")),
			"event: next\ndata: {\"data\":{\"failLater\":0}}\n\nevent: next\ndata: {\"errors\":[{\"message\":\"the source broke\"}]}\n\n" + end,
		},
		"a resolver that panics": {
			post(t, s, mediaEvents, mediaJSON, subscription("boomLater")),
			"event: next\ndata: {\"errors\":[{\"message\":\"internal system error\"}]}\n\n" + end,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, body := ask(t, test.request)
			require.Equal(t, http.StatusOK, response.StatusCode)
			require.Equal(t, "text/event-stream; charset=utf-8", response.Header.Get("Content-Type"))
			require.Equal(t, "private, no-store", response.Header.Get("Cache-Control"))
			require.Equal(t, "no", response.Header.Get("X-Accel-Buffering"))
			require.Equal(t, ":\n\n"+test.want, body)
		})
	}
}

func TestEvents_AreCompleteAlthoughBuffersAreReused(t *testing.T) {
	t.Parallel()
	const many = 2000
	_, body := ask(t, get(t, newServer(t), mediaEvents, url.Values{"query": {"subscription { tick(n: 2000) }"}}))
	var want strings.Builder
	want.WriteString(":\n\n")
	for n := range many {
		fmt.Fprintf(&want, "event: next\ndata: {\"data\":{\"tick\":%d}}\n\n", n)
	}
	require.Equal(t, want.String()+"event: complete\ndata: \n\n", body)
}

func TestEvents_MalformedRequestIsAnHTTPError(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	response, body := ask(t, post(t, s, mediaEvents, mediaJSON, `{`))
	require.Equal(t, http.StatusBadRequest, response.StatusCode)
	require.Contains(t, response.Header.Get("Content-Type"), mediaJSON)
	require.Contains(t, body, "errors")
}

// openStream starts a subscription and returns its lines, and a function that ends the client's side.
func openStream(t *testing.T, s *server, query string) (lines *bufio.Reader, leave func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	client := s.Client()
	response, err := client.Do(post(t, s, mediaEvents, mediaJSON, subscription(query)).WithContext(ctx))
	require.NoError(t, err)
	t.Cleanup(func() { _ = response.Body.Close() })
	require.Equal(t, http.StatusOK, response.StatusCode)
	return bufio.NewReader(response.Body), cancel
}

func TestEvents_AreFlushedAtOnceAndIdleStreamsKeptAlive(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *options) { o.http.KeepAlive = time.Millisecond })
	lines, leave := openStream(t, s, "feed")
	for range 3 {
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, ":\n", line)
		_, err = lines.ReadString('\n')
		require.NoError(t, err)
	}
	s.schema.feed <- "now"
	for {
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		if strings.HasPrefix(line, "data") {
			require.Equal(t, "data: {\"data\":{\"feed\":\"now\"}}\n", line)
			break
		}
	}
	leave()
	s.waitForResolvers(t)
}

func TestEvents_EndWhenTheSessionIsRevoked(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *options) {
		o.http.CheckInterval = time.Millisecond
		o.http.CheckAlive = func(context.Context) error { return errors.New("the token was revoked") }
	})
	lines, _ := openStream(t, s, "silent")
	rest, err := io.ReadAll(lines)
	require.NoError(t, err)
	require.Equal(t, ":\n\nevent: next\ndata: {\"errors\":[{\"message\":\"the token was revoked\"}]}\n\nevent: complete\ndata: \n\n", string(rest))
	s.waitForResolvers(t)
}

func TestEvents_EndIfTheClientStopsReading(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *options) { o.http.WriteTimeout = 100 * time.Millisecond })
	openStream(t, s, "feed")
	large := strings.Repeat("x", 1<<20)
	for s.streams.Len() > 0 {
		select {
		case s.schema.feed <- large:
		case <-time.After(10 * time.Millisecond):
			// the transport is writing, or has given up
		}
	}
	s.waitForResolvers(t)
}

func TestEvents_OutliveTheServersTimeouts(t *testing.T) {
	t.Parallel()
	for name, http2 := range map[string]bool{"over HTTP/1": false, "over HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, func(o *options) {
				o.http.WriteTimeout = 200 * time.Millisecond
				o.server = func(server *httptest.Server) {
					server.EnableHTTP2 = http2
					server.Config.ReadTimeout, server.Config.WriteTimeout = 700*time.Millisecond, 700*time.Millisecond
				}
			})
			lines, _ := openStream(t, s, "tick(n: 4, every: 300)")
			rest, err := io.ReadAll(lines)
			require.NoError(t, err)
			require.Equal(t, 4, strings.Count(string(rest), "event: next"))
			require.Contains(t, string(rest), "event: complete")
		})
	}
}

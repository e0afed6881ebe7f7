package graph_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph"
	"github.com/orgmap/orgmap/graph/cache"
	"github.com/orgmap/orgmap/graph/persisted"
	"github.com/orgmap/orgmap/graph/transport"
	"github.com/orgmap/orgmap/internal/auth"
)

// lookups counts how often the executor starts to read a document: it first looks for a parsed one.
type lookups struct{ count atomic.Int64 }

func (l *lookups) Get(context.Context, string) (*ast.QueryDocument, bool) {
	l.count.Add(1)
	return nil, false
}

func (*lookups) Add(context.Context, string, *ast.QueryDocument) {}

// noSnapshot is for queries that read nothing.
type noSnapshot struct{}

func (noSnapshot) Open(context.Context) (cache.Version, error) { return cache.Version{}, nil }
func (noSnapshot) Version() (cache.Version, bool)              { return cache.Version{}, false }
func (noSnapshot) Close()                                      {}

// newOpenServer serves the schema without authentication in front: every request is from actor or, if nil, an unknown
// caller.
func newOpenServer(t *testing.T, actor *auth.Actor) (address string, parsed *lookups) {
	t.Helper()
	parsed = &lookups{}
	server := graph.NewServer(&graph.Resolver{}, graph.Options{
		Snapshots: func(ctx context.Context) (context.Context, cache.Snapshot) { return ctx, noSnapshot{} },
		Documents: persisted.New(nil, false),
		Logger:    slog.New(slog.DiscardHandler),
	})
	server.SetQueryCache(parsed)
	server.AddTransport(transport.Websocket{})
	server.AddTransport(transport.HTTP{})
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if actor != nil {
			r = r.WithContext(auth.WithActor(r.Context(), *actor))
		}
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(listening.Close)
	return listening.URL, parsed
}

// ways returns the ways to send a JSON request to a server. Each returns the status (0 on a websocket) and the
// response's text.
func ways(t *testing.T, address string) map[string]func(request string) (status int, text string) {
	t.Helper()
	send := func(method, address, body string, header ...string) (int, string) {
		request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
		require.NoError(t, err)
		for i := 0; i < len(header); i += 2 {
			request.Header.Set(header[i], header[i+1])
		}
		response, err := http.DefaultTransport.RoundTrip(request)
		require.NoError(t, err)
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(text)
	}
	return map[string]func(string) (int, string){
		"POST": func(request string) (int, string) {
			return send(http.MethodPost, address, request, "Content-Type", "application/json")
		},
		"POST with the newer media type": func(request string) (int, string) {
			return send(http.MethodPost, address, request, "Content-Type", "application/json", "Accept", "application/graphql-response+json")
		},
		"events": func(request string) (int, string) {
			return send(http.MethodPost, address, request, "Content-Type", "application/json", "Accept", "text/event-stream")
		},
		"GET": func(request string) (int, string) {
			return send(http.MethodGet, address+"?"+url.Values{"query": {request}}.Encode(), "")
		},
		"a websocket": func(request string) (int, string) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			socket, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}})
			require.NoError(t, err)
			defer func() { _ = socket.CloseNow() }()
			text := []byte(nil)
			for _, message := range []string{`{"type":"connection_init"}`, `{"type":"subscribe","id":"1","payload":` + request + `}`} {
				require.NoError(t, socket.Write(ctx, websocket.MessageText, []byte(message)))
				_, text, err = socket.Read(ctx)
				require.NoError(t, err)
			}
			return 0, string(text)
		},
	}
}

// TestUnknownCallers_AreRefusedBeforeParsing sends requests without a caller that the parser, the validator, the guard
// and the store of persisted documents would each refuse with their own message.
func TestUnknownCallers_AreRefusedBeforeParsing(t *testing.T) {
	t.Parallel()
	address, parsed := newOpenServer(t, nil)
	for name, request := range map[string]string{
		"a valid query":               `{"query":"{ __typename }"}`,
		"a mutation":                  `{"query":"mutation { __typename }"}`,
		"a subscription":              `{"query":"subscription { accountChanges { cursor } }"}`,
		"a syntax error":              `{"query":"{{{"}`,
		"an unknown field":            `{"query":"{ viewer { account { quotas } } }"}`,
		"an unknown operation":        `{"query":"{ __typename }","operationName":"Other"}`,
		"a document over all limits":  `{"query":"{ ` + strings.Repeat("a ", 20_000) + `}"}`,
		"introspection":               `{"query":"{ __schema { types { name } } }"}`,
		"a persisted query":           `{"query":"","extensions":{"persistedQuery":{"version":1,"sha256Hash":"aa"}}}`,
		"a malformed persisted query": `{"query":"","extensions":{"persistedQuery":1}}`,
	} {
		for way, send := range ways(t, address) {
			if way == "GET" && len(request) > 8<<10 {
				continue
			}
			status, text := send(request)
			require.Contains(t, text, `{"message":"Sign in first: send Authorization: Bearer TOKEN.","extensions":{"code":"UNAUTHENTICATED"}}`, "%s over %s", name, way)
			require.NotContains(t, text, `"data"`, "%s over %s", name, way)
			if way != "a websocket" {
				require.Equal(t, http.StatusUnauthorized, status, "%s over %s", name, way)
			}
		}
	}
	require.Zero(t, parsed.count.Load(), "the executor has read a document")
}

func TestKnownCallers_AreServed(t *testing.T) {
	t.Parallel()
	address, parsed := newOpenServer(t, &auth.Actor{AccountID: uuid.New(), ID: uuid.New(), Role: auth.Viewer})
	for way, send := range ways(t, address) {
		if way == "GET" { // the query is in the URL itself
			continue
		}
		before := parsed.count.Load()
		_, text := send(`{"query":"{ __typename }"}`)
		require.Contains(t, text, `"__typename":"Query"`, way)
		require.Equal(t, before+1, parsed.count.Load(), way)
	}
}

package transport_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/transport"
)

// discard is a response writer that discards its output.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) WriteHeader(int)             {}
func (d discard) Write(b []byte) (int, error) { return len(b), nil }

// The transport's own cost of a page of 75 KiB, including parsing the document.
func BenchmarkHTTPPage(b *testing.B) {
	graph := handler.New(newSchema())
	graph.AddTransport(transport.HTTP{})
	const body = `{"query":"{ large(bytes: 76800) }"}`
	b.ReportAllocs()
	for b.Loop() {
		request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		graph.ServeHTTP(discard{http.Header{}}, request)
	}
}

// One event over a real connection, including the client's reading.
func BenchmarkSocketEvent(b *testing.B) {
	graph := handler.New(newSchema())
	graph.AddTransport(transport.Websocket{})
	server := httptest.NewServer(graph)
	defer server.Close()
	conn, _, err := websocket.Dial(b.Context(), "ws"+strings.TrimPrefix(server.URL, "http"),
		&websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}})
	require.NoError(b, err)
	defer func() { _ = conn.CloseNow() }()
	for _, text := range []string{initialise, subscribe("1", "subscription { tick(n: 2000000000) }")} {
		require.NoError(b, conn.Write(b.Context(), websocket.MessageText, []byte(text)))
	}
	b.ReportAllocs()
	for b.Loop() {
		_, reader, err := conn.Reader(b.Context())
		require.NoError(b, err)
		_, err = io.Copy(io.Discard, reader)
		require.NoError(b, err)
	}
}

package transport_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/orgmap/orgmap/graph/transport"
)

// waitTimeout is the timeout of every wait; a test only reaches it if it fails.
const waitTimeout = 10 * time.Second

// server is a GraphQL server over a real connection.
type server struct {
	*httptest.Server
	schema  *schema
	streams *transport.Registry
	sockets *connections
}

type options struct {
	http      transport.HTTP
	websocket transport.Websocket
	server    func(*httptest.Server) // called before it starts
}

func newServer(t *testing.T, configure ...func(*options)) *server {
	t.Helper()
	s := &server{schema: newSchema(), streams: transport.NewRegistry(), sockets: &connections{}}
	o := options{}
	o.http.Streams, o.websocket.Streams = s.streams, s.streams
	s.schema.drop = s.sockets.drop
	for _, each := range configure {
		each(&o)
	}
	graph := handler.New(s.schema)
	graph.AddTransport(o.websocket)
	graph.AddTransport(o.http)
	graph.Use(extension.Introspection{})
	graph.SetRecoverFunc(func(context.Context, any) error { return gqlerror.Errorf("internal system error") })
	graph.SetErrorPresenter(func(ctx context.Context, err error) *gqlerror.Error {
		_ = graphql.GetOperationContext(ctx) // presenters may need it, so it must be set
		return graphql.DefaultErrorPresenter(ctx, err)
	})
	mux := http.NewServeMux()
	mux.Handle("/graphql", graph)
	s.Server = httptest.NewUnstartedServer(mux)
	s.Listener = transport.Gathering(&listener{s.Listener, s.sockets})
	s.Config.ConnContext = transport.ConnContext
	if o.server != nil {
		o.server(s.Server)
	}
	if s.EnableHTTP2 {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(func() {
		// End subscriptions that a test left open; otherwise the server would wait for them.
		s.sockets.drop()
		s.Close()
		s.waitForResolvers(t)
	})
	return s
}

func (s *server) url() string { return s.URL + "/graphql" }

func (s *server) socketURL() string { return "ws" + strings.TrimPrefix(s.url(), "http") }

// waitForResolvers waits until every subscription's resolver has ended.
func (s *server) waitForResolvers(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool { return s.schema.open.Load() == 0 && s.streams.Len() == 0 }, waitTimeout, time.Millisecond,
		"a subscription's resolver or its stream goes on")
}

// connections holds a listener's accepted connections; drop cuts them as a crash would.
type connections struct {
	mu   sync.Mutex // protects list
	list []net.Conn
}

func (c *connections) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.list {
		_ = conn.Close()
	}
	c.list = nil
}

type listener struct {
	net.Listener
	accepted *connections
}

func (l *listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		l.accepted.mu.Lock()
		l.accepted.list = append(l.accepted.list, conn)
		l.accepted.mu.Unlock()
	}
	return conn, err
}

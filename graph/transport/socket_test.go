package transport_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/transport"
)

// client is a websocket client that does not know the protocol, so that it can violate it.
type client struct {
	t    *testing.T
	conn *websocket.Conn
}

func dial(t *testing.T, s *server, options *websocket.DialOptions) *client {
	t.Helper()
	if options == nil {
		options = &websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}}
	}
	conn, response, err := websocket.Dial(t.Context(), s.socketURL(), options)
	require.NoError(t, err)
	if response.Body != nil {
		_ = response.Body.Close()
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &client{t, conn}
}

// connect dials and completes the initialization.
func connect(t *testing.T, s *server) *client {
	t.Helper()
	c := dial(t, s, nil)
	c.send(`{"type":"connection_init"}`)
	c.want(`{"type":"connection_ack"}`)
	return c
}

func (c *client) send(text string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), waitTimeout)
	defer cancel()
	require.NoError(c.t, c.conn.Write(ctx, websocket.MessageText, []byte(text)))
}

func (c *client) receive() (string, error) {
	ctx, cancel := context.WithTimeout(c.t.Context(), waitTimeout)
	defer cancel()
	_, text, err := c.conn.Read(ctx)
	return string(text), err
}

func (c *client) want(text string) {
	c.t.Helper()
	got, err := c.receive()
	require.NoError(c.t, err, "while waiting for %s", text)
	require.JSONEq(c.t, text, got)
}

// wantClosed reads until the server closes the socket, and returns the reason.
func (c *client) wantClosed(code int) string {
	c.t.Helper()
	for {
		_, err := c.receive()
		if err == nil {
			continue
		}
		var closed websocket.CloseError
		require.ErrorAs(c.t, err, &closed)
		require.Equal(c.t, code, int(closed.Code), closed.Reason)
		return closed.Reason
	}
}

// wantNothing sends a ping and fails if the server sends anything before the pong.
func (c *client) wantNothing() {
	c.t.Helper()
	c.send(`{"type":"ping","payload":{"fence":true}}`)
	c.want(`{"type":"pong","payload":{"fence":true}}`)
}

func subscribe(id, query string) string {
	text, err := json.Marshal(map[string]any{"id": id, "type": "subscribe", "payload": map[string]any{"query": query}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

const (
	initialise = `{"type":"connection_init"}`
	ack        = `{"type":"connection_ack"}`
)

func TestSocket_IsClosedAfterAProtocolViolation(t *testing.T) {
	t.Parallel()
	silent := subscribe("1", "subscription { silent }")
	for name, test := range map[string]struct {
		before []string // each connection_init is answered by ack
		last   string
		code   int
	}{
		"subscribe before the acknowledgement":              {nil, silent, 4401},
		"a second connection_init":                          {[]string{initialise}, initialise, 4429},
		"an id in use":                                      {[]string{initialise, silent}, silent, 4409},
		"a message that is not JSON":                        {[]string{initialise}, `{nope`, 4400},
		"a message that is not JSON before connection_init": {nil, `{nope`, 4400},
		"two values in one message":                         {[]string{initialise}, `{"type":"pong"}{"type":"pong"}`, 4400},
		"an array":                                          {[]string{initialise}, `[]`, 4400},
		"null":                                              {[]string{initialise}, `null`, 4400},
		"an unknown type":                                   {[]string{initialise}, `{"type":"what"}`, 4400},
		"a message of the legacy protocol":                  {[]string{initialise}, `{"type":"start","id":"1","payload":{"query":"{me}"}}`, 4400},
		"a server's message":                                {[]string{initialise}, `{"type":"connection_ack"}`, 4400},
		"no type":                                           {[]string{initialise}, `{}`, 4400},
		"subscribe without id":                              {[]string{initialise}, `{"type":"subscribe","payload":{"query":"{me}"}}`, 4400},
		"subscribe with a number as id":                     {[]string{initialise}, `{"type":"subscribe","id":1,"payload":{"query":"{me}"}}`, 4400},
		"subscribe without payload":                         {[]string{initialise}, `{"type":"subscribe","id":"1"}`, 4400},
		"subscribe without query":                           {[]string{initialise}, `{"type":"subscribe","id":"1","payload":{}}`, 4400},
		"subscribe with variables of the wrong type":        {[]string{initialise}, `{"type":"subscribe","id":"1","payload":{"query":"{me}","variables":[]}}`, 4400},
		"complete without id":                               {[]string{initialise}, `{"type":"complete"}`, 4400},
		"a connection_init payload of the wrong type":       {nil, `{"type":"connection_init","payload":"x"}`, 4400},
		"a ping payload of the wrong type":                  {[]string{initialise}, `{"type":"ping","payload":1}`, 4400},
		"a message that is too large":                       {[]string{initialise}, `{"type":"ping","payload":{"x":"` + strings.Repeat("x", 64<<10) + `"}}`, 1009},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			c := dial(t, s, nil)
			for _, text := range test.before {
				c.send(text)
				if text == initialise {
					c.want(ack)
				}
			}
			c.send(test.last)
			c.wantClosed(test.code)
			s.waitForResolvers(t)
		})
	}
}

func TestSocket_RefusesBinaryMessages(t *testing.T) {
	t.Parallel()
	c := connect(t, newServer(t))
	require.NoError(t, c.conn.Write(t.Context(), websocket.MessageBinary, []byte(`{"type":"ping"}`)))
	c.wantClosed(4400)
}

func TestSocket_IsClosedWithoutConnectionInit(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *options) { o.websocket.InitTimeout = 20 * time.Millisecond })
	c := dial(t, s, nil)
	require.Equal(t, "Connection initialisation timeout", c.wantClosed(4408))
}

func TestSocket_IsClosedIfConnectionInitHangs(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *options) {
		o.websocket.InitTimeout = 20 * time.Millisecond
		o.websocket.Init = func(ctx context.Context, _ map[string]any) (context.Context, map[string]any, error) {
			<-ctx.Done()
			return ctx, nil, nil
		}
	})
	c := dial(t, s, nil)
	c.send(initialise)
	c.wantClosed(4408)
}

func TestSocket_RefusesOtherSubprotocols(t *testing.T) {
	t.Parallel()
	for name, offered := range map[string][]string{"none": nil, "an unknown protocol": {"foo"}, "the legacy protocol": {"graphql-ws"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, newServer(t), &websocket.DialOptions{Subprotocols: offered})
			require.Equal(t, "Subprotocol not acceptable", c.wantClosed(4406))
		})
	}
}

func TestSocket_AnswersPings(t *testing.T) {
	t.Parallel()
	c := dial(t, newServer(t), nil)
	c.send(`{"type":"ping"}`)
	c.want(`{"type":"pong"}`)
	c.send(`{"type":"ping","payload":{"a":1}}`)
	c.want(`{"type":"pong","payload":{"a":1}}`)
	c.send(`{"type":"pong"}`)
	c.send(`{"type":"connection_init","payload":null}`)
	c.want(ack)
	c.send(`{"type":"pong","payload":{"unsolicited":true}}`)
	c.wantNothing()
}

func TestSocket_IsClosedIfPingsAreNotAnswered(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *options) { o.websocket.PingInterval = 10 * time.Millisecond })
	c := connect(t, s)
	c.want(`{"type":"ping"}`)
	c.want(`{"type":"ping"}`)
	c.wantClosed(4499)
}

func TestSocket_StaysOpenIfPingsAreAnswered(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *options) { o.websocket.PingInterval = 20 * time.Millisecond })
	c := connect(t, s)
	for range 6 {
		c.want(`{"type":"ping"}`)
		c.send(`{"type":"pong"}`)
	}
}

func TestSocket_LimitsOperations(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *options) { o.websocket.MaxOperations = 2 })
	c := connect(t, s)
	c.send(subscribe("1", "subscription { silent }"))
	c.send(subscribe("2", "subscription { silent }"))
	c.send(subscribe("3", "subscription { silent }"))
	c.want(`{"id":"3","type":"error","payload":[{"message":"Too many operations on this connection.","extensions":{"code":"RATE_LIMITED"}}]}`)
	c.send(`{"id":"1","type":"complete"}`)
	s.waitForSubscriptions(t, 1)
	require.Eventually(t, func() bool {
		c.send(subscribe("4", "{ me }"))
		got, err := c.receive()
		require.NoError(t, err)
		if !strings.Contains(got, `"next"`) {
			return false
		}
		c.want(`{"id":"4","type":"complete"}`)
		return true
	}, waitTimeout, time.Millisecond)
}

func TestSocket_Init(t *testing.T) {
	t.Parallel()
	type key struct{}
	admit := func(ctx context.Context, payload map[string]any) (context.Context, map[string]any, error) {
		switch payload["authorization"] {
		case "Bearer good":
			return context.WithValue(ctx, key{}, "good"), map[string]any{"hello": "you"}, nil
		case "Bearer panic":
			panic("boom")
		case "Bearer later":
			return nil, nil, fmt.Errorf("looking up the token: %w", &transport.CloseError{Code: 1013, Reason: "Try again later"})
		default:
			return nil, nil, errors.New("no such token")
		}
	}
	seen := make(chan any, 1)
	s := newServer(t, func(o *options) {
		o.websocket.Init = admit
		o.websocket.CheckInterval = time.Millisecond
		o.websocket.CheckAlive = func(ctx context.Context) error {
			select {
			case seen <- ctx.Value(key{}):
			default:
			}
			return nil
		}
	})
	good := dial(t, s, nil)
	good.send(`{"type":"connection_init","payload":{"authorization":"Bearer good"}}`)
	good.want(`{"type":"connection_ack","payload":{"hello":"you"}}`)
	require.Equal(t, "good", <-seen)
	for token, code := range map[string]int{"Bearer bad": 4403, "Bearer later": 1013, "Bearer panic": 1011} {
		c := dial(t, s, nil)
		c.send(`{"type":"connection_init","payload":{"authorization":"` + token + `"}}`)
		c.wantClosed(code)
	}
	none := dial(t, s, nil)
	none.send(initialise)
	require.Equal(t, "Forbidden", none.wantClosed(4403))
}

func TestSocket_IsClosedWhenTheSessionIsRevoked(t *testing.T) {
	t.Parallel()
	revoked := make(chan struct{})
	s := newServer(t, func(o *options) {
		o.websocket.CheckInterval = time.Millisecond
		o.websocket.CheckAlive = func(context.Context) error {
			select {
			case <-revoked:
				return errors.New("the token was revoked")
			default:
				return nil
			}
		}
	})
	c := connect(t, s)
	c.send(subscribe("1", "subscription { silent }"))
	s.waitForSubscriptions(t, 1)
	close(revoked)
	require.Equal(t, "Forbidden", c.wantClosed(4403))
	s.waitForResolvers(t)
}

func TestCloseSocket_FromAnOperation(t *testing.T) {
	t.Parallel()
	contexts := make(chan context.Context, 1)
	s := newServer(t, func(o *options) {
		o.websocket.Init = func(ctx context.Context, _ map[string]any) (context.Context, map[string]any, error) {
			contexts <- ctx
			return ctx, nil, nil
		}
	})
	c := connect(t, s)
	ctx := <-contexts
	require.True(t, transport.CloseSocket(ctx, &transport.CloseError{Code: 4403, Reason: strings.Repeat("x", 200)}))
	require.Equal(t, strings.Repeat("x", 123), c.wantClosed(4403))
	<-ctx.Done()
	require.False(t, transport.CloseSocket(t.Context(), &transport.CloseError{Code: 4403}))
}

func TestSocket_ChecksTheOrigin(t *testing.T) {
	t.Parallel()
	own := newServer(t)
	listed := newServer(t, func(o *options) {
		o.websocket.AllowOrigin = func(r *http.Request) bool { return r.Header.Get("Origin") == "https://app.example.com" }
	})
	for name, test := range map[string]struct {
		server *server
		origin string
		status int
	}{
		"no Origin header":                            {own, "", http.StatusSwitchingProtocols},
		"the server's own origin":                     {own, own.URL, http.StatusSwitchingProtocols},
		"a foreign origin":                            {own, "https://evil.example", http.StatusForbidden},
		"a sandboxed page":                            {own, "null", http.StatusForbidden},
		"garbage":                                     {own, "%%%", http.StatusForbidden},
		"a listed origin":                             {listed, "https://app.example.com", http.StatusSwitchingProtocols},
		"a listed host with another scheme":           {listed, "http://app.example.com", http.StatusForbidden},
		"the server's own origin if it is not listed": {listed, listed.URL, http.StatusForbidden},
		"a pattern instead of an origin":              {listed, "https://*", http.StatusForbidden},
		"a listed origin with a suffix":               {listed, "https://app.example.com.evil.example", http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			if test.origin != "" {
				header.Set("Origin", test.origin)
			}
			conn, response, err := websocket.Dial(t.Context(), test.server.socketURL(),
				&websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}, HTTPHeader: header})
			require.NotNil(t, response, err)
			require.Equal(t, test.status, response.StatusCode)
			if conn != nil {
				require.NoError(t, conn.CloseNow())
			}
		})
	}
}

func TestSocket_IsClosedIfTheClientStopsReading(t *testing.T) {
	t.Parallel()
	why := make(chan error, 1)
	s := newServer(t, func(o *options) {
		o.websocket.WriteTimeout = 100 * time.Millisecond
		o.websocket.Closed = func(_ context.Context, err error) { why <- err }
	})
	c := connect(t, s)
	c.send(subscribe("1", "subscription { feed }"))
	large := strings.Repeat("x", 1<<20)
	for {
		select {
		case s.schema.feed <- large:
		case err := <-why:
			require.ErrorContains(t, err, "does not read")
			s.waitForResolvers(t)
			return
		case <-time.After(waitTimeout):
			t.Fatal("the socket was not closed")
		}
	}
}

func TestSocket_EndsItsOperationsIfTheClientVanishes(t *testing.T) {
	t.Parallel()
	why := make(chan error, 1)
	s := newServer(t, func(o *options) { o.websocket.Closed = func(_ context.Context, err error) { why <- err } })
	c := connect(t, s)
	for i := range 10 {
		c.send(subscribe(fmt.Sprint(i), "subscription { silent }"))
	}
	s.waitForSubscriptions(t, 10)
	require.NoError(t, c.conn.CloseNow())
	require.ErrorContains(t, <-why, "gone")
	s.waitForResolvers(t)
}

func TestSocket_KeepsAnsweringProtocolPings(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *options) { o.websocket.WriteTimeout = time.Millisecond })
	c := connect(t, s)
	ctx := c.conn.CloseRead(t.Context())
	for range 20 { // a leftover write deadline from the acknowledgement would have expired by now
		require.NoError(t, c.conn.Ping(ctx))
	}
}

func TestSocket_ConcurrentOperationsDoNotMixFrames(t *testing.T) {
	t.Parallel()
	c := connect(t, newServer(t))
	const operations, events = 20, 50
	for i := range operations {
		c.send(subscribe(fmt.Sprint(i), fmt.Sprintf("subscription { tick(n: %d) }", events)))
	}
	next := map[string]int{}
	for done := 0; done < operations; {
		got, err := c.receive()
		require.NoError(t, err)
		var m struct {
			ID, Type string
			Payload  struct{ Data struct{ Tick int } }
		}
		require.NoError(t, json.NewDecoder(bytes.NewBufferString(got)).Decode(&m), got)
		if m.Type == "complete" {
			require.Equal(t, events, next[m.ID])
			done++
			continue
		}
		require.Equal(t, next[m.ID], m.Payload.Data.Tick)
		next[m.ID]++
	}
}

// A socket outlives its request, and ends with the base context of its server's requests.
func TestSocket_EndsWithTheServersBaseContext(t *testing.T) {
	t.Parallel()
	socketGroup, end := context.WithCancel(t.Context())
	graph := handler.New(newSchema())
	graph.AddTransport(transport.Websocket{})
	server := httptest.NewUnstartedServer(graph)
	server.Config.BaseContext = func(net.Listener) context.Context { return transport.BindSockets(socketGroup) }
	server.Start()
	t.Cleanup(server.Close)
	conn, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http"), &websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.CloseNow() })
	require.NoError(t, conn.Write(t.Context(), websocket.MessageText, []byte(initialise)))
	_, _, err = conn.Read(t.Context())
	require.NoError(t, err)
	end()
	_, _, err = conn.Read(t.Context())
	require.Equal(t, websocket.StatusServiceRestart, websocket.CloseStatus(err))
}

package transport_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/transport"
)

func TestDrain_ClosesSocketsAndStreams(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	clients := make([]*client, 5)
	for i := range clients {
		clients[i] = connect(t, s)
		clients[i].send(subscribe("1", "subscription { silent }"))
	}
	lines, _ := openStream(t, s, "silent")
	s.waitForSubscriptions(t, 6)
	require.Equal(t, 6, s.streams.Len())

	drained := make(chan error, 1)
	go func() { drained <- s.streams.Drain(t.Context(), 20*time.Millisecond) }()
	for _, c := range clients {
		require.Equal(t, "Service restart", c.wantClosed(1012))
	}
	rest, err := io.ReadAll(lines)
	require.NoError(t, err)
	require.NotContains(t, string(rest), "complete", "a client would consider the subscription finished")
	require.NoError(t, <-drained)
	require.Zero(t, s.streams.Len())

	_, response, err := websocket.Dial(t.Context(), s.socketURL(), &websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}})
	require.Error(t, err)
	require.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
	refused, body := ask(t, post(t, s, mediaEvents, mediaJSON, subscription("silent")))
	require.Equal(t, http.StatusServiceUnavailable, refused.StatusCode)
	require.Equal(t, "1", refused.Header.Get("Retry-After"))
	require.Contains(t, body, "UNAVAILABLE")
	_, body = ask(t, post(t, s, mediaJSON, mediaJSON, `{"query":"{ me }"}`))
	require.JSONEq(t, `{"data":{"me":"me"}}`, body, "a request that is answered in time is still answered")
}

func TestDrain_LetsMutationsFinish(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := connect(t, s)
	c.send(subscribe("s", "subscription { silent }"))
	c.send(subscribe("m", "mutation { hold }"))
	<-s.schema.holding
	s.waitForSubscriptions(t, 1)
	drained := make(chan error, 1)
	go func() { drained <- s.streams.Drain(t.Context(), 0) }()
	require.Eventually(t, func() bool {
		_, response, err := websocket.Dial(t.Context(), s.socketURL(), nil)
		return err != nil && response != nil && response.StatusCode == http.StatusServiceUnavailable
	}, waitTimeout, time.Millisecond)
	c.send(subscribe("late", "mutation { bump }")) // ignored: the client sends it to the next server
	c.wantNothing()
	close(s.schema.release)
	c.want(`{"id":"m","type":"next","payload":{"data":{"hold":"released"}}}`)
	c.wantClosed(1012)
	require.NoError(t, <-drained)
	require.Zero(t, s.schema.bumps.Load())
}

func TestDrain_StopsWaitingWhenItsContextIsDone(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := connect(t, s)
	c.send(subscribe("m", "mutation { hold }"))
	<-s.schema.holding
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, s.streams.Drain(ctx, time.Hour), context.DeadlineExceeded)
	close(s.schema.release)
	c.wantClosed(1012)
}

func TestDrain_OfAnEmptyRegistryReturnsAtOnce(t *testing.T) {
	t.Parallel()
	require.NoError(t, transport.NewRegistry().Drain(t.Context(), time.Hour))
}

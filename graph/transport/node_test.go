package transport_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/nodetest"
)

// These tests run the transports against the reference implementations.

func onlyGoodTokens(o *options) {
	o.websocket.Init = func(ctx context.Context, payload map[string]any) (context.Context, map[string]any, error) {
		if payload["authorization"] == "bad" {
			return nil, nil, errors.New("no such token")
		}
		return ctx, nil, nil
	}
}

func TestHTTP_PassesTheAuditsOfGraphQLHTTP(t *testing.T) {
	t.Parallel()
	nodetest.Run(t, 61, "audits.mjs", newServer(t).url())
}

func TestSocket_HandlesEdgeCasesOfGraphQLTransportWS(t *testing.T) {
	t.Parallel()
	s := newServer(t, onlyGoodTokens, func(o *options) {
		o.websocket.InitTimeout, o.websocket.PingInterval = time.Second, 700*time.Millisecond
	})
	nodetest.Run(t, 27, "edges.mjs", s.url())
}

func TestSocket_ServesTheClientGraphQLWS(t *testing.T) {
	t.Parallel()
	s := newServer(t, onlyGoodTokens)
	nodetest.Run(t, 19, "graphql-ws.mjs", s.url())
	require.EqualValues(t, 2, s.schema.attempts.Load(), "the client did not reconnect")
}

func TestEvents_ServeTheClientGraphQLSSE(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	nodetest.Run(t, 9, "graphql-sse.mjs", s.url())
	require.EqualValues(t, 2, s.schema.attempts.Load(), "the client did not reconnect")
}

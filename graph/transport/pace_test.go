package transport_test

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/transport"
)

// rawFrame returns a client's frame with a mask of zeros.
func rawFrame(first byte, payload string) []byte {
	frame := []byte{first}
	switch length := len(payload); {
	case length <= 125:
		frame = append(frame, 0x80|byte(length))
	default:
		frame = binary.BigEndian.AppendUint16(append(frame, 0x80|126), uint16(length))
	}
	return append(append(frame, 0, 0, 0, 0), payload...)
}

const (
	textFrame     = 0x81
	beginText     = 0x01
	continuation  = 0x00
	controlPing   = 0x89
	controlPong   = 0x8a
	earlyMessages = 5
	burst         = 200
)

// dialRaw opens a socket to which the test writes raw bytes.
func dialRaw(t *testing.T, s *server) (net.Conn, *client) {
	t.Helper()
	var network net.Conn
	c := dial(t, s, &websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}, HTTPClient: clientThat(func(conn net.Conn) { network = conn })})
	return network, c
}

func TestSocketPace_ClosesSocketsThatSendTooMuch(t *testing.T) {
	t.Parallel()
	ping := `{"type":"ping"}`
	for name, test := range map[string]struct {
		signedIn bool
		frame    []byte
		times    int
		first    []byte // sent before the frames
	}{
		"messages before sign-in":        {false, rawFrame(textFrame, ping), earlyMessages + 1, nil},
		"control frames before sign-in":  {false, rawFrame(controlPing, ""), earlyMessages + 1, nil},
		"pongs before sign-in":           {false, rawFrame(controlPong, ""), earlyMessages + 1, nil},
		"empty fragments before sign-in": {false, rawFrame(continuation, ""), earlyMessages, rawFrame(beginText, "")},
		"a long message before sign-in":  {false, rawFrame(textFrame, `{"type":"ping","payload":{"x":"`+strings.Repeat("x", 4<<10)+`"}}`), 1, nil},
		"messages after sign-in":         {true, rawFrame(textFrame, ping), 2 * burst, nil},
		"control frames after sign-in":   {true, rawFrame(controlPing, "x"), 2 * burst, nil},
		"fragments after sign-in":        {true, rawFrame(continuation, ""), 2 * burst, rawFrame(beginText, "")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			network, c := dialRaw(t, s)
			if test.signedIn {
				c.send(initialise)
				c.want(ack)
			}
			sent := test.first
			for range test.times {
				sent = append(sent, test.frame...)
			}
			go func() { _, _ = network.Write(sent) }()
			require.Equal(t, "Too many messages", c.wantClosed(4429))
		})
	}
}

func TestSocketPace_AllowsTheLimitBeforeSignIn(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := dial(t, s, nil)
	for range earlyMessages - 1 {
		c.send(`{"type":"ping"}`)
		c.want(`{"type":"pong"}`)
	}
	c.send(initialise)
	c.want(ack)
	for range burst / 2 {
		c.send(`{"type":"ping"}`)
		c.want(`{"type":"pong"}`)
	}
}

// Each ping that renews is a sign-in: only one a second is allowed, whatever the frame rate allows.
func TestSocketPace_AllowsOneRenewalASecond(t *testing.T) {
	t.Parallel()
	renewals := make(chan struct{}, 10)
	s := newServer(t, func(o *options) {
		o.websocket.Renews = func(payload map[string]any) bool { return payload["token"] != nil }
		o.websocket.Renew = func(ctx, _ context.Context, payload map[string]any) (context.Context, error) {
			if payload["token"] == nil {
				return nil, nil
			}
			renewals <- struct{}{}
			return ctx, nil
		}
	})
	c := connect(t, s)
	for range 20 { // none of them renews
		c.send(`{"type":"ping","payload":{"n":1}}`)
		c.want(`{"type":"pong","payload":{"n":1}}`)
	}
	began := time.Now()
	for time.Since(began) < waitTimeout { // the second of two renewals within a second is refused
		err := c.conn.Write(t.Context(), websocket.MessageText, []byte(`{"type":"ping","payload":{"token":"x"}}`))
		if err != nil {
			break
		}
		if _, err = c.receive(); err != nil {
			var closed websocket.CloseError
			require.True(t, errors.As(err, &closed), err)
			require.EqualValues(t, 4429, closed.Code)
			break
		}
	}
	require.LessOrEqual(t, len(renewals), 1+int(time.Since(began)/time.Second))
	require.NotEmpty(t, renewals)
}

// An unauthenticated socket does not delay a drain, whatever it has sent and even if it ignores close frames.
func TestSocketPace_DrainDoesNotWaitForUnauthenticatedSockets(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for range 5 {
		dialRaw(t, s)
	}
	require.Eventually(t, func() bool { return s.streams.Len() == 5 }, waitTimeout, time.Millisecond)
	began := time.Now()
	require.NoError(t, s.streams.Drain(t.Context(), 0))
	require.Less(t, time.Since(began), 4*time.Second, "a close handshake waits for 5 s")
}

// clientThat returns a client that passes its connection to dialed.
func clientThat(dialed func(net.Conn)) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err == nil {
			dialed(conn)
		}
		return conn, err
	}}}
}

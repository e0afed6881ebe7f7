package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/transport"
	"github.com/orgmap/orgmap/internal/auth"
)

// How much memory an idle watcher uses in this process. A process's resident memory is up to twice that, and twice as
// much again if the collector lets it grow; make load measures it. The test is not parallel, because it counts bytes of
// the whole process.
func TestWatchers_KeepFewBytes(t *testing.T) { //nolint:paralleltest // see above
	needs(t, partFanOut)
	const watchers, perToken = 400, maxSockets
	bound := 16 << 10
	if slowdown > 1 {
		bound = 22 << 10 // the race detector makes frames, and so stacks, larger
	}
	w := newWorld(t)
	admin := w.newAccount(10)
	watching := 0
	gather := func(many int) (sockets []net.Conn) {
		var viewer *client
		for n := range many {
			if n%perToken == 0 {
				viewer = w.newClient(admin.account, auth.Viewer)
			}
			sockets = append(sockets, viewer.watchBare(`subscription { accountChanges { cursor at ... on OrganizationsChanged { organizations { id name active } } } }`))
		}
		watching += many
		require.Eventually(t, func() bool {
			return strings.Contains(w.scrape(), fmt.Sprintf("\norgmap_live_subscribers{kind=\"log\"} %d\n", watching))
		}, waitTimeout, 5*time.Millisecond)
		return sockets
	}
	hear := func(sockets []net.Conn, name string) {
		admin.create(name)
		for _, socket := range sockets {
			readTo(t, socket, name)
		}
	}
	first := gather(perToken)
	hear(first, "The first") // allocates what is allocated once
	before := kept()
	many := gather(watchers)
	hear(append(first, many...), "All")
	each := (kept() - before) / watchers
	t.Logf("each of %d who watch keeps %d bytes", watchers, each)
	require.Less(t, each, bound)
	runtime.KeepAlive(many)
}

// kept returns the bytes in use: reachable objects and stacks.
func kept() int {
	least := math.MaxInt
	for better := true; better; { // finalizers need a second collection, and each collection halves oversized stacks
		runtime.GC()
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		inUse := int(now.HeapAlloc + now.StackInuse)
		better, least = inUse < least-least/1000, min(least, inUse)
	}
	return least
}

// watchBare subscribes over a WebSocket without a library or a goroutine, which would be counted.
func (c *client) watchBare(query string) net.Conn {
	c.t.Helper()
	address := strings.TrimPrefix(c.url, "http://")
	socket, err := net.Dial("tcp", address)
	require.NoError(c.t, err)
	c.t.Cleanup(func() { _ = socket.Close() })
	_, err = fmt.Fprintf(socket, "GET /graphql HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: %s\r\n\r\n", address, transport.Subprotocol)
	require.NoError(c.t, err)
	readTo(c.t, socket, "\r\n\r\n")
	writeMasked(c.t, socket, object{"type": "connection_init", "payload": object{"authorization": "Bearer " + c.token}})
	readTo(c.t, socket, "connection_ack")
	writeMasked(c.t, socket, object{"id": "1", "type": "subscribe", "payload": object{"query": query}})
	return socket
}

// writeMasked sends a text frame of 126 to 65,535 bytes. The mask is zero, which hides nothing; nothing needs hiding.
func writeMasked(t *testing.T, socket net.Conn, message object) {
	t.Helper()
	text, err := json.Marshal(message)
	require.NoError(t, err)
	text = append(text, bytes.Repeat([]byte{' '}, max(0, 126-len(text)))...)
	frame := binary.BigEndian.AppendUint16([]byte{0x81, 0x80 | 126}, uint16(len(text)))
	_, err = socket.Write(append(append(frame, 0, 0, 0, 0), text...))
	require.NoError(t, err)
}

func readTo(t *testing.T, socket net.Conn, text string) {
	t.Helper()
	require.NoError(t, socket.SetReadDeadline(time.Now().Add(waitTimeout)))
	var got []byte
	chunk := make([]byte, 1<<10)
	for !bytes.Contains(got, []byte(text)) {
		n, err := socket.Read(chunk)
		require.NoError(t, err, "after %q, waiting for %q", got, text)
		got = append(got, chunk[:n]...)
	}
}

package transport

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
)

// pushing returns a socket with an operation to push to, and its client's end.
func pushing(t testing.TB) (s *socket, o *operation, client net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	client, err = net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	server, err := listener.Accept()
	require.NoError(t, err)
	require.NoError(t, server.(*net.TCPConn).SetWriteBuffer(16<<10))
	options := Websocket{}.withDefaults()
	s = &socket{options: &options, network: server, raw: rawConn(server), operations: map[string]*operation{}}
	if s.raw == nil {
		t.Skip("this platform cannot write without blocking")
	}
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	o = &operation{id: "1", quoted: []byte(`"1"`)}
	s.operations[o.id] = o
	t.Cleanup(func() {
		s.end(errGone)
		_ = client.Close()
		_ = server.Close()
		s.work.Wait()
	})
	return s, o, client
}

// readFrame reads the text of a frame.
func readFrame(from *bufio.Reader) (string, error) {
	var head [2]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return "", err
	}
	if head[0] != textFrame {
		return "", fmt.Errorf("a frame begins with %x", head[0])
	}
	size := uint64(head[1])
	var long [8]byte
	if more := map[byte]int{medium: 2, 127: 8}[head[1]]; more > 0 {
		if _, err := io.ReadFull(from, long[8-more:]); err != nil {
			return "", err
		}
		size = binary.BigEndian.Uint64(long[:])
	}
	text := make([]byte, size)
	_, err := io.ReadFull(from, text)
	return string(text), err
}

func TestFramed_EncodesEverySize(t *testing.T) {
	t.Parallel()
	l := newFrameBuffer()
	defer l.free()
	sizes := []int{0, 1, 125, 126, 127, 65535, 65536, 200_000}
	for _, size := range sizes { // several in a row, as in a batch
		l.add(func(text []byte) []byte { return append(text, strings.Repeat("x", size)...) })
	}
	reading := bufio.NewReader(strings.NewReader(string(l.frames)))
	for _, size := range sizes {
		text, err := readFrame(reading)
		require.NoError(t, err)
		require.Equal(t, strings.Repeat("x", size), text)
	}
	_, err := readFrame(reading)
	require.ErrorIs(t, err, io.EOF)
}

// A client that stops reading: pushes succeed until the kernel accepts no more, one of them in part. When the client
// reads again, what was accepted arrives complete and in order, and nothing else does.
func TestSocket_PushNeverBlocks(t *testing.T) {
	t.Parallel()
	s, o, client := pushing(t)
	data := func(n int) []*graphql.Response {
		return []*graphql.Response{{Data: []byte(strconv.Itoa(n))}, {Data: []byte(`"` + strings.Repeat("x", 200_000+n%1000) + `"`)}}
	}
	taken, wrotePartially := 0, false
	for s.push(o, data(taken)) {
		taken++
		wrotePartially = wrotePartially || s.wrotePartially.Load()
		require.Less(t, taken, 100_000, "the kernel accepts everything")
	}
	require.Positive(t, taken)
	require.NoError(t, client.SetReadDeadline(time.Now().Add(20*time.Second)))
	reading := bufio.NewReader(client)
	expect := func(n int) {
		for _, response := range data(n) {
			text, err := readFrame(reading)
			require.NoError(t, err)
			require.Equal(t, `{"id":"1","type":"next","payload":{"data":`+string(response.Data)+`}}`, text)
		}
	}
	for n := range taken {
		expect(n)
	}
	require.Eventually(t, func() bool { return s.push(o, data(taken)) }, 20*time.Second, time.Millisecond)
	expect(taken)
	require.True(t, wrotePartially, "no message was accepted in part by the kernel")
	require.NoError(t, s.ctx.Err())
}

func TestSocket_PushSkipsEndedOperationsAndGoneClients(t *testing.T) {
	t.Parallel()
	s, o, client := pushing(t)
	batch := []*graphql.Response{{Data: []byte("1")}}
	delete(s.operations, o.id)
	require.True(t, s.push(o, batch), "an ended operation must not be sent to alone either")
	s.operations[o.id] = o
	s.sending.Lock()
	require.False(t, s.push(o, batch), "something else is being sent")
	s.sending.Unlock()
	require.NoError(t, client.Close())
	require.Eventually(t, func() bool { return s.push(o, batch) && s.ctx.Err() != nil }, 20*time.Second, time.Millisecond)
	require.ErrorIs(t, context.Cause(s.ctx), errGone)
}

// A push allocates nothing.
func TestSocket_PushAllocatesNothing(t *testing.T) { //nolint:paralleltest // it counts allocations
	s, o, client := pushing(t)
	go func() { _, _ = io.Copy(io.Discard, client) }()
	batch := []*graphql.Response{{Data: []byte(strings.Repeat("x", 400))}}
	allocations := testing.AllocsPerRun(200, func() {
		for !s.push(o, batch) { // its reader is behind
		}
	})
	require.LessOrEqual(t, allocations, 1.0, "a pool may be emptied")
}

func BenchmarkPush(b *testing.B) {
	s, o, client := pushing(b)
	go func() { _, _ = io.Copy(io.Discard, client) }()
	batch := []*graphql.Response{{Data: []byte(strings.Repeat("x", 400))}}
	b.ReportAllocs()
	for b.Loop() {
		for !s.push(o, batch) { // its reader is behind
		}
	}
}

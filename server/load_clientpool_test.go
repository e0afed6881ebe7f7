//go:build load && linux

package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// clientPool is a large number of WebSockets, read as cheaply as a client can: one goroutine with epoll, no library, no
// JSON. Clients and server share the machine, so whatever the clients use, the server lacks.
type clientPool struct {
	t       *testing.T
	poll    int
	mark    []byte // text before an event's number in a frame
	sockets []*watcher
	byFD    map[int32]*watcher
	stopped atomic.Bool
	ended   chan struct{}

	arrived atomic.Int64 // events
	last    atomic.Int64 // time of the last arrival, in Unix nanoseconds
	lost    atomic.Int64 // sockets that the server closed
	broken  atomic.Int64 // frames without a number, or with a number lower than the last one if numbers must rise
	rising  bool         // numbers must rise, because a watcher gets only the newest
	sent    *sendings

	mu     sync.Mutex // protects delays
	delays histogram
}

// watcher is one socket. Only the pool's goroutine uses the fields after fd.
type watcher struct {
	fd      int
	rest    []byte // beginning of an incomplete frame
	events  int64
	sum     int64 // sum of the numbers
	newest  int64
	silent  bool // never read
	message []byte
}

// sendings holds the time each event was sent.
type sendings struct{ at [1 << 16]atomic.Int64 }

func (s *sendings) note(number int64) { s.at[number&(1<<16-1)].Store(time.Now().UnixNano()) }

// clientPoolOptions configures a client pool.
type clientPoolOptions struct {
	address     string // host:port
	path        string
	tokens      []string // perToken sockets use each one; empty: no socket signs in
	many        int
	query       string // "": no subscription
	mark        string
	rising      bool
	unread      int // number of sockets that subscribe and never read; they come first
	each        func(opened time.Duration)
	lenient     bool // counts sockets that do not open instead of failing
	waitTimeout time.Duration
}

func openClientPool(t *testing.T, g clientPoolOptions) *clientPool {
	t.Helper()
	poll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	require.NoError(t, err)
	c := &clientPool{t: t, poll: poll, mark: []byte(g.mark), byFD: map[int32]*watcher{}, ended: make(chan struct{}), rising: g.rising, sent: &sendings{}}
	c.sockets = make([]*watcher, g.many)
	var group errgroup.Group
	group.SetLimit(opening)
	for n := range c.sockets {
		group.Go(func() error {
			began := time.Now()
			w, err := g.open(n)
			if err != nil && g.lenient {
				c.lost.Add(1)
				return nil
			}
			if err != nil {
				return fmt.Errorf("socket %d: %w", n, err)
			}
			w.silent = n < g.unread
			c.sockets[n] = w
			if g.each != nil {
				g.each(time.Since(began))
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	for _, w := range c.sockets {
		if w == nil || w.silent {
			continue
		}
		require.NoError(t, syscall.SetNonblock(w.fd, true))
		c.byFD[int32(w.fd)] = w
		require.NoError(t, syscall.EpollCtl(poll, syscall.EPOLL_CTL_ADD, w.fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(w.fd)}))
	}
	go c.read()
	t.Cleanup(c.leave)
	return c
}

// leave resets the sockets, so that none lingers in the kernel.
func (c *clientPool) leave() {
	if c.stopped.Swap(true) {
		return
	}
	<-c.ended
	for _, w := range c.sockets {
		if w != nil {
			w.close()
		}
	}
	_ = syscall.Close(c.poll)
}

func (w *watcher) close() {
	_ = syscall.SetsockoptLinger(w.fd, syscall.SOL_SOCKET, syscall.SO_LINGER, &syscall.Linger{Onoff: 1})
	_ = syscall.Close(w.fd)
}

// open opens one socket, sends connection_init and subscribes, with blocking calls. It uses many loopback addresses, so
// that ports do not run out.
func (g clientPoolOptions) open(n int) (*watcher, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	w := &watcher{fd: fd}
	if err := g.shakeHands(w, n); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (g clientPoolOptions) shakeHands(w *watcher, n int) error {
	server, err := netip.ParseAddrPort(g.address)
	if err != nil {
		return err
	}
	waitTimeout := syscall.NsecToTimeval(int64(max(g.waitTimeout, waitTimeout)))
	_ = syscall.SetsockoptTimeval(w.fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &waitTimeout)
	_ = syscall.SetsockoptInt(w.fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	if err := syscall.Bind(w.fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 1, byte(1 + n%200)}}); err != nil {
		return err
	}
	if err := syscall.Connect(w.fd, &syscall.SockaddrInet4{Port: int(server.Port()), Addr: server.Addr().As4()}); err != nil {
		return err
	}
	_, err = syscall.Write(w.fd, fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n", g.path, g.address))
	if err != nil {
		return err
	}
	answer, err := w.until([]byte("\r\n\r\n"))
	if err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 101")) {
		return fmt.Errorf("not upgraded: %.80q %w", answer, err)
	}
	payload := object{}
	if len(g.tokens) > 0 {
		payload["authorization"] = "Bearer " + g.tokens[n/perToken]
	}
	w.write(encoded(object{"type": "connection_init", "payload": payload}))
	if answer, err = w.until([]byte("connection_ack")); err != nil {
		return fmt.Errorf("not acknowledged: %.80q %w", answer, err)
	}
	w.rest = nil
	if g.query != "" {
		w.write(encoded(object{"id": "1", "type": "subscribe", "payload": object{"query": g.query}}))
	}
	return nil
}

// until reads until end has been read.
func (w *watcher) until(end []byte) ([]byte, error) {
	chunk := make([]byte, 1024)
	for !bytes.Contains(w.rest, end) {
		n, err := syscall.Read(w.fd, chunk)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			return w.rest, fmt.Errorf("closed: %w", err)
		}
		w.rest = append(w.rest, chunk[:n]...)
	}
	return w.rest, nil
}

// write sends a masked text frame. The mask is zero, which hides nothing; nothing needs hiding.
func (w *watcher) write(text []byte) {
	w.message = append(w.message[:0], 0x81)
	if len(text) < 126 {
		w.message = append(w.message, 0x80|byte(len(text)))
	} else {
		w.message = binary.BigEndian.AppendUint16(append(w.message, 0x80|126), uint16(len(text)))
	}
	w.message = append(append(w.message, 0, 0, 0, 0), text...)
	_, _ = syscall.Write(w.fd, w.message) // reading notices a closed socket
}

// opening is how many sockets are opened at once.
const opening = 64

// pause is how long the pool waits for frames to accumulate. Measured delays include it.
const pause = time.Millisecond

// read reads events until the pool leaves.
func (c *clientPool) read() {
	defer close(c.ended)
	ready := make([]syscall.EpollEvent, 512)
	buffer := make([]byte, 256<<10)
	for !c.stopped.Load() {
		n, err := syscall.EpollWait(c.poll, ready, 20)
		if err != nil && err != syscall.EINTR {
			c.t.Error(err)
			return
		}
		c.mu.Lock()
		for _, event := range ready[:max(n, 0)] {
			c.take(c.byFD[event.Fd], buffer)
		}
		c.mu.Unlock()
		if n > 0 && n < len(ready) {
			// Otherwise every frame would wake this goroutine, and on the same machine that slows down the server.
			rest(pause)
		}
	}
}

func (c *clientPool) take(w *watcher, buffer []byte) {
	n, err := syscall.Read(w.fd, buffer)
	if err == syscall.EAGAIN || err == syscall.EINTR {
		return
	}
	if err != nil || n <= 0 {
		c.lost.Add(1)
		_ = syscall.EpollCtl(c.poll, syscall.EPOLL_CTL_DEL, w.fd, nil)
		return
	}
	now := time.Now().UnixNano()
	text := buffer[:n]
	if len(w.rest) > 0 {
		w.rest = append(w.rest, text...)
		text = w.rest
	}
	for {
		payload, size := frameIn(text)
		if size == 0 {
			break
		}
		c.receive(w, payload, now)
		text = text[size:]
	}
	w.rest = append(w.rest[:0], text...)
}

// frameIn returns the payload of the first frame and the frame's total size. The size is 0 if the frame is incomplete.
func frameIn(text []byte) (payload []byte, size int) {
	if len(text) < 2 {
		return nil, 0
	}
	length, head := int(text[1]&0x7f), 2
	switch {
	case length == 126 && len(text) >= 4:
		length, head = int(binary.BigEndian.Uint16(text[2:])), 4
	case length == 127 && len(text) >= 10:
		length, head = int(binary.BigEndian.Uint64(text[2:])), 10
	case length >= 126:
		return nil, 0
	}
	if len(text) < head+length {
		return nil, 0
	}
	return text[head : head+length], head + length
}

func (c *clientPool) receive(w *watcher, payload []byte, now int64) {
	if bytes.HasPrefix(payload, []byte(`{"type":"ping"`)) {
		w.write([]byte(`{"type":"pong"}`))
		return
	}
	_, after, found := bytes.Cut(payload, c.mark)
	number := int64(0)
	for i := 0; found && i < len(after) && after[i] >= '0' && after[i] <= '9'; i++ {
		number = number*10 + int64(after[i]-'0')
	}
	if !found || c.rising && number < w.newest {
		c.broken.Add(1)
		return
	}
	w.newest = number
	if number == 0 {
		return // the state when the subscription began
	}
	w.events++
	w.sum += number
	c.arrived.Add(1)
	c.last.Store(now)
	if sent := c.sent.at[number&(1<<16-1)].Load(); sent > 0 {
		c.delays.add(time.Duration(now - sent))
	}
}

// histogram counts delays in steps of a tenth of a millisecond.
type histogram struct {
	places [200_001]int32
	total  int64
}

func (h *histogram) add(delay time.Duration) {
	h.places[min(max(delay/(100*time.Microsecond), 0), 200_000)]++
	h.total++
}

func (h *histogram) quantile(percent int64) time.Duration {
	passed := int64(0)
	for place, count := range h.places {
		if passed += int64(count); passed*100 >= h.total*percent && passed > 0 {
			return time.Duration(place) * 100 * time.Microsecond
		}
	}
	return 0
}

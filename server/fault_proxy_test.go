//go:build fault || load

package main

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// proxy sits between a client and its server, and breaks traffic on demand.
type proxy struct {
	listener net.Listener
	ended    sync.WaitGroup

	mu      sync.Mutex // protects the fields below
	target  string
	pairs   map[*pair]struct{}
	held    chan struct{} // if not nil, nothing passes until it is closed
	refuses bool
	spy     func(of *pair, toServer bool, bytes []byte) verdict
}

// verdict is what happens to bytes that pass.
type verdict int

const (
	pass       verdict = iota
	cutBefore          // the connection breaks before they arrive
	cutAfter           // they arrive, then the connection breaks and no response comes back
	proxyChunk = 32 << 10
)

// pair is one connection through the proxy.
type pair struct{ client, server net.Conn }

func newProxy(t testing.TB, target string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{listener: listener, target: target, pairs: map[*pair]struct{}{}}
	p.ended.Go(p.serve)
	t.Cleanup(p.close)
	return p
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

// aim sends later connections to another server.
func (p *proxy) aim(target string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = target
}

// cut resets the current connections.
func (p *proxy) cut() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	for each := range p.pairs {
		each.reset()
	}
	return len(p.pairs)
}

// refuse resets every current and new connection until told otherwise.
func (p *proxy) refuse(refuses bool) {
	p.mu.Lock()
	p.refuses = refuses
	p.mu.Unlock()
	if refuses {
		p.cut()
	}
}

// hold lets nothing through and closes nothing, like a network that drops all packets.
func (p *proxy) hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == nil {
		p.held = make(chan struct{})
	}
}

// resume ends hold. Held data arrives.
func (p *proxy) resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held != nil {
		close(p.held)
		p.held = nil
	}
}

// watchBytes lets spy decide on everything that passes; nil lets everything through.
func (p *proxy) watchBytes(spy func(of *pair, toServer bool, bytes []byte) verdict) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spy = spy
}

func (p *proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.ended.Go(func() { p.connect(client) })
	}
}

func (p *proxy) connect(client net.Conn) {
	p.mu.Lock()
	target, refuses := p.target, p.refuses
	p.mu.Unlock()
	if refuses {
		(&pair{client, client}).reset()
		return
	}
	p.whileHeld()
	network := "tcp"
	if strings.HasPrefix(target, "/") {
		network = "unix"
	}
	server, err := net.Dial(network, target)
	if err != nil {
		(&pair{client, client}).reset()
		return
	}
	each := &pair{client, server}
	p.mu.Lock()
	p.pairs[each] = struct{}{}
	if p.refuses { // refuse was called just now
		each.reset()
	}
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { p.copy(each, client, server, true) })
	both.Go(func() { p.copy(each, server, client, false) })
	both.Wait()
	each.close()
	p.mu.Lock()
	delete(p.pairs, each)
	p.mu.Unlock()
}

// copy ends both directions when one ends. Nothing tested here uses a half-closed connection.
func (p *proxy) copy(each *pair, from, to net.Conn, toServer bool) {
	defer each.close()
	buffer := make([]byte, proxyChunk)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			p.whileHeld()
			switch p.judge(each, toServer, buffer[:n]) {
			case cutBefore:
				each.reset()
				return
			case cutAfter:
				each.drop(to, buffer[:n])
				return
			case pass:
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *proxy) judge(of *pair, toServer bool, bytes []byte) verdict {
	p.mu.Lock()
	spy := p.spy
	p.mu.Unlock()
	if spy == nil {
		return pass
	}
	return spy(of, toServer, bytes)
}

func (p *proxy) whileHeld() {
	p.mu.Lock()
	held := p.held
	p.mu.Unlock()
	if held != nil {
		<-held
	}
}

func (p *proxy) close() {
	_ = p.listener.Close()
	p.resume()
	p.refuse(true)
	p.ended.Wait()
}

func (e *pair) close() {
	_ = e.client.Close()
	_ = e.server.Close()
}

// reset closes the connection with a TCP reset.
func (e *pair) reset() {
	for _, conn := range []net.Conn{e.client, e.server} {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
	}
	e.close()
}

// drop resets the other side, then sends the last bytes to the kept side. A response to them goes nowhere.
func (e *pair) drop(kept net.Conn, last []byte) {
	other := e.client
	if kept == e.client {
		other = e.server
	}
	if tcp, ok := other.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = other.Close()
	_, _ = kept.Write(last)
	if tcp, ok := kept.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
	_, _ = io.Copy(io.Discard, kept)
}

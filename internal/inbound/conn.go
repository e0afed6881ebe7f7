package inbound

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Conn is a connection that a Guard counts.
type Conn struct {
	net.Conn

	guard *Guard
	peer  netip.Addr
	group netip.Addr // what Group makes of peer
	close sync.Once

	// Protected by guard.mu.
	known   bool          // its caller has signed in, or it is a trusted proxy's
	waiting *list.Element // its place among the silent; nil: it has sent a whole request, or is known

	mu     sync.Mutex // protects what follows, and keeps deadlines in the order of the phases
	phase  phase
	client netip.Addr // who sent the last request
}

// phase is what a connection is doing, as far as a shutdown cares.
type phase int

const (
	receiving phase = iota // a request has not arrived, or not as a whole
	working                // its handler runs
	answering              // its answer is being written
	lasting                // an event stream or a hijacked connection, with deadlines of its own
)

type connKey struct{}

// ConnContext lets a connection's requests find it. It is for http.Server.ConnContext.
func ConnContext(ctx context.Context, connection net.Conn) context.Context {
	if c, ok := connection.(*Conn); ok {
		return context.WithValue(ctx, connKey{}, c)
	}
	return ctx
}

func connOf(ctx context.Context) *Conn {
	c, _ := ctx.Value(connKey{}).(*Conn)
	return c
}

func (c *Conn) asks(client netip.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.client = client
}

// ClientOf returns the address of the client that sent the request, or opened the socket, that ctx belongs to; the zero Addr if
// ctx belongs to none.
func ClientOf(ctx context.Context) netip.Addr {
	c := connOf(ctx)
	if c == nil {
		return netip.Addr{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.client
}

// SignedIn notes that the caller on the connection that ctx belongs to is known: the connection no longer counts against its
// address, and is not closed to make room.
func SignedIn(ctx context.Context) {
	c := connOf(ctx)
	if c == nil {
		return
	}
	g := c.guard
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, open := g.open[c]; open && !c.known {
		c.known = true
		g.leaveAddress(c)
	}
}

// leaveAddress is called with mu held, once for each connection of a stranger.
func (g *Guard) leaveAddress(c *Conn) {
	if g.addresses[c.group]--; g.addresses[c.group] <= 0 {
		delete(g.addresses, c.group)
	}
	g.heard(c)
}

// heard takes a connection out of the silent ones. It is called with mu held.
func (g *Guard) heard(c *Conn) {
	if c.waiting != nil {
		g.silent.Remove(c.waiting)
		c.waiting = nil
	}
}

// NetConn returns the connection below, as that of tls.Conn does.
func (c *Conn) NetConn() net.Conn { return c.Conn }

// CloseWrite tells the client that nothing more comes; net/http does so before it closes a connection whose request was not read.
func (c *Conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Close closes the connection and counts it no longer.
func (c *Conn) Close() error {
	c.close.Do(func() {
		g := c.guard
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.open, c)
		if !c.known {
			g.leaveAddress(c)
		}
	})
	return c.Conn.Close()
}

// SetReadDeadline is that of the connection, or earlier during a shutdown.
func (c *Conn) SetReadDeadline(deadline time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase == receiving && c.guard.stopping.Load() && !deadline.IsZero() {
		if leave := time.Now().Add(c.guard.options.Deadlines.Leave); leave.Before(deadline) {
			deadline = leave
		}
	}
	return c.Conn.SetReadDeadline(deadline)
}

// hurry gives a request that has not arrived, or an answer that is not read, little more time.
func (c *Conn) hurry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	deadline := time.Now().Add(c.guard.options.Deadlines.Leave)
	switch c.phase {
	case receiving:
		_ = c.Conn.SetReadDeadline(deadline)
	case answering:
		_ = c.Conn.SetWriteDeadline(deadline)
	case working, lasting:
	}
}

// linger bounds how long net/http goes on to read a body after the answer.
func (c *Conn) linger() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase == answering {
		_ = c.Conn.SetReadDeadline(time.Now().Add(linger))
	}
}

// enter begins a phase, with what its deadlines are to be.
func (c *Conn) enter(phase phase, deadlines func()) {
	c.mu.Lock()
	c.phase = phase
	if deadlines != nil {
		deadlines()
	}
	c.mu.Unlock()
	c.guard.silence(c, phase == receiving)
}

// silence keeps a stranger's connection among the silent ones while it has sent no whole request.
func (g *Guard) silence(c *Conn, silent bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, open := g.open[c]
	switch {
	case !open || c.known:
	case !silent:
		g.heard(c)
	case c.waiting == nil:
		c.waiting = g.silent.PushBack(c)
	}
}

// connState follows what net/http says of a connection.
func (g *Guard) connState(connection net.Conn, state http.ConnState) {
	c, ok := connection.(*Conn)
	if !ok {
		return
	}
	switch state {
	case http.StateIdle:
		c.enter(receiving, nil)
	case http.StateHijacked:
		c.enter(lasting, nil)
	case http.StateNew, http.StateActive, http.StateClosed:
	}
}

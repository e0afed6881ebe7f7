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

// Conn is a connection counted by a Guard.
type Conn struct {
	net.Conn

	guard *Guard
	peer  netip.Addr
	group netip.Addr // Group(peer)
	close sync.Once

	// Protected by guard.mu.
	known   bool          // its caller has signed in, or its peer is a trusted proxy
	waiting *list.Element // its element in guard.silent; nil if it has sent a whole request or is known

	mu     sync.Mutex // protects the fields below, and keeps deadlines in the order of the phases
	phase  phase
	client netip.Addr // sender of the last request
}

// phase is what a connection is doing, as far as it matters to a shutdown.
type phase int

const (
	receiving phase = iota // no request, or only a part of one, has arrived
	working                // its handler is running
	answering              // its response is being written
	lasting                // an event stream or a hijacked connection, which sets its own deadlines
)

type connKey struct{}

// ConnContext adds the connection to the context of its requests. Use it as http.Server.ConnContext.
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

// ClientOf returns the address of the client whose request or socket ctx belongs to. It returns the zero Addr if ctx
// belongs to neither.
func ClientOf(ctx context.Context) netip.Addr {
	c := connOf(ctx)
	if c == nil {
		return netip.Addr{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.client
}

// SignedIn marks the connection of ctx as known: it no longer counts against its address, and is not closed to make
// room.
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

// leaveAddress stops counting c against its address. The caller must hold mu and call it once per unknown connection.
func (g *Guard) leaveAddress(c *Conn) {
	if g.addresses[c.group]--; g.addresses[c.group] <= 0 {
		delete(g.addresses, c.group)
	}
	g.heard(c)
}

// heard removes a connection from the silent ones. The caller must hold mu.
func (g *Guard) heard(c *Conn) {
	if c.waiting != nil {
		g.silent.Remove(c.waiting)
		c.waiting = nil
	}
}

// NetConn returns the underlying connection, like tls.Conn.NetConn.
func (c *Conn) NetConn() net.Conn { return c.Conn }

// CloseWrite tells the client that the response is complete. net/http calls it before it closes a connection with an
// unread request.
func (c *Conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Close closes the connection and stops counting it.
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

// SetReadDeadline sets the read deadline, or an earlier one during a shutdown.
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

// hurry shortens the deadline of a request that has not arrived, or of a response that the client has not read.
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

// linger limits how long net/http reads the rest of a body after the response.
func (c *Conn) linger() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase == answering {
		_ = c.Conn.SetReadDeadline(time.Now().Add(linger))
	}
}

// enter starts a phase and calls deadlines, if not nil, to set its deadlines.
func (c *Conn) enter(phase phase, deadlines func()) {
	c.mu.Lock()
	c.phase = phase
	if deadlines != nil {
		deadlines()
	}
	c.mu.Unlock()
	c.guard.silence(c, phase == receiving)
}

// silence lists an unknown connection as silent until it has sent a whole request.
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

// connState updates the phase when net/http reports a new connection state.
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

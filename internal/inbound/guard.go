// Package inbound limits the connections that clients open: their number in total and per address, and how long a
// request may take to arrive and a response to be read. It also sets deadlines for both during a shutdown. It depends
// only on HTTP, not on the rest of Orgmap.
package inbound

import (
	"container/list"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Deadlines limit an exchange: one request and its response.
type Deadlines struct {
	Header   time.Duration // from the connection, or the first bytes of a later request, to the end of the header
	Body     time.Duration // from the end of the header to the end of the body; slowly arriving bytes do not extend it
	Work     time.Duration // from the end of the header to the start of the response, for responses by net/http itself
	Response time.Duration // from the first byte of the response until the client has read all of it
	Idle     time.Duration // between two requests on a connection
	Leave    time.Duration // during a shutdown, for requests that have not arrived and responses that are not read
	// LastResponse replaces Response for responses that start during a shutdown.
	LastResponse time.Duration
}

// DefaultDeadlines returns deadlines for the slowest supported client, at 300 kbit/s: the largest request and the
// largest file, 1.1 MB each, arrive within Body and Response.
func DefaultDeadlines() Deadlines {
	return Deadlines{
		Header: 5 * time.Second, Body: 30 * time.Second, Work: 15 * time.Second, Response: 30 * time.Second,
		Idle: 2 * time.Minute, Leave: 500 * time.Millisecond, LastResponse: 5 * time.Second,
	}
}

// Options configure a Guard.
type Options struct {
	Deadlines  Deadlines
	Total      int            // maximum connections in total; 0: no limit
	PerAddress int            // maximum connections per address of callers that have not signed in; 0: no limit
	Trusted    []netip.Prefix // proxies without a limit per address, whose X-Forwarded-For is trusted
	Logger     *slog.Logger   // nil means slog.Default
}

// Guard limits the connections of one HTTP server.
type Guard struct {
	options  Options
	stopping atomic.Bool

	mu        sync.Mutex // protects the fields below
	open      map[*Conn]struct{}
	addresses map[netip.Addr]int // connections that have not signed in, by Group of their address
	silent    list.List          // *Conn of unknown callers that have not sent a whole request, oldest first
	refused   Refused
	logged    time.Time
}

// Refused counts connections closed because there were too many.
type Refused struct {
	Address uint64 // of one address
	Total   uint64 // in total
}

// New returns a guard.
func New(options Options) *Guard {
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	return &Guard{options: options, open: map[*Conn]struct{}{}, addresses: map[netip.Addr]int{}}
}

// Server returns an HTTP server with the guard's deadlines. Its handler must call Begin for each request.
func (g *Guard) Server(handler http.Handler) *http.Server {
	d := g.options.Deadlines
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: d.Header,
		ReadTimeout:       d.Body,
		// Answer.begin sets the real deadline. This one is for responses that net/http sends without calling the
		// handler.
		WriteTimeout: d.Body + d.Work + d.Response,
		IdleTimeout:  d.Idle,
		ConnState:    g.connState,
	}
}

// Open returns the numbers of open and of refused connections.
func (g *Guard) Open() (open int, refused Refused) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.open), g.refused
}

// Stop begins a shutdown: requests that have not arrived and responses that are not read get Deadlines.Leave from now
// on.
func (g *Guard) Stop() {
	g.stopping.Store(true)
	g.mu.Lock()
	open := make([]*Conn, 0, len(g.open))
	for c := range g.open {
		open = append(open, c)
	}
	g.mu.Unlock()
	for _, c := range open {
		c.hurry()
	}
}

// Listen returns a listener whose connections the guard limits.
func (g *Guard) Listen(listener net.Listener) net.Listener { return guarded{listener, g} }

type guarded struct {
	net.Listener

	guard *Guard
}

// Accept returns the next connection that is not refused.
func (l guarded) Accept() (net.Conn, error) {
	for {
		accepted, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if c := l.guard.admit(accepted); c != nil {
			return c, nil
		}
		_ = accepted.Close()
	}
}

// admit counts a connection. It returns nil if there are too many.
func (g *Guard) admit(accepted net.Conn) *Conn {
	address := peer(accepted.RemoteAddr().String())
	c := &Conn{Conn: accepted, guard: g, peer: address, group: Group(address), known: trusts(g.options.Trusted, address)}
	g.mu.Lock()
	oldest, refused := g.evictable(c)
	if !refused {
		g.open[c] = struct{}{}
		if !c.known {
			g.addresses[c.group]++
			c.waiting = g.silent.PushBack(c)
		}
	}
	g.mu.Unlock()
	if oldest != nil {
		_ = oldest.Close()
	}
	if refused {
		return nil
	}
	return c
}

// evictable decides what to close if there are too many connections: the new one, or the unknown one that has been
// silent longest. The caller must hold mu.
func (g *Guard) evictable(c *Conn) (oldest *Conn, refused bool) {
	switch {
	case !c.known && g.options.PerAddress > 0 && g.addresses[c.group] >= g.options.PerAddress:
		g.refused.Address++
		g.report("one address", c.group)
		return nil, true
	case g.options.Total == 0 || len(g.open) < g.options.Total:
		return nil, false
	}
	g.refused.Total++
	g.report("all addresses", c.group)
	if front := g.silent.Front(); front != nil {
		return front.Value.(*Conn), false //nolint:forcetypeassert // the list holds only *Conn
	}
	return nil, true
}

// reportInterval is the minimum time between log lines about refused connections, so that a flood does not fill the
// log.
const reportInterval = 10 * time.Second

// report logs refused connections. The caller must hold mu.
func (g *Guard) report(of string, group netip.Addr) {
	if now := time.Now(); now.Sub(g.logged) >= reportInterval {
		g.logged = now
		g.options.Logger.Warn("too many connections", "of", of, "address", group.String(), "open", len(g.open),
			"refused_address", g.refused.Address, "refused_total", g.refused.Total)
	}
}

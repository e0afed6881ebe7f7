// Package inbound bounds the connections that clients open: how many there are in all and by address, how long a request
// may take to arrive and an answer to be read, and how a shutdown treats both. It knows HTTP and nothing of Orgmap.
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

// Deadlines bound an exchange: one request and its answer.
type Deadlines struct {
	Header time.Duration // from the connection, or the first bytes of a further request, to the end of the header
	Body   time.Duration // from there to the end of the body, however it arrives; bytes that drip do not extend it
	Work   time.Duration // from the end of the header until the answer begins, for answers that net/http writes itself
	Answer time.Duration // from the first byte of the answer until the client has taken all of it
	Idle   time.Duration // between two requests on a connection
	Leave  time.Duration // during a shutdown, for a request that has not arrived and an answer that is not read
	// LastAnswer is Answer for answers that begin during a shutdown.
	LastAnswer time.Duration
}

// DefaultDeadlines suit the slowest client that is worth serving: the largest request and the largest file, 1.1 MB each,
// arrive within Body and Answer at 300 kbit/s.
func DefaultDeadlines() Deadlines {
	return Deadlines{
		Header: 5 * time.Second, Body: 30 * time.Second, Work: 15 * time.Second, Answer: 30 * time.Second,
		Idle: 2 * time.Minute, Leave: 500 * time.Millisecond, LastAnswer: 5 * time.Second,
	}
}

// Options configure a Guard.
type Options struct {
	Deadlines  Deadlines
	Total      int            // connections in all; 0: any number
	PerAddress int            // connections by address of callers that have not signed in; 0: any number
	Trusted    []netip.Prefix // proxies: they are not bounded by address, and their X-Forwarded-For is believed
	Logger     *slog.Logger   // nil: slog.Default
}

// Guard bounds the connections of one HTTP server.
type Guard struct {
	options  Options
	stopping atomic.Bool

	mu        sync.Mutex // protects what follows
	open      map[*Conn]struct{}
	addresses map[netip.Addr]int // connections that have not signed in, by what Group makes of their address
	silent    list.List          // *Conn of strangers that have not sent a whole request, the oldest first
	refused   Refused
	logged    time.Time
}

// Refused counts connections that were closed because there were too many.
type Refused struct {
	Address uint64 // of one address
	Total   uint64 // in all
}

// New returns a guard.
func New(options Options) *Guard {
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	return &Guard{options: options, open: map[*Conn]struct{}{}, addresses: map[netip.Addr]int{}}
}

// Server returns an HTTP server whose exchanges have the guard's deadlines. Its handler must call Begin for each request.
func (g *Guard) Server(handler http.Handler) *http.Server {
	d := g.options.Deadlines
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: d.Header,
		ReadTimeout:       d.Body,
		// Answer.begin sets the deadline that counts; this one is for what net/http answers without asking a handler.
		WriteTimeout: d.Body + d.Work + d.Answer,
		IdleTimeout:  d.Idle,
		ConnState:    g.connState,
	}
}

// Open returns how many connections are open, and how many were refused.
func (g *Guard) Open() (open int, refused Refused) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.open), g.refused
}

// Stop begins a shutdown: requests that have not arrived and answers that are not read get Deadlines.Leave from now on.
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

// Listen returns a listener whose connections the guard bounds.
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

// admit counts a connection; nil if there are too many.
func (g *Guard) admit(accepted net.Conn) *Conn {
	address := peer(accepted.RemoteAddr().String())
	c := &Conn{Conn: accepted, guard: g, peer: address, group: Group(address), known: trusts(g.options.Trusted, address)}
	g.mu.Lock()
	oldest, refused := g.crowdedOut(c)
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

// crowdedOut decides what to close when there are too many connections: the new one, or the unknown one that has been silent the
// longest. The caller holds mu.
func (g *Guard) crowdedOut(c *Conn) (oldest *Conn, refused bool) {
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
		return front.Value.(*Conn), false //nolint:forcetypeassert // nothing else is put in
	}
	return nil, true
}

// reportInterval is how often refused connections are logged at most: the line must not become the damage.
const reportInterval = 10 * time.Second

// report is called with mu held.
func (g *Guard) report(of string, group netip.Addr) {
	if now := time.Now(); now.Sub(g.logged) >= reportInterval {
		g.logged = now
		g.options.Logger.Warn("too many connections", "of", of, "address", group.String(), "open", len(g.open),
			"refused_address", g.refused.Address, "refused_total", g.refused.Total)
	}
}

package transport

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
)

// Subprotocol is the only websocket subprotocol spoken.
const Subprotocol = "graphql-transport-ws"

const (
	defaultInitTimeout   = 10 * time.Second // from the upgrade to the acknowledgement
	defaultPingInterval  = 20 * time.Second // below the 30 to 60 s after which proxies drop silent sockets
	defaultMaxMessage    = 64 << 10         // bytes; OWASP's bound for a websocket message
	defaultMaxOperations = 50               // open at once; a full screen of our pages needs three
	missedPongs          = 2                // pings without any sign of life before a socket is given up
)

// Websocket speaks graphql-transport-ws. The zero value is ready to use, for pages of the server's own origin.
type Websocket struct {
	// Init decides on a socket from the payload of its connection_init. The context it returns, derived from the one it is
	// given, is that of every operation on the socket; the payload it returns goes with the acknowledgement. An error
	// closes the socket with 4403 Forbidden, or as the *CloseError in it says. nil: everyone is let in.
	Init func(ctx context.Context, payload map[string]any) (context.Context, map[string]any, error)
	// Renew is given the payload of each ping after the acknowledgement that has one, with the socket's own context and that of
	// its session. The context it returns, derived from the first, is that of the operations to come and of CheckAlive; nil:
	// the session goes on as it is. An error closes the socket as one of Init does. The pong of a ping that renews has no payload. nil:
	// pings only ask for pongs.
	Renew func(ctx, session context.Context, payload map[string]any) (context.Context, error)
	// Renews reports whether a ping's payload asks Renew for something. A socket renews once a second at most, else it is closed
	// with 4429. nil: every payload does.
	Renews func(payload map[string]any) bool
	// AllowOrigin decides, before the upgrade, on a request that has an Origin header. nil: only the request's own host.
	AllowOrigin func(r *http.Request) bool
	// CheckAlive is asked regularly, with Init's context, whether the session still holds. An error closes the socket with
	// 4403, or as the *CloseError in it says. nil: always.
	CheckAlive func(ctx context.Context) error
	// Closed is told why each accepted socket ended, for logs and metrics. nil: nobody.
	Closed  func(ctx context.Context, why error)
	Streams *Registry // where open sockets are kept to be drained; nil: nowhere

	InitTimeout   time.Duration // 0: 10 s
	PingInterval  time.Duration // 0: 20 s
	CheckInterval time.Duration // 0: 3 s
	WriteTimeout  time.Duration // for one message to be taken by the client; 0: 5 s
	MaxMessage    int64         // bytes of a message from the client; 0: 64 KiB
	MaxOperations int           // open at once on one socket; 0: 50
}

// CloseError says with which websocket close code and reason a socket is to be closed.
type CloseError struct {
	Code   int
	Reason string // what is over 123 bytes is cut
}

func (e *CloseError) Error() string { return e.Reason }

// The ways a socket is closed, as the protocol names them; 4499 is what its reference implementation uses for a silent peer.
var (
	errBadMessage   = &CloseError{4400, "Invalid message received"}
	errUnauthorized = &CloseError{4401, "Unauthorized"}
	errForbidden    = &CloseError{4403, "Forbidden"}
	errSubprotocol  = &CloseError{4406, "Subprotocol not acceptable"}
	errInitTimeout  = &CloseError{4408, "Connection initialisation timeout"}
	errDuplicate    = &CloseError{4409, "Subscriber already exists"}
	errSecondInit   = &CloseError{4429, "Too many initialisation requests"}
	errTooFast      = &CloseError{4429, "Too many messages"}
	errSilent       = &CloseError{4499, "Terminated"}
	errTooBig       = &CloseError{int(websocket.StatusMessageTooBig), "Message too big"}
	errInternal     = &CloseError{int(websocket.StatusInternalError), "Internal error"}
	errRestart      = &CloseError{int(websocket.StatusServiceRestart), "Service restart"}
)

// Why a socket ended without a close code of ours.
var (
	errGone    = errors.New("the client has gone")
	errStalled = errors.New("the client does not read")
)

// Reason names in one word why a socket ended, from the error that Closed is told: gone, stalled, restart, silent, forbidden,
// or refused for all that a client did wrong.
func Reason(why error) string {
	switch {
	case errors.Is(why, errGone):
		return "gone"
	case errors.Is(why, errStalled):
		return "stalled"
	}
	switch closing(why, errRestart).Code {
	case errRestart.Code:
		return "restart"
	case errSilent.Code:
		return "silent"
	case errForbidden.Code:
		return "forbidden"
	default:
		return "refused"
	}
}

// Supports reports true for websocket upgrades.
func (t Websocket) Supports(r *http.Request) bool { return IsUpgrade(r) }

// Do begins to serve one socket. It goes on when the request has ended, until the client, the session, Streams or a
// Lasting context ends it; it leaves Streams when everything it started has ended.
func (t Websocket) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	t = t.withDefaults()
	patterns, allowed := t.origin(r)
	if !allowed {
		http.Error(w, "The origin is not allowed.", http.StatusForbidden)
		return
	}
	s := newSocket(&t, r, exec)
	remove, open := t.Streams.add(s.leave)
	if !open {
		w.Header().Set("Retry-After", "1")
		http.Error(w, refusedDraining.message, http.StatusServiceUnavailable)
		return
	}
	hijacker := &hijacker{ResponseWriter: w, pacer: s.pacer}
	conn, err := websocket.Accept(hijacker, r, &websocket.AcceptOptions{Subprotocols: []string{Subprotocol}, OriginPatterns: patterns})
	if err != nil {
		s.end(err) // answered already
		remove()
		return
	}
	conn.SetReadLimit(t.MaxMessage)
	// On a goroutine of its own: that of the request keeps the HTTP server's buffers and a deep stack, for hours.
	taken, network := hijacker.taken, hijacker.conn // and not the hijacker, which knows the request's writer with its buffers
	go func() {
		defer remove()
		// It is closed already; what the server's listener put around it counts connections, and must learn that it is gone.
		defer func() { _ = taken.Close() }()
		defer s.survive()
		s.serve(conn, network)
		if t.Closed != nil {
			t.Closed(s.ctx, context.Cause(s.ctx))
		}
	}()
}

func (t Websocket) withDefaults() Websocket {
	t.InitTimeout = orDefault(t.InitTimeout, defaultInitTimeout)
	t.PingInterval = orDefault(t.PingInterval, defaultPingInterval)
	t.CheckInterval = orDefault(t.CheckInterval, defaultCheckInterval)
	t.WriteTimeout = orDefault(t.WriteTimeout, defaultWriteTimeout)
	t.MaxMessage = orDefault(t.MaxMessage, defaultMaxMessage)
	t.MaxOperations = orDefault(t.MaxOperations, defaultMaxOperations)
	return t
}

// origin decides on the request's origin, and returns the pattern by which the websocket library, which looks for itself
// once more, lets exactly this one pass.
func (t Websocket) origin(r *http.Request) (patterns []string, allowed bool) {
	header := r.Header.Get("Origin")
	if header == "" {
		return nil, true // not a browser
	}
	origin, err := url.Parse(header)
	if err != nil || origin.Host == "" {
		return nil, false // among them "null", the origin of sandboxed pages and files
	}
	if t.AllowOrigin == nil {
		return nil, strings.EqualFold(origin.Host, r.Host)
	}
	literal := strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(origin.Host)
	return []string{literal}, t.AllowOrigin(r)
}

// hijacker remembers the connection that is taken over, which the websocket library does not give out, and gives the library
// smaller buffers than the HTTP server's: they stay for as long as the socket does.
type hijacker struct {
	http.ResponseWriter
	pacer *pacer
	conn  net.Conn
	taken net.Conn // conn, with what the server's listener put around it
}

func (h *hijacker) Hijack() (conn net.Conn, buffered *bufio.ReadWriter, err error) {
	conn, buffered, err = http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.taken, conn = conn, plainly(conn)
	h.conn = conn
	from := io.Reader(conn)
	early, _ := buffered.Peek(buffered.Reader.Buffered()) // what the client sent before it was answered
	if len(early) > 0 {
		from = io.MultiReader(bytes.NewReader(early), conn)
	}
	reader := bufio.NewReaderSize(from, max(readBuffer, len(early)))
	_, _ = reader.Peek(len(early))
	return h.pacer.around(conn, early), bufio.NewReadWriter(reader, bufio.NewWriterSize(conn, controlBuffer)), nil
}

const (
	readBuffer    = 128 // bytes; what clients send when nothing happens is shorter, and what is longer is read past the buffer
	controlBuffer = 128 // bytes; more than any control frame, and nothing else goes through it
)

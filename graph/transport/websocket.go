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

// Subprotocol is the only websocket subprotocol that the server supports.
const Subprotocol = "graphql-transport-ws"

const (
	defaultInitTimeout   = 10 * time.Second // from the upgrade to the acknowledgement
	defaultPingInterval  = 20 * time.Second // below the 30 to 60 s after which proxies drop idle sockets
	defaultMaxMessage    = 64 << 10         // bytes; OWASP's limit for a websocket message
	defaultMaxOperations = 50               // open at once; a full screen of our pages needs three
	missedPongs          = 2                // pings without any message from the client before the socket is closed
)

// Websocket speaks graphql-transport-ws. The zero value is ready to use, for pages of the server's own origin.
type Websocket struct {
	// Init accepts or refuses a socket. payload is that of the client's connection_init. Every operation on the socket
	// runs with the returned context, which must be derived from ctx. The returned payload is sent with the
	// acknowledgement. An error closes the socket with 4403 Forbidden, or as the *CloseError in it says. nil: all
	// sockets are accepted.
	Init func(ctx context.Context, payload map[string]any) (context.Context, map[string]any, error)
	// Renew is called with the payload of each ping after the acknowledgement that has one, with the socket's own
	// context and that of its session. The context it returns, derived from the first, is used for later operations and
	// CheckAlive; nil keeps the session. An error closes the socket like one from Init. The pong of a ping that renews
	// has no payload. nil: pings only get pongs.
	Renew func(ctx, session context.Context, payload map[string]any) (context.Context, error)
	// Renews reports whether a ping's payload needs Renew. A socket that renews more than once a second is closed with
	// 4429. nil: every payload does.
	Renews func(payload map[string]any) bool
	// AllowOrigin decides, before the upgrade, on a request with an Origin header. nil: only the request's own host is
	// allowed.
	AllowOrigin func(r *http.Request) bool
	// CheckAlive checks regularly, with Init's context, whether the session is still valid. An error closes the socket
	// with 4403, or as the *CloseError in it says. nil: sessions stay valid.
	CheckAlive func(ctx context.Context) error
	// Closed is called with the reason why an accepted socket ended, for logs and metrics. nil: not called.
	Closed  func(ctx context.Context, why error)
	Streams *Registry // of open sockets, so that they can be drained; nil: none

	InitTimeout   time.Duration // 0: 10 s
	PingInterval  time.Duration // 0: 20 s
	CheckInterval time.Duration // 0: 3 s
	WriteTimeout  time.Duration // to send one message; 0: 5 s
	MaxMessage    int64         // bytes of a message from the client; 0: 64 KiB
	MaxOperations int           // open at once on one socket; 0: 50
}

// CloseError is the close code and reason with which to close a websocket.
type CloseError struct {
	Code   int
	Reason string // cut to 123 bytes
}

func (e *CloseError) Error() string { return e.Reason }

// Close codes of the protocol; its reference implementation uses 4499 for a silent peer.
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

// Reasons why a socket ended without a close code of ours.
var (
	errGone    = errors.New("the client has gone")
	errStalled = errors.New("the client does not read")
)

// Reason returns one word for why a socket ended, given the error passed to Closed: gone, stalled, restart, silent,
// forbidden, or refused for anything else that the client did wrong.
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

// Supports reports whether r is a websocket upgrade.
func (t Websocket) Supports(r *http.Request) bool { return IsUpgrade(r) }

// Do starts to serve one socket. The socket outlives the request, until the client, the session, Streams or a context
// of BindSockets ends it. It leaves Streams after everything it started has ended.
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
		s.end(err) // the library has already responded
		remove()
		return
	}
	conn.SetReadLimit(t.MaxMessage)
	// A new goroutine serves it: the request's goroutine would keep the HTTP server's buffers and a deep stack for
	// hours.
	taken, network := hijacker.taken, hijacker.conn // so that the goroutine does not keep the hijacker
	go func() {
		defer remove()
		// The connection is already closed, but the listener's wrapper counts connections and must see the close.
		defer func() { _ = taken.Close() }()
		defer s.recoverPanic()
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

// origin reports whether the request's origin is allowed. It returns a pattern that allows exactly this origin, because
// the websocket library checks it again.
func (t Websocket) origin(r *http.Request) (patterns []string, allowed bool) {
	header := r.Header.Get("Origin")
	if header == "" {
		return nil, true // not a browser
	}
	origin, err := url.Parse(header)
	if err != nil || origin.Host == "" {
		return nil, false // such as "null", the origin of sandboxed pages and files
	}
	if t.AllowOrigin == nil {
		return nil, strings.EqualFold(origin.Host, r.Host)
	}
	literal := strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(origin.Host)
	return []string{literal}, t.AllowOrigin(r)
}

// hijacker remembers the connection that is taken over, which the websocket library does not expose, and gives the
// library smaller buffers than the HTTP server's, because they live as long as the socket.
type hijacker struct {
	http.ResponseWriter
	pacer *pacer
	conn  net.Conn
	taken net.Conn // conn as wrapped by the server's listener
}

func (h *hijacker) Hijack() (conn net.Conn, buffered *bufio.ReadWriter, err error) {
	conn, buffered, err = http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.taken, conn = conn, plainly(conn)
	h.conn = conn
	from := io.Reader(conn)
	early, _ := buffered.Peek(buffered.Reader.Buffered()) // sent by the client before the response
	if len(early) > 0 {
		from = io.MultiReader(bytes.NewReader(early), conn)
	}
	reader := bufio.NewReaderSize(from, max(readBuffer, len(early)))
	_, _ = reader.Peek(len(early))
	return h.pacer.around(conn, early), bufio.NewReadWriter(reader, bufio.NewWriterSize(conn, controlBuffer)), nil
}

const (
	readBuffer    = 128 // bytes; frames of an idle client are shorter, and longer ones bypass the buffer
	controlBuffer = 128 // bytes; larger than any control frame, and only those go through it
)

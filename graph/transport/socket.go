package transport

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
)

// maxReason is the maximum reason in a close frame, in bytes.
const maxReason = 123

// socket is one websocket. One goroutine reads, one runs each operation that is not parked, and a timer checks the
// session. Any of them can end the socket by passing the reason to end; everything else follows from ctx.
type socket struct {
	options *Websocket
	exec    graphql.GraphExecutor
	conn    *websocket.Conn // nil: not accepted yet
	network net.Conn
	pacer   *pacer
	raw     syscall.RawConn // of network; nil: non-blocking writes are not possible

	ctx     context.Context // ends with the socket; its cause is a *CloseError, errGone or errStalled
	cancel  context.CancelCauseFunc
	work    sync.WaitGroup // running operations and watches
	closing sync.WaitGroup // of the connection

	sending        sync.Mutex  // one message at a time, and none of an operation after its last
	wrotePartially atomic.Bool // a message was written only in part

	mu              sync.Mutex // protects the fields below
	session         context.Context
	operations      map[string]*operation
	running         int // operations whose goroutine may still run and that the client has not seen end
	requests        int // queries and mutations among them
	leaving         bool
	closed          bool // the connection is closing or closed
	watch           *time.Timer
	unansweredPings int // pings since the client last sent anything
	pinged          time.Time

	renewed time.Time // needs no lock: the reader handles one message at a time
}

func newSocket(options *Websocket, r *http.Request, exec graphql.GraphExecutor) *socket {
	s := &socket{options: options, exec: exec, operations: map[string]*operation{}}
	s.ctx, s.cancel = context.WithCancelCause(context.WithoutCancel(r.Context()))
	s.ctx = context.WithValue(s.ctx, socketKey{}, s)
	s.pacer = newPacer(func() { s.end(errTooFast) })
	return s
}

type socketKey struct{}

// CloseSocket closes the websocket that ctx belongs to: the context of an operation, or the one given to Init. It does
// not wait. It reports false if ctx belongs to no websocket.
func CloseSocket(ctx context.Context, how *CloseError) bool {
	s, ok := ctx.Value(socketKey{}).(*socket)
	if ok {
		s.end(how)
	}
	return ok
}

func (s *socket) serve(conn *websocket.Conn, network net.Conn) {
	s.begin(conn, network)
	defer func() {
		s.end(errGone) // applies only if there is no earlier reason
		s.unwatch()
		s.work.Wait()
		s.closing.Wait()
	}()
	if socketGroup, ok := s.ctx.Value(socketGroupKey{}).(*socketGroup); ok {
		socketGroup.add(s)
		defer socketGroup.remove(s)
	}
	if conn.Subprotocol() == "" {
		s.end(errSubprotocol)
	}
	initTimer := time.AfterFunc(s.options.InitTimeout, func() { s.end(errInitTimeout) })
	defer initTimer.Stop()
	s.read(initTimer)
}

func (s *socket) begin(conn *websocket.Conn, network net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conn, s.network, s.raw = conn, network, rawConn(network)
	s.closeEnded()
}

// end ends the socket. The first reason wins. It does not wait.
func (s *socket) end(why error) {
	s.cancel(why)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closeEnded()
}

// closeEnded starts closing the connection of a socket that has ended, once. The caller must hold mu.
func (s *socket) closeEnded() {
	if s.ctx.Err() != nil && s.conn != nil && !s.closed {
		s.closed = true
		s.closing.Go(s.close)
	}
}

// close sends the close code if the client can still get it, and closes the connection, which ends the reader.
func (s *socket) close() {
	cause := context.Cause(s.ctx)
	if errors.Is(cause, errGone) || errors.Is(cause, errStalled) || s.wrotePartially.Load() {
		_ = s.conn.CloseNow()
		return
	}
	how := closing(cause, errRestart)
	if s.rejects(how) {
		s.reject(how)
		return
	}
	_ = s.conn.Close(websocket.StatusCode(how.Code), how.Reason[:min(len(how.Reason), maxReason)])
}

// closing returns the *CloseError in err, or else otherwise.
func closing(err error, otherwise *CloseError) *CloseError {
	var how *CloseError
	if errors.As(err, &how) {
		return how
	}
	return otherwise
}

// read passes every message to its handler until the connection is closed.
func (s *socket) read(initTimer *time.Timer) {
	for {
		kind, text, err := s.conn.Read(context.Background())
		if errors.Is(err, websocket.ErrMessageTooBig) {
			s.end(errTooBig)
			return
		}
		if err != nil {
			s.end(errGone)
			return
		}
		if s.ctx.Err() != nil {
			continue // ignore messages that arrive while the socket closes
		}
		// Not on the reader's goroutine, which lives for hours: its stack stays as large as it ever was.
		received := make(chan error, 1)
		go func() { received <- s.receive(kind, text, initTimer) }()
		if err := <-received; err != nil {
			s.end(err)
		}
	}
}

// message is a message of the protocol, as received.
type message struct {
	ID      string          `json:"id"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

func (s *socket) receive(kind websocket.MessageType, text []byte, initTimer *time.Timer) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			_ = recovered(s.ctx, s.exec, cause) // it writes a log entry
			err = errInternal
		}
	}()
	var m message
	if kind != websocket.MessageText || json.Unmarshal(text, &m) != nil || !objectOrNothing(m.Payload) {
		return errBadMessage
	}
	session := s.heard()
	switch {
	case m.Type == "ping":
		return s.pong(session, m.Payload)
	case m.Type == "pong":
		return nil
	case m.Type == "connection_init" && session == nil:
		return s.init(m.Payload, initTimer)
	case m.Type == "connection_init":
		return errSecondInit
	case m.Type == "subscribe" && session == nil:
		return errUnauthorized
	case m.Type == "subscribe":
		return s.subscribe(session, m)
	case m.Type == "complete" && m.ID != "":
		s.complete(m.ID)
		return nil
	default:
		return errBadMessage
	}
}

// pong answers a ping, and renews the session if the ping's payload asks for it.
func (s *socket) pong(session context.Context, payload json.RawMessage) error {
	if s.options.Renew != nil && session != nil && len(payload) > 0 {
		var sent map[string]any
		if err := json.Unmarshal(payload, &sent); err != nil {
			return errBadMessage
		}
		if s.options.Renews == nil || s.options.Renews(sent) {
			if now := time.Now(); now.Sub(s.renewed) >= renewalInterval {
				s.renewed = now
			} else {
				return errTooFast
			}
		}
		renewed, err := s.options.Renew(s.ctx, session, sent)
		if err != nil {
			return closing(err, errForbidden)
		}
		if renewed != nil {
			s.mu.Lock()
			s.session = renewed
			s.mu.Unlock()
			payload = nil // do not send a token back
		}
	}
	return s.send(func(frame []byte) []byte { return appendMessage(frame, "pong", payload) })
}

// heard records that the client is alive, and returns the session, which is nil before the acknowledgement.
func (s *socket) heard() context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unansweredPings = 0
	return s.session
}

// init handles connection_init. The reading goroutine waits for it, so later messages wait for the acknowledgement.
func (s *socket) init(payload json.RawMessage, initTimer *time.Timer) error {
	session, acknowledgement := s.ctx, map[string]any(nil)
	if s.options.Init != nil {
		var sent map[string]any
		if err := json.Unmarshal(orNull(payload), &sent); err != nil {
			return errBadMessage
		}
		derived, answer, err := s.options.Init(s.ctx, sent)
		if err != nil {
			return closing(err, errForbidden)
		}
		if derived != nil {
			session = derived
		}
		acknowledgement = answer
	}
	initTimer.Stop()
	if s.ctx.Err() != nil {
		return nil //nolint:nilerr // it took too long, and the client was told so
	}
	var answer json.RawMessage
	if acknowledgement != nil {
		encoded, err := json.Marshal(acknowledgement)
		if err != nil {
			return errInternal
		}
		answer = encoded
	}
	s.mu.Lock()
	s.session, s.pinged = session, time.Now()
	s.pacer.acknowledged.Store(true)
	s.mu.Unlock()
	s.watchAfter(s.watchInterval())
	return s.send(func(frame []byte) []byte { return appendMessage(frame, "connection_ack", answer) })
}

// leave closes the socket for a restart after its queries and mutations are answered: a client would send them again
// elsewhere, and a mutation must not run twice.
func (s *socket) leave() {
	s.mu.Lock()
	s.leaving = true
	idle := s.requests == 0
	s.mu.Unlock()
	if idle {
		s.end(errRestart)
	}
}

func objectOrNothing(payload json.RawMessage) bool {
	return len(payload) == 0 || payload[0] == '{' || string(payload) == "null"
}

func orNull(payload json.RawMessage) json.RawMessage {
	if len(payload) == 0 {
		return json.RawMessage("null")
	}
	return payload
}

package inbound

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// Answer is the response writer of one exchange. It remembers the status, bounds how long the client may take to read the
// answer, and closes the connection if the request's body was not read: the rest of it is nobody's business.
type Answer struct {
	http.ResponseWriter

	conn   *Conn // nil: the exchange is not on a guarded connection
	status int
	begun  bool
	unread bool // the request has a body whose end was not read
}

// Begin begins an exchange, and puts a body into the request that tells the answer when it was read. r must be a copy of the
// server's request, such as http.Request.WithContext returns: net/http looks at the body of its own.
func (g *Guard) Begin(w http.ResponseWriter, r *http.Request) *Answer {
	a := &Answer{ResponseWriter: w, conn: connOf(r.Context()), status: http.StatusOK}
	if a.conn != nil {
		a.conn.asks(g.client(a.conn.peer, r))
	}
	if r.Body == nil || r.Body == http.NoBody {
		a.received()
		return a
	}
	a.unread = true
	r.Body = &body{r.Body, a}
	return a
}

// body is a request's body.
type body struct {
	io.ReadCloser

	answer *Answer
}

func (b *body) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	if errors.Is(err, io.EOF) && b.answer.unread {
		b.answer.unread = false
		b.answer.received()
	}
	return n, err
}

// received ends the time for the request, which is here. From now on net/http only listens for the client to hang up, without a
// deadline: one that a shutdown set in this moment is taken back, since it would cancel the work.
func (a *Answer) received() {
	if a.conn != nil {
		a.conn.enter(working, func() { _ = a.conn.Conn.SetReadDeadline(time.Time{}) })
	}
}

// Status returns the status of the answer.
func (a *Answer) Status() int { return a.status }

// WriteHeader begins the answer.
func (a *Answer) WriteHeader(status int) {
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols {
		a.begin(status)
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write begins the answer and writes a part of it.
func (a *Answer) Write(text []byte) (int, error) {
	a.begin(http.StatusOK)
	return a.ResponseWriter.Write(text)
}

// FlushError is what http.ResponseController calls.
func (a *Answer) FlushError() error {
	a.begin(http.StatusOK)
	return http.NewResponseController(a.ResponseWriter).Flush()
}

// linger is how long the rest of a body that nobody reads may go on to arrive after the answer. A connection that is closed while its
// client sends is reset, and the client may lose the answer.
const linger = 500 * time.Millisecond

// End ends the exchange when its handler has returned.
func (a *Answer) End() {
	a.begin(http.StatusOK)
	if a.unread && a.conn != nil {
		a.conn.linger()
	}
}

// Unwrap lets http.ResponseController reach what the server's writer can do.
func (a *Answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *Answer) begin(status int) {
	if a.begun {
		return
	}
	a.begun, a.status = true, status
	if status == http.StatusSwitchingProtocols {
		return
	}
	if a.unread {
		a.Header().Set("Connection", "close")
	}
	if a.conn == nil {
		return
	}
	if strings.HasPrefix(a.Header().Get("Content-Type"), "text/event-stream") {
		a.conn.enter(lasting, nil)
		return
	}
	a.conn.enter(answering, func() {
		deadline := a.conn.guard.options.Deadlines.Answer
		if a.conn.guard.stopping.Load() {
			deadline = a.conn.guard.options.Deadlines.LastAnswer
		}
		_ = a.conn.Conn.SetWriteDeadline(time.Now().Add(deadline))
	})
}

// Handler begins and ends an exchange for each request of a handler that does not do so itself.
func (g *Guard) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(r.Context())
		answer := g.Begin(w, r)
		next.ServeHTTP(answer, r)
		answer.End()
	})
}

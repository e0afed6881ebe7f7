package inbound

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// Response is the response writer of one exchange. It records the status and limits how long the client may take to
// read the response. It closes the connection if the request's body was not read, so that the rest need not be
// received.
type Response struct {
	http.ResponseWriter

	conn   *Conn // nil if the connection is not guarded
	status int
	begun  bool
	unread bool // the request has a body that was not read to its end
}

// Begin starts an exchange. It replaces r.Body to learn when the body has been read. r must be a copy of the server's
// request, such as http.Request.WithContext returns: net/http checks the body of its own request.
func (g *Guard) Begin(w http.ResponseWriter, r *http.Request) *Response {
	a := &Response{ResponseWriter: w, conn: connOf(r.Context()), status: http.StatusOK}
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

// body is a request body that tells its answer when it has been read.
type body struct {
	io.ReadCloser

	answer *Response
}

func (b *body) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	if errors.Is(err, io.EOF) && b.answer.unread {
		b.answer.unread = false
		b.answer.received()
	}
	return n, err
}

// received ends the deadline for the request, which has arrived. From now on net/http reads only to notice that the
// client hangs up, without a deadline. received clears a deadline that a shutdown just set, because it would cancel the
// work.
func (a *Response) received() {
	if a.conn != nil {
		a.conn.enter(working, func() { _ = a.conn.Conn.SetReadDeadline(time.Time{}) })
	}
}

// Status returns the status of the response.
func (a *Response) Status() int { return a.status }

// WriteHeader starts the response.
func (a *Response) WriteHeader(status int) {
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols {
		a.begin(status)
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write writes a part of the response, and starts it if necessary.
func (a *Response) Write(text []byte) (int, error) {
	a.begin(http.StatusOK)
	return a.ResponseWriter.Write(text)
}

// FlushError flushes the response. http.ResponseController calls it.
func (a *Response) FlushError() error {
	a.begin(http.StatusOK)
	return http.NewResponseController(a.ResponseWriter).Flush()
}

// linger is how long the rest of an unread body may take to arrive after the response. Closing a connection while its
// client is sending resets it, and the client may lose the response.
const linger = 500 * time.Millisecond

// End ends the exchange after its handler has returned.
func (a *Response) End() {
	a.begin(http.StatusOK)
	if a.unread && a.conn != nil {
		a.conn.linger()
	}
}

// Unwrap gives http.ResponseController access to the server's own writer.
func (a *Response) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *Response) begin(status int) {
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
		deadline := a.conn.guard.options.Deadlines.Response
		if a.conn.guard.stopping.Load() {
			deadline = a.conn.guard.options.Deadlines.LastResponse
		}
		_ = a.conn.Conn.SetWriteDeadline(time.Now().Add(deadline))
	})
}

// Handler begins and ends an exchange for each request, for handlers that do not do so themselves.
func (g *Guard) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(r.Context())
		answer := g.Begin(w, r)
		next.ServeHTTP(answer, r)
		answer.End()
	})
}

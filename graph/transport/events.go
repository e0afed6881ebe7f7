package transport

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// stream executes an operation and sends its results as server-sent events.
func (x *exchange) stream(ctx context.Context, operation *graphql.OperationContext) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	leave := func() {}
	if operation.Operation.Operation == ast.Subscription {
		// A query or mutation is soon answered: only what would go on for ever is told to leave.
		leave = cancel
	}
	remove, open := x.http.Streams.add(leave)
	if !open {
		x.refuse(refusedDraining)
		return
	}
	defer remove()

	out, err := x.openEvents()
	if err != nil {
		return
	}
	results := make(chan *graphql.Response)
	go func() {
		defer close(results)
		run(ctx, x.exec, operation, func(response *graphql.Response) bool {
			// The executor writes the next event into the memory of this one, perhaps while this one is still being sent.
			kept := *response
			kept.Data = bytes.Clone(response.Data)
			select {
			case results <- &kept:
				return true
			case <-ctx.Done():
				return false
			}
		})
	}()
	x.forward(ctx, out, results)
	cancel()
	for range results { // the resolver has let go when its goroutine ends; only then is the stream gone
	}
}

// forward writes what comes until the operation is complete, the client has gone or stopped reading, or the session ended.
func (x *exchange) forward(ctx context.Context, out *events, results <-chan *graphql.Response) {
	quiet := time.NewTicker(x.http.KeepAlive)
	defer quiet.Stop()
	check := time.NewTicker(x.http.CheckInterval)
	defer check.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return // the client has gone, or reconnects elsewhere: without a complete event it knows to try again
		case response, more := <-results:
			if !more {
				if ctx.Err() == nil {
					_ = out.complete()
				}
				return
			}
			err = out.next(response)
		case <-quiet.C:
			err = out.comment()
		case <-check.C:
			if x.http.CheckAlive == nil {
				continue
			}
			if lost := x.http.CheckAlive(ctx); lost != nil && ctx.Err() == nil {
				if out.next(dispatchError(ctx, x.exec, asGraphQL(lost))) == nil {
					_ = out.complete()
				}
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// streamOne sends one result as a whole event stream.
func (x *exchange) streamOne(response *graphql.Response) {
	out, err := x.openEvents()
	if err == nil && out.next(response) == nil {
		_ = out.complete()
	}
}

// events writes an event stream. One goroutine uses it at a time.
type events struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	buffer  []byte
}

func (x *exchange) openEvents() (*events, error) {
	header := x.w.Header()
	header.Set("Content-Type", mediaEvents+"; charset=utf-8")
	header.Set("Cache-Control", "private, no-store")
	header.Set("X-Accel-Buffering", "no") // nginx would hold events back until its buffer is full
	out := &events{w: x.w, control: http.NewResponseController(x.w), timeout: x.http.WriteTimeout}
	// The server's read time-out is meant for requests; a stream that only sends would be cut by it.
	_ = out.control.SetReadDeadline(time.Time{})
	x.w.WriteHeader(http.StatusOK)
	// A first comment makes clients see that the stream is open before there is anything to say.
	return out, out.comment()
}

func (e *events) next(response *graphql.Response) error {
	e.buffer = append(e.buffer[:0], "event: next\ndata: "...)
	start := len(e.buffer)
	e.buffer = appendResponse(e.buffer, response)
	for i := start; i < len(e.buffer); i++ {
		// A scalar may have written line breaks between its JSON tokens; in a data line they would end the event.
		if e.buffer[i] == '\n' || e.buffer[i] == '\r' {
			e.buffer[i] = ' '
		}
	}
	e.buffer = append(e.buffer, "\n\n"...)
	return e.send(e.buffer)
}

// complete ends the operation. The empty data line is needed: browsers do not fire an event that has none.
func (e *events) complete() error { return e.send([]byte("event: complete\ndata: \n\n")) }

func (e *events) comment() error { return e.send([]byte(":\n\n")) }

func (e *events) send(text []byte) error {
	// Set for this write alone: over HTTP/2 a deadline that passes while nothing is written resets the stream.
	_ = e.control.SetWriteDeadline(time.Now().Add(e.timeout))
	defer func() { _ = e.control.SetWriteDeadline(time.Time{}) }()
	if _, err := e.w.Write(text); err != nil {
		return err
	}
	return e.control.Flush()
}

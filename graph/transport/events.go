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
		// A query or mutation ends soon; only a subscription has to be told to leave.
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
			// The executor reuses this response's memory for the next event, perhaps while this one is still being
			// sent.
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
	for range results { // the resolver is done when its goroutine ends; only then is the stream closed
	}
}

// forward writes results until the operation completes, the client leaves or stops reading, or the session ends.
func (x *exchange) forward(ctx context.Context, out *events, results <-chan *graphql.Response) {
	quiet := time.NewTicker(x.http.KeepAlive)
	defer quiet.Stop()
	check := time.NewTicker(x.http.CheckInterval)
	defer check.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return // the client has left or must reconnect; without a complete event it knows to retry
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

// streamOne sends a single result as a complete event stream.
func (x *exchange) streamOne(response *graphql.Response) {
	out, err := x.openEvents()
	if err == nil && out.next(response) == nil {
		_ = out.complete()
	}
}

// events writes an event stream. Only one goroutine at a time uses it.
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
	header.Set("X-Accel-Buffering", "no") // nginx would buffer events until its buffer is full
	out := &events{w: x.w, control: http.NewResponseController(x.w), timeout: x.http.WriteTimeout}
	// The server's read timeout is meant for requests; it would cut a stream that only sends.
	_ = out.control.SetReadDeadline(time.Time{})
	x.w.WriteHeader(http.StatusOK)
	// A first comment tells clients that the stream is open before there is an event.
	return out, out.comment()
}

func (e *events) next(response *graphql.Response) error {
	e.buffer = append(e.buffer[:0], "event: next\ndata: "...)
	start := len(e.buffer)
	e.buffer = appendResponse(e.buffer, response)
	for i := start; i < len(e.buffer); i++ {
		// A scalar may have written line breaks between JSON tokens; in a data line they would end the event.
		if e.buffer[i] == '\n' || e.buffer[i] == '\r' {
			e.buffer[i] = ' '
		}
	}
	e.buffer = append(e.buffer, "\n\n"...)
	return e.send(e.buffer)
}

// complete ends the operation. It needs the empty data line, because browsers ignore an event without data.
func (e *events) complete() error { return e.send([]byte("event: complete\ndata: \n\n")) }

func (e *events) comment() error { return e.send([]byte(":\n\n")) }

func (e *events) send(text []byte) error {
	// The deadline applies to this write only: over HTTP/2 a deadline that expires while idle resets the stream.
	_ = e.control.SetWriteDeadline(time.Now().Add(e.timeout))
	defer func() { _ = e.control.SetWriteDeadline(time.Time{}) }()
	if _, err := e.w.Write(text); err != nil {
		return err
	}
	return e.control.Flush()
}

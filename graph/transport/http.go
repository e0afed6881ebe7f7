// Package transport carries GraphQL operations between clients and the executor: over HTTP as JSON, over HTTP as
// server-sent events (graphql-sse, distinct connections), and over websockets (graphql-transport-ws). Every operation
// takes the same path through the executor, whatever its transport.
package transport

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/orgmap/orgmap/graph/cache"
)

const (
	defaultMaxBody       = 1 << 20          // bytes; the largest valid save of mappings is a third of it
	defaultKeepAlive     = 12 * time.Second // proxies commonly cut connections that are idle for 15 s or more
	defaultWriteTimeout  = 5 * time.Second  // a client that accepts nothing for this long has stopped reading
	defaultCheckInterval = 3 * time.Second  // how long a revoked session may keep listening
)

// HTTP serves POST and GET requests according to GraphQL over HTTP, with JSON, or with server-sent events if the client
// asks for them by name. It takes every request that is not a websocket upgrade. The zero value is ready to use.
type HTTP struct {
	MaxBody       int64         // bytes of a POST body; 0: 1 MiB
	LargeBodies   *LargeBodies  // admits larger ones, up to 8 MiB, a few at a time; nil: none
	KeepAlive     time.Duration // between comments on an idle event stream; 0: 12 s
	WriteTimeout  time.Duration // to send one event; 0: 5 s
	CheckInterval time.Duration // between calls of CheckAlive; 0: 3 s
	// CheckAlive checks regularly, while a stream is open, whether the session in the request's context is still valid.
	// An error is sent as the stream's last result. nil: sessions stay valid.
	CheckAlive func(ctx context.Context) error
	Streams    *Registry // of open streams, so that they can be drained; nil: none
}

// Supports reports whether r is not a websocket upgrade.
func (h HTTP) Supports(r *http.Request) bool { return !IsUpgrade(r) }

// Do serves one request.
func (h HTTP) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	h = h.withDefaults()
	w.Header().Add("Vary", "Accept, Accept-Encoding")
	accepted := negotiate(r.Header.Values("Accept"))
	x := exchange{http: &h, w: w, r: r, exec: exec, media: accepted.json, events: accepted.events}
	if x.media == "" {
		// Refusals are JSON even if the client does not accept it: a readable response is better than an empty one.
		x.media = mediaJSON
		x.eventsOnly = x.events
	}
	switch {
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", "OPTIONS, GET, POST")
		w.WriteHeader(http.StatusNoContent)
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		w.Header().Set("Allow", "OPTIONS, GET, POST")
		x.refuse(refusedMethod)
	case accepted.json == "" && !accepted.events:
		x.refuse(refusedAccept)
	default:
		x.serve()
	}
}

func (h HTTP) withDefaults() HTTP {
	h.MaxBody = orDefault(h.MaxBody, defaultMaxBody)
	h.KeepAlive = orDefault(h.KeepAlive, defaultKeepAlive)
	h.WriteTimeout = orDefault(h.WriteTimeout, defaultWriteTimeout)
	h.CheckInterval = orDefault(h.CheckInterval, defaultCheckInterval)
	return h
}

func orDefault[T int | int64 | time.Duration](value, otherwise T) T {
	if value == 0 {
		return otherwise
	}
	return value
}

// exchange is one HTTP request and its response.
type exchange struct {
	http       *HTTP
	w          http.ResponseWriter
	r          *http.Request
	exec       graphql.GraphExecutor
	media      string // of JSON responses
	events     bool   // the client accepts server-sent events
	eventsOnly bool   // the client accepts nothing else
	receiver   *cache.Receiver
}

func (x *exchange) serve() {
	params, leave, refused := x.http.readRequest(x.w, x.r)
	defer leave()
	if refused != nil {
		x.refuse(refused)
		return
	}
	ctx, receiver := cache.WithReceiver(x.r.Context())
	x.receiver = receiver
	ctx, operation, refusal := prepare(ctx, x.exec, params)
	if refusal != nil {
		x.reject(refusal)
		return
	}
	kind := operation.Operation.Operation
	switch {
	case kind == ast.Mutation && x.r.Method == http.MethodGet:
		x.w.Header().Set("Allow", "POST")
		x.refuse(refusedMutation)
	case kind == ast.Subscription && !x.events:
		x.refuse(refusedStream)
	case kind == ast.Subscription || x.eventsOnly:
		x.stream(ctx, operation)
	default:
		if response := once(ctx, x.exec, operation); response != nil {
			x.write(x.status(response), response)
		}
	}
}

// reject responds to a well-formed request whose operation cannot be executed. A client that accepts only server-sent
// events gets the errors as a result, as the protocol requires, because EventSource hides the body of an error status.
// An unknown caller gets the status instead: without a sign-in there are no streams.
func (x *exchange) reject(response *graphql.Response) {
	if x.eventsOnly && !unauthenticated(response) {
		x.streamOne(response)
		return
	}
	x.write(x.status(response), response)
}

func (x *exchange) refuse(refused *refusal) {
	code := "BAD_USER_INPUT"
	if refused.status == http.StatusServiceUnavailable {
		code = "UNAVAILABLE"
		x.w.Header().Set("Retry-After", "1")
	}
	x.write(refused.status, &graphql.Response{Errors: gqlerror.List{problem(code, refused.message)}})
}

// later returns the status for a client that should retry, and sets Retry-After; for others it returns 0. HTTP
// libraries and proxies understand the status, whatever media type the client asked for.
func (x *exchange) later(response *graphql.Response) int {
	for _, err := range response.Errors {
		switch err.Extensions["code"] {
		case "RATE_LIMITED":
			seconds, _ := err.Extensions["retryAfter"].(int)
			x.w.Header().Set("Retry-After", strconv.Itoa(max(seconds, 1)))
			return http.StatusTooManyRequests
		case "UNAVAILABLE":
			x.w.Header().Set("Retry-After", "1")
			return http.StatusServiceUnavailable
		}
	}
	return 0
}

// Challenge is the WWW-Authenticate header of every response with status 401.
const Challenge = `Bearer realm="orgmap"`

// unauthenticated reports whether a response says that its caller is not signed in.
func unauthenticated(response *graphql.Response) bool {
	return slices.ContainsFunc(response.Errors, func(err *gqlerror.Error) bool { return err.Extensions["code"] == "UNAUTHENTICATED" })
}

// status returns the HTTP status of a response. With application/json, a well-formed request of a known caller always
// gets 200, because old clients take any other status for the response of an intermediary; the newer media type
// distinguishes them.
func (x *exchange) status(response *graphql.Response) int {
	if refused(response) && unauthenticated(response) {
		x.w.Header().Set("WWW-Authenticate", Challenge)
		return http.StatusUnauthorized
	}
	nothing := refused(response) || string(response.Data) == "null"
	if nothing {
		if status := x.later(response); status != 0 {
			return status
		}
	}
	if !refused(response) {
		return http.StatusOK
	}
	if x.media == mediaJSON {
		return http.StatusOK
	}
	for _, err := range response.Errors {
		switch err.Extensions["code"] {
		case "FORBIDDEN":
			return http.StatusForbidden
		case "INTERNAL":
			return http.StatusInternalServerError
		}
	}
	return http.StatusBadRequest
}

// write sends a response in up to three pieces, so that its data, by far the largest part, is never copied.
func (x *exchange) write(status int, response *graphql.Response) {
	if x.receiver.Holds(response.Data) && len(response.Errors) == 0 {
		x.writeKept(status, response)
		return
	}
	var small [64]byte // enough for a response without errors and extensions
	head := appendHead(small[:0], response)
	split := len(head)
	head = appendTail(head, response)
	body := data(response)
	x.send(status, head[:split], body, head[split:])
}

// writeKept sends a response whose data is cached, compressed if the client accepts gzip.
func (x *exchange) writeKept(status int, response *graphql.Response) {
	var small [64]byte
	ending := appendTail(small[:0], response)
	switch {
	case takesGzip(x.r.Header.Values("Accept-Encoding")):
		body, end := x.receiver.Gzip(ending)
		x.w.Header().Set("Content-Encoding", "gzip")
		x.send(status, body, end)
	case len(response.Extensions) == 0:
		x.send(status, x.receiver.Whole())
	default:
		whole := x.receiver.Whole()
		x.send(status, whole[:len(whole)-1], ending)
	}
}

// contentTypes holds the header values for the media types of JSON responses.
var contentTypes = map[string][]string{
	mediaJSON:         {mediaJSON + "; charset=utf-8"},
	mediaResponseJSON: {mediaResponseJSON + "; charset=utf-8"},
}

// send sends a body in pieces. A long body goes out in one write if the connection can gather.
func (x *exchange) send(status int, pieces ...[]byte) {
	length := 0
	var longest []byte
	for _, piece := range pieces {
		length += len(piece)
		if len(piece) > len(longest) {
			longest = piece
		}
	}
	header := x.w.Header()
	header["Content-Type"] = contentTypes[x.media]
	header.Set("Content-Length", strconv.Itoa(length))
	x.w.WriteHeader(status)
	gathering := gatheringOf(x.r.Context())
	if gathering == nil || length < gatherThreshold {
		x.writeAll(pieces)
		return
	}
	gathering.keep(longest)
	x.writeAll(pieces)
	_ = http.NewResponseController(x.w).Flush()
	_ = gathering.send() // on failure the client has left; nothing to report
}

func (x *exchange) writeAll(pieces [][]byte) {
	for _, piece := range pieces {
		if _, err := x.w.Write(piece); err != nil {
			return // the client has left; nothing to report
		}
	}
}

// asGraphQL returns the GraphQL error in err, or wraps err in one.
func asGraphQL(err error) *gqlerror.Error {
	var presented *gqlerror.Error
	if errors.As(err, &presented) {
		return presented
	}
	return gqlerror.Wrap(err)
}

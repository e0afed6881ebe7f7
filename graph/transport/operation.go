package transport

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/orgmap/orgmap/graph/fanout"
)

// operation is an operation of a socket, with the client's id for it. The socket's mu protects the fields below cancel.
type operation struct {
	id      string
	quoted  []byte // id as JSON
	cancel  context.CancelFunc
	counted bool // in socket.running

	goroutines int  // running it; none while a subscription is parked
	isRequest  bool // counted in socket.requests
}

func (s *socket) subscribe(session context.Context, m message) error {
	var sent request
	if m.ID == "" || decode(bytes.NewReader(m.Payload), &sent) != nil || sent.Query == nil && sent.Extensions["persistedQuery"] == nil {
		return errBadMessage
	}
	quoted, err := json.Marshal(m.ID)
	if err != nil {
		return errBadMessage
	}
	ctx, cancel := context.WithCancel(graphql.StartOperationTrace(session))
	o := &operation{id: m.ID, quoted: quoted, cancel: cancel}
	switch verdict := s.register(o); verdict {
	case registered:
	case duplicate:
		cancel()
		return errDuplicate
	case tooMany:
		cancel()
		full := &graphql.Response{Errors: gqlerror.List{problem("RATE_LIMITED", "Too many operations on this connection.")}}
		return s.send(func(frame []byte) []byte { return appendError(frame, o, full) })
	case left:
		cancel() // the client sends it again after reconnecting elsewhere
		return nil
	}
	now := graphql.Now()
	params := sent.params(nil) // no headers: the upgrade's would stay in memory as long as the socket
	params.ReadTime = graphql.TraceTiming{Start: now, End: now}
	go s.carry(o, func() bool { return s.execute(ctx, o, params) })
	return nil
}

// carry runs or resumes an operation on its own goroutine until it ends or is parked.
func (s *socket) carry(o *operation, on func() (parked bool)) {
	defer s.work.Done()
	parked := false
	defer func() {
		s.mu.Lock()
		o.goroutines--
		left := !parked || o.goroutines == 0 && s.operations[o.id] != o
		s.mu.Unlock()
		if left {
			s.unregister(o)
		}
	}()
	defer s.recoverPanic()
	parked = on()
}

// resume continues a parked operation. It does nothing if the client has completed the operation or the socket has
// ended.
func (s *socket) resume(o *operation, on func() (parked bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil || s.operations[o.id] != o {
		return
	}
	o.goroutines++
	s.work.Add(1)
	go s.carry(o, on)
}

// recoverPanic recovers from a panic that nothing else recovers, such as one in encoding a result, and ends only this
// socket.
func (s *socket) recoverPanic() {
	if cause := recover(); cause != nil {
		_ = recovered(s.ctx, s.exec, cause) // it writes a log entry
		s.end(errInternal)
	}
}

type verdict int

const (
	registered verdict = iota
	duplicate
	tooMany
	left
)

func (s *socket) register(o *operation) verdict {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.operations[o.id] != nil:
		return duplicate
	case s.leaving:
		return left
	case s.running >= s.options.MaxOperations:
		return tooMany
	}
	s.operations[o.id] = o
	o.goroutines = 1
	o.counted, o.isRequest = true, true // until it turns out to be a subscription
	s.running++
	s.requests++
	s.work.Add(1)
	return registered
}

// complete ends an operation at the client's request.
func (s *socket) complete(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.operations[id]; o != nil {
		delete(s.operations, id)
		o.cancel()
		if o.goroutines == 0 {
			s.uncount(o)
		}
	}
}

// execute runs an operation and sends its results, and then that it is complete, unless it ended with an error or is
// parked.
func (s *socket) execute(ctx context.Context, o *operation, params *graphql.RawParams) (parked bool) {
	ctx, prepared, refusal := prepare(ctx, s.exec, params)
	if refusal != nil {
		s.finish(o, func(frame []byte) []byte { return appendError(frame, o, refusal) })
		return false
	}
	if prepared.Operation.Operation != ast.Subscription {
		s.emit(o, func(emit func(*graphql.Response) bool) bool { run(ctx, s.exec, prepared, emit); return false })
		return false
	}
	s.endRequest(o)
	subscription := newSubscription(ctx, s.exec, prepared)
	on := func() bool { return s.emit(o, subscription.run) }
	if s.raw != nil {
		subscription.offer(&fanout.Sink{
			Push:   func(responses []*graphql.Response) bool { return s.push(o, responses) },
			Resume: func() { s.resume(o, on) },
		})
	}
	return on()
}

// emit sends what run emits, and then that the operation is complete, unless it ended with an error or is parked.
func (s *socket) emit(o *operation, run func(emit func(*graphql.Response) bool) (parked bool)) (parked bool) {
	ended := false
	parked = run(func(response *graphql.Response) bool {
		if refused(response) {
			ended = true
			s.finish(o, func(frame []byte) []byte { return appendError(frame, o, response) })
			return false
		}
		return s.deliver(o, response)
	})
	if !parked && !ended {
		s.finish(o, func(frame []byte) []byte { return appendComplete(frame, o) })
	}
	return parked
}

// deliver sends a result unless the client has completed the operation. It reports whether the client wants more.
func (s *socket) deliver(o *operation, response *graphql.Response) bool {
	s.sending.Lock()
	defer s.sending.Unlock()
	if !s.listed(o) {
		return false
	}
	return s.write(func(frame []byte) []byte { return appendNext(frame, o, response) }) == nil
}

// finish sends an operation's last message. It frees the id before sending, so that the client can reuse the id at
// once.
func (s *socket) finish(o *operation, build func([]byte) []byte) {
	s.sending.Lock()
	defer s.sending.Unlock()
	s.mu.Lock()
	listed := s.operations[o.id] == o
	if listed {
		delete(s.operations, o.id)
		s.uncount(o)
	}
	s.mu.Unlock()
	if listed {
		_ = s.write(build)
	}
}

// unregister removes an operation from the counts when its goroutine ends.
func (s *socket) unregister(o *operation) {
	o.cancel()
	s.mu.Lock()
	s.uncount(o)
	s.mu.Unlock()
	s.endRequest(o)
}

func (s *socket) listed(o *operation) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.operations[o.id] == o
}

// uncount removes an operation from the running ones. The caller must hold mu.
func (s *socket) uncount(o *operation) {
	if o.counted {
		o.counted = false
		s.running--
	}
}

// endRequest ends a leaving socket after its last query or mutation has been answered.
func (s *socket) endRequest(o *operation) {
	s.mu.Lock()
	if o.isRequest {
		o.isRequest = false
		s.requests--
	}
	over := s.leaving && s.requests == 0
	s.mu.Unlock()
	if over {
		s.end(errRestart)
	}
}

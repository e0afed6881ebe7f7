package plan

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// Subscription is a compiled subscription whose stream is open.
type Subscription struct {
	*Stream
	// Render returns the response to an event of the stream.
	Render func(ctx context.Context, event *Event) *graphql.Response
	// Document and Variables are equal for subscriptions that render an event the same way: the compiled document, and
	// the variables that affect rendering, as JSON.
	Document  any
	Variables string
}

// Deliver returns the handler that answers a subscription with one response for each event.
type Deliver func(ctx context.Context, subscription *Subscription) graphql.ResponseHandler

// Respond waits for the next event and renders it. It is the handler of a subscription that shares nothing with others.
func (s *Subscription) Respond(ctx context.Context) *graphql.Response {
	event := s.Next()
	if event == nil {
		return nil
	}
	response := s.Render(ctx, event)
	if ctx.Err() != nil {
		return nil
	}
	return response
}

// subscribe starts a subscription. Unlike in gqlgen's executor, an error's path starts at the subscription's field, and
// data is null if an error makes the event null, as the specification requires.
func (s *schema) subscribe(ctx context.Context, p *plan, operation *graphql.OperationContext) graphql.ResponseHandler {
	step := &p.root.steps[0]
	stream := p.start(ctx, operation).open(step)
	if stream == nil {
		return func(context.Context) *graphql.Response { return nil }
	}
	subscription := &Subscription{Stream: stream, Render: func(ctx context.Context, event *Event) *graphql.Response {
		return p.event(ctx, operation, step, event)
	}}
	variables, err := choices(p.inner, operation.Variables)
	if s.deliver == nil || err != nil { // variables that cannot be encoded cannot be compared
		return subscription.Respond
	}
	subscription.Document, subscription.Variables = p, variables
	return s.deliver(ctx, subscription)
}

// event renders what the subscription selects of one event.
func (p *plan) event(ctx context.Context, operation *graphql.OperationContext, step *Step, event *Event) *graphql.Response {
	x := p.start(ctx, operation)
	x.path = append(x.path, frame{step: step})
	x.buffer = append(append(x.buffer, '{'), step.key...)
	mark := len(x.buffer)
	if !event.appendTo(x) && !x.null(step.field, mark) {
		return &graphql.Response{Data: []byte("null")}
	}
	x.buffer = append(x.buffer, '}')
	p.size.Store(int64(len(x.buffer)))
	return &graphql.Response{Data: x.buffer}
}

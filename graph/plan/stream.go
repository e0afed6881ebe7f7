package plan

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// Stream waits for the next event of a subscription; nil where there are no more.
type Stream func(ctx context.Context) *Event

// Event is one event of a subscription.
type Event struct {
	appendTo func(x *Execution) bool
	id       string // "": it is not shared
}

// StreamOf is the stream of a channel.
func StreamOf[T any](source <-chan T, appendEvent func(x *Execution, event T) bool) Stream {
	return func(ctx context.Context) *Event {
		select {
		case event, open := <-source:
			if !open {
				return nil
			}
			next := &Event{appendTo: func(x *Execution) bool { return appendEvent(x, event) }}
			if identified, is := any(event).(Identified); is {
				next.id = identified.EventID()
			}
			return next
		case <-ctx.Done():
			return nil
		}
	}
}

// subscribe starts a subscription. Unlike in the executor beneath, the path of an error in an event starts at the
// subscription's field, and an event that is null for an error in it makes data null, as the specification has it.
func (p *plan) subscribe(ctx context.Context, operation *graphql.OperationContext, scope Scope, shared *shares) graphql.ResponseHandler {
	step := &p.root.steps[0]
	key := shareKey{plan: p}
	if chosen, err := choices(p.inner, operation.Variables); err == nil && scope != nil {
		key.scope, key.choices = scope(ctx), chosen
	}
	x := p.start(ctx, operation)
	stream := x.open(step)
	return func(ctx context.Context) *graphql.Response {
		event := stream(ctx)
		if event == nil {
			return nil
		}
		produce := func() *graphql.Response { return p.event(ctx, operation, step, event) }
		if key.scope == "" || event.id == "" {
			return produce()
		}
		key.event = event.id
		return shared.get(ctx, key, produce)
	}
}

// event makes what the subscription selects of one event.
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

// open opens the stream of the step. Where it does not open, the executor answers with the errors alone.
func (x *Execution) open(step *Step) (stream Stream) {
	x.path = append(x.path, frame{step: step})
	defer func() {
		if cause := recover(); cause != nil {
			x.path = x.path[:1]
			x.panicked(cause)
			stream = nil
		}
	}()
	return step.field.Open(x, step)
}

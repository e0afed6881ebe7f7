package plan

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// subscription is one subscription under way.
type subscription struct {
	*plan
	operation *graphql.OperationContext
	step      *Step
	stream    *Stream
	shared    *shares
	key       shareKey
	since     time.Time // nothing that was made before is sent
	follower  *follower // nil: it always goes on by itself

	leads   bool                // what it gets is passed on to others
	ahead   *Event              // taken and not made yet
	batch   []*graphql.Response // made, and not passed on yet
	pending []*graphql.Response // made, and to be sent by the transport
}

// The most that is passed on at once.
const (
	batchEvents = 64
	batchBytes  = 128 << 10
)

// subscribe starts a subscription. Unlike in the executor beneath, the path of an error in an event starts at the
// subscription's field, and an event that is null for an error in it makes data null, as the specification has it.
func (s *schema) subscribe(ctx context.Context, p *plan, operation *graphql.OperationContext) graphql.ResponseHandler {
	sub := &subscription{plan: p, operation: operation, step: &p.root.steps[0], shared: s.shares, key: shareKey{plan: p}, since: time.Now()}
	if chosen, err := choices(p.inner, operation.Variables); err == nil && s.scope != nil {
		sub.key.scope, sub.key.choices = s.scope(ctx), chosen
	}
	sub.stream = p.start(ctx, operation).open(sub.step)
	if sub.stream == nil {
		return func(context.Context) *graphql.Response { return nil }
	}
	if seat, sits := ctx.Value(seatKey{}).(*Seat); sits && sub.stream.place != nil && sub.key.scope != "" {
		sub.follower = s.audiences.follower(audienceKey{sub.key, sub.stream.place.Topic()}, sub.stream.place, seat)
		context.AfterFunc(ctx, sub.follower.leave)
	}
	return sub.next
}

// next waits for the next event and makes what is selected of it.
func (s *subscription) next(ctx context.Context) *graphql.Response {
	if len(s.pending) > 0 {
		response := s.pending[0]
		s.pending = s.pending[1:]
		return response
	}
	// What is added to each response of this subscriber is nobody else's.
	if s.ahead == nil && s.follower != nil && len(graphql.GetExtensions(ctx)) == 0 {
		var rests bool
		if s.leads, rests = s.follower.begin(); rests {
			return nil
		}
	}
	event := s.ahead
	if s.ahead = nil; event == nil {
		event = s.stream.next(ctx)
	}
	if event == nil {
		if s.leads && ctx.Err() == nil {
			s.follower.finish()
		}
		return nil
	}
	if s.leads {
		s.follower.starts()
	}
	response := s.render(ctx, event)
	if ctx.Err() != nil {
		return nil // and nothing of what was not passed on: it would leave a gap
	}
	if s.leads && response != nil {
		s.pass(ctx, response)
	}
	return response
}

// pass hands a response on to the audience, together with what comes up meanwhile: one write may carry many events. Where
// the subscriber's own client is not ready, others lead from now on, and the transport sends what was not passed on.
func (s *subscription) pass(ctx context.Context, response *graphql.Response) {
	s.follower.seat.handed = true
	s.batch = append(s.batch, &graphql.Response{Data: response.Data, Errors: graphql.GetErrors(ctx)})
	size := 0
	for _, each := range s.batch {
		size += len(each.Data)
	}
	if len(s.batch) < batchEvents && size < batchBytes {
		if s.ahead = s.stream.take(); s.ahead != nil {
			return
		}
	}
	batch := s.batch
	s.batch = nil
	if !s.follower.pass(batch) {
		s.leads, s.pending = false, batch
	}
}

// render makes what the subscription selects of one event, or takes what was made for others.
func (s *subscription) render(ctx context.Context, event *Event) *graphql.Response {
	produce := func() *graphql.Response { return s.event(ctx, s.operation, s.step, event) }
	if s.key.scope == "" || event.id == "" {
		return produce()
	}
	key := s.key
	key.event = event.id
	return s.shared.get(ctx, key, s.since, produce)
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

package fanout

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/orgmap/orgmap/graph/plan"
)

// subscription is one subscription. Only one goroutine at a time calls its handler.
type subscription struct {
	*plan.Subscription
	groups *Groups
	key    key
	since  time.Time // older renderings are not sent

	source Source // nil: it always reads for itself
	sink   *Sink

	ahead  *plan.Event         // taken from the source but not rendered yet
	batch  []*graphql.Response // rendered but not sent yet
	unsent []*graphql.Response // a batch that this subscription's own client was not ready for; the transport sends it

	// Protected by groups.mu.
	state state
	index int    // in its group's parked
	from  string // cursor to continue at after being parked; "": the source's
}

// requestKey is equal for subscriptions that get the same rendering of an event.
type requestKey struct {
	document         any
	variables, scope string
}

// Maximum size of a batch.
const (
	batchEvents = 64
	batchBytes  = 128 << 10
)

// next is the subscription's handler: it waits for the next event and renders it.
func (s *subscription) next(ctx context.Context) *graphql.Response {
	if len(s.unsent) > 0 {
		response := s.unsent[0]
		s.unsent = s.unsent[1:]
		return response
	}
	event := s.ahead
	s.ahead = nil
	if event == nil {
		// A subscriber with its own extensions in each response cannot share responses.
		if s.source != nil && len(graphql.GetExtensions(ctx)) == 0 && s.groups.enter(s) {
			s.sink.outcome = Parked
			return nil
		}
		event = s.Next()
	}
	if event == nil {
		if ctx.Err() == nil {
			s.groups.finish(s)
		}
		return nil
	}
	leads := s.groups.begin(s)
	response := s.render(ctx, event)
	if ctx.Err() != nil {
		return nil // drop unsent responses as well: sending this one would leave a gap
	}
	if leads && response != nil {
		s.send(ctx, response)
	}
	return response
}

// send sends a response to the group, together with events that are already available: one write may carry many events.
func (s *subscription) send(ctx context.Context, response *graphql.Response) {
	s.sink.outcome = Again
	s.batch = append(s.batch, &graphql.Response{Data: response.Data, Errors: graphql.GetErrors(ctx)})
	size := 0
	for _, each := range s.batch {
		size += len(each.Data)
	}
	if len(s.batch) < batchEvents && size < batchBytes {
		if s.ahead = s.TryNext(); s.ahead != nil {
			return
		}
	}
	batch := s.batch
	s.batch = nil
	if !s.groups.send(s, batch) {
		s.unsent = batch
	}
}

// render renders an event, or returns another subscription's rendering.
func (s *subscription) render(ctx context.Context, event *plan.Event) *graphql.Response {
	render := func() *graphql.Response { return s.Render(ctx, event) }
	if event.ID == "" {
		return render()
	}
	return s.groups.renderings.get(ctx, renderingKey{s.key.requestKey, event.ID}, s.since, render)
}

package fanout

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// Sink is a transport's end of a subscription. It allows sending to the client without the subscription's goroutine.
type Sink struct {
	// Push sends the responses, in order, if the client can accept all of them now. It must not block; if it returns
	// false, nothing was sent.
	Push func([]*graphql.Response) bool
	// Resume calls the handler of a parked subscription again, on a goroutine. It must not block.
	Resume func()

	subscription *subscription // nil: never parked
	outcome      Outcome       // of the handler's last call, unless the response decides it
}

type sinkKey struct{}

// With returns a context that offers the sink to the subscription started with it.
func (s *Sink) With(ctx context.Context) context.Context {
	return context.WithValue(ctx, sinkKey{}, s)
}

// Outcome is what a transport must do after it has called a subscription's handler.
type Outcome int

// Outcomes of a call of the handler.
const (
	Send   Outcome = iota // send the response and call the handler again
	Again                 // call the handler again: this package sends the response
	Parked                // end the goroutine: Resume will be called
	Over                  // end the subscription
)

// Outcome returns what to do after the handler has returned response. Call it once after each call of the handler. A
// nil sink belongs to a transport that cannot push.
func (s *Sink) Outcome(response *graphql.Response) Outcome {
	outcome := Send
	if s != nil {
		outcome, s.outcome = s.outcome, Send
	}
	switch {
	case outcome == Parked && !s.subscription.groups.park(s.subscription): // its cursor has changed
		return Again
	case outcome == Send && response == nil:
		return Over
	}
	return outcome
}

package fanout

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// Sink is a transport's end of a subscription: what makes it possible to send to the client without the subscription's goroutine.
type Sink struct {
	// Push sends responses, in order, if the client can take all of them now. It must not wait; if it returns false, nothing was sent.
	Push func([]*graphql.Response) bool
	// Resume calls the handler of a parked subscription again, on a goroutine. It must not wait.
	Resume func()

	subscription *subscription // nil: it is never parked
	outcome      Outcome       // of the handler's last call, unless the response says it
}

type sinkKey struct{}

// With offers the sink to the subscription that is started with the returned context.
func (s *Sink) With(ctx context.Context) context.Context {
	return context.WithValue(ctx, sinkKey{}, s)
}

// Outcome is what a transport does after it called a subscription's handler.
type Outcome int

// Outcomes.
const (
	Send   Outcome = iota // send the response and call the handler again
	Again                 // call the handler again: the response is sent by the package
	Parked                // let the goroutine end: Resume will be called
	Over                  // let the subscription end
)

// Outcome says what to do after the handler returned response. Each call of the handler is followed by one call of Outcome. A nil
// sink is one of a transport that cannot push.
func (s *Sink) Outcome(response *graphql.Response) Outcome {
	outcome := Send
	if s != nil {
		outcome, s.outcome = s.outcome, Send
	}
	switch {
	case outcome == Parked && !s.subscription.groups.park(s.subscription): // the group has moved on meanwhile
		return Again
	case outcome == Send && response == nil:
		return Over
	}
	return outcome
}

// Package fanout lets subscribers who ask for the same thing share the work. Of the websockets at the same position of
// the same stream, one leads: it reads the stream, renders each event, and sends it to all. The others are parked:
// their only goroutine is the one that reads their socket. Other subscribers share recent renderings of an event.
//
// The package sees a subscription as a function that renders an event, its source as a cursor, and its transport as a
// function that sends. Reading order: sink.go is what a transport sees, subscription.go what it runs, group.go who
// leads and who is parked, push.go how a group is sent to, and rendering.go which renderings are kept.
package fanout

import (
	"context"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/orgmap/orgmap/graph/plan"
)

// Source is a subscription's source whose events another subscriber can read instead. Only the goroutine that runs the
// subscription uses it.
type Source interface {
	// Topic returns what the source watches.
	Topic() Topic
	// Cursor returns the position up to which the subscriber has received events. Sources in one scope with equal
	// topics and cursors deliver the same events from there on. "": this source must first send its subscriber
	// something that others do not get.
	Cursor() string
	// Seek moves the source to the cursor of another source with the same topic.
	Seek(cursor string)
}

// Topic is what a source watches.
type Topic struct {
	Feed   string // kind of events, for metrics
	Filter string // selects among them
}

// Options configure what is shared.
type Options struct {
	// Scope returns equal strings for subscribers who see the same data with the same rights. "": share nothing.
	Scope func(ctx context.Context) string
	// Sent is called with how many events were sent to the websocket whose subscription read them, and how many to
	// parked ones. nil: not called.
	Sent func(feed string, read, parked int)
}

// Groups holds the subscriptions of a process, grouped by what they have in common.
type Groups struct {
	options    Options
	renderings *renderings

	mu     sync.Mutex     // protects groups, each group, and marked fields of subscriptions; not held while sending
	groups map[key]*group // groups that have a leader
}

// New returns Groups without subscriptions.
func New(options Options) *Groups {
	return &Groups{options: options, renderings: newRenderings(), groups: map[key]*group{}}
}

// Subscribe returns the handler of a subscription that ends with ctx. It is a plan.Deliver.
func (g *Groups) Subscribe(ctx context.Context, of *plan.Subscription) graphql.ResponseHandler {
	scope := g.options.Scope(ctx)
	if scope == "" {
		return of.Respond
	}
	s := &subscription{Subscription: of, groups: g, since: time.Now(), key: key{requestKey: requestKey{of.Document, of.Variables, scope}}}
	source, movable := of.Source.(Source)
	sink, pushes := ctx.Value(sinkKey{}).(*Sink)
	if movable && pushes {
		s.source, s.sink, s.key.topic = source, sink, source.Topic()
		sink.subscription = s
		context.AfterFunc(ctx, func() { g.leave(s) })
	}
	return s.next
}

// Package fanout lets subscribers who ask for the same share the work. Of the websockets that are at the same position of the same
// stream, one leads: it reads the stream, renders each event, and sends that to all. The others are parked: they have no goroutine
// but the one that reads their socket. All others share what was rendered of an event a moment ago.
//
// The package knows a subscription as a function that renders an event, its source as a cursor, and its transport as a function that
// sends. Reading order: sink.go is what a transport sees, subscription.go what it runs, group.go who leads and who is parked,
// push.go how a group is sent to, and rendering.go what is kept of an event.
package fanout

import (
	"context"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/orgmap/orgmap/graph/plan"
)

// Source is a subscription's source that another subscriber can read instead. Only the goroutine that runs the subscription uses it.
type Source interface {
	// Topic says what is watched.
	Topic() Topic
	// Cursor says up to where the subscriber was given the events. Sources of a scope with equal topics and cursors give the same events
	// from there on. "": this one has to tell its subscriber something that others are not told.
	Cursor() string
	// Seek moves the source to the cursor of another one with the same topic.
	Seek(cursor string)
}

// Topic is what a source watches.
type Topic struct {
	Feed   string // the kind of events, for metrics
	Filter string // which of them
}

// Options set up what is shared.
type Options struct {
	// Scope tells who may be sent the same: those with equal scopes see the same data with the same rights. "" shares nothing.
	Scope func(ctx context.Context) string
	// Sent is told how many events were sent to a websocket whose subscription read them, and to those of parked ones. nil: nobody
	// counts.
	Sent func(feed string, read, parked int)
}

// Groups are the subscriptions of a process, by what they have in common.
type Groups struct {
	options    Options
	renderings *renderings

	mu     sync.Mutex     // protects what follows, what each group holds, and what of each subscription says so; never held while sending
	groups map[key]*group // those that somebody leads
}

// New returns groups without any subscription.
func New(options Options) *Groups {
	return &Groups{options: options, renderings: newRenderings(), groups: map[key]*group{}}
}

// Subscribe returns the handler of a subscription that ends with ctx. It is a plan.Deliver.
func (g *Groups) Subscribe(ctx context.Context, of *plan.Subscription) graphql.ResponseHandler {
	scope := g.options.Scope(ctx)
	if scope == "" {
		return of.Respond
	}
	s := &subscription{Subscription: of, groups: g, since: time.Now(), key: key{same: same{of.Document, of.Variables, scope}}}
	source, movable := of.Source.(Source)
	sink, pushes := ctx.Value(sinkKey{}).(*Sink)
	if movable && pushes {
		s.source, s.sink, s.key.topic = source, sink, source.Topic()
		sink.subscription = s
		context.AfterFunc(ctx, func() { g.leave(s) })
	}
	return s.next
}

package plan

import "context"

// Source is where a subscription's events come from, one after the other. One goroutine at a time uses it.
type Source[T any] interface {
	// Next waits for the next event. It reports false where there are no more, or ctx has ended.
	Next(ctx context.Context) (T, bool)
	// Take is the next event where it is known already. It never waits.
	Take() (T, bool)
	Place
}

// Place is where a subscriber stands in what they follow.
type Place interface {
	// Topic names what is followed: within a scope, two at the same place of a topic get the same events from there on.
	Topic() string
	// Place tells what was given so far; "" where the source must go on by itself.
	Place() string
	// Rest says that somebody else's events are passed on instead, until Resume, which says how far.
	Rest()
	Resume(place string)
	// Passed says how many deliveries of the source's events were made to those who rest.
	Passed(deliveries int)
}

// Follow lets a subscription be answered from a source: a resolver returns what it returns. Under a plan that is no channel
// and no goroutine.
func Follow[T any](ctx context.Context, source Source[T]) <-chan T {
	if x, planned := ctx.Value(executionKey{}).(*Execution); planned {
		x.source = source
		return nil
	}
	events := make(chan T)
	go func() {
		defer close(events)
		for {
			event, more := source.Next(ctx)
			if !more {
				return
			}
			select {
			case events <- event:
			case <-ctx.Done():
				return
			}
		}
	}()
	return events
}

// Stream is what a subscription follows.
type Stream struct {
	next  func(ctx context.Context) *Event // waits; nil: there are no more
	take  func() *Event                    // does not wait; nil: there is none yet
	place Place                            // nil: nobody else follows the same
}

// Event is one event of a subscription.
type Event struct {
	appendTo func(x *Execution) bool
	id       string // "": it is not shared
}

// StreamOf is the stream of what a resolver gave: a source, or else a channel.
func StreamOf[T any](x *Execution, channel <-chan T, appendEvent func(x *Execution, event T) bool) *Stream {
	made := func(event T, more bool) *Event {
		if !more {
			return nil
		}
		next := &Event{appendTo: func(x *Execution) bool { return appendEvent(x, event) }}
		if identified, is := any(event).(Identified); is {
			next.id = identified.EventID()
		}
		return next
	}
	if source, is := x.source.(Source[T]); is {
		return &Stream{
			next:  func(ctx context.Context) *Event { return made(source.Next(ctx)) },
			take:  func() *Event { return made(source.Take()) },
			place: source,
		}
	}
	return &Stream{next: func(ctx context.Context) *Event {
		select {
		case event, open := <-channel:
			return made(event, open)
		case <-ctx.Done():
			return nil
		}
	}}
}

// open opens the stream of the step. Where it does not open, the executor answers with the errors alone.
func (x *Execution) open(step *Step) (stream *Stream) {
	x.path = append(x.path, frame{step: step})
	defer func() {
		if cause := recover(); cause != nil {
			x.path = x.path[:1]
			x.panicked(cause)
			stream = nil
		}
		// The resolver's context, and x with it, stays for as long as the subscription does.
		x.buffer, x.path, x.arguments, x.source, x.known = nil, nil, nil, nil, nil
	}()
	return step.field.Open(x, step)
}

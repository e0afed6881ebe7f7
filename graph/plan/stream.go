package plan

import "context"

// Source is where a subscription's events come from, one after the other. One goroutine at a time uses it.
type Source[T any] interface {
	// Next waits for the next event. It reports false if there are no more, or ctx has ended.
	Next(ctx context.Context) (T, bool)
	// Take returns the next event if it is known already. It never waits.
	Take() (T, bool)
}

// Identified is an event that is the same for all subscribers of an account.
type Identified interface {
	// EventID names the event within its account: different events have different ids.
	EventID() string
}

// Follow answers a subscription from a source: a resolver returns what Follow returns. A compiled subscription reads the source
// itself, without a channel and a goroutine.
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

// Stream is the events of a subscription. What it reads to find them is no part of the response to an event: it has the context that
// the resolver was called with.
type Stream struct {
	Source any           // what the events come from, a Source
	Next   func() *Event // waits; nil: there are no more, or the subscription's context has ended
	Take   func() *Event // does not wait; nil: there is none yet
}

// Event is one event of a subscription.
type Event struct {
	ID string // "": it has none

	appendTo func(x *Execution) bool
}

// StreamOf returns the events that a resolver gave: those of a source, or else of a channel.
func StreamOf[T any](x *Execution, channel <-chan T, appendEvent func(x *Execution, event T) bool) *Stream {
	made := func(event T, more bool) *Event {
		if !more {
			return nil
		}
		next := &Event{appendTo: func(x *Execution) bool { return appendEvent(x, event) }}
		if identified, is := any(event).(Identified); is {
			next.ID = identified.EventID()
		}
		return next
	}
	source, is := x.source.(Source[T])
	if !is {
		source = received[T](channel)
	}
	return &Stream{
		Source: source,
		Next:   func() *Event { return made(source.Next(x.ctx)) },
		Take:   func() *Event { return made(source.Take()) },
	}
}

// received is the events of a channel, as a source.
type received[T any] <-chan T

func (r received[T]) Next(ctx context.Context) (event T, more bool) {
	select {
	case event, more = <-r:
	case <-ctx.Done():
	}
	return event, more
}

func (r received[T]) Take() (event T, ok bool) { return event, false }

// open opens the stream of the step. If it does not open, the executor answers with the errors alone.
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

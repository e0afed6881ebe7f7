package plan

import "context"

// Source delivers a subscription's events in order. Only one goroutine at a time uses it.
type Source[T any] interface {
	// Next waits for the next event. It reports false if there are no more, or ctx has ended.
	Next(ctx context.Context) (T, bool)
	// TryNext returns the next event if there already is one. It never waits.
	TryNext() (T, bool)
}

// Identified is an event that is the same for all subscribers of an account.
type Identified interface {
	// EventID returns an id that is unique to the event within its account.
	EventID() string
}

// Follow returns the channel that a subscription's resolver returns for a source. A compiled subscription reads the
// source directly instead, without a channel and a goroutine, so Follow returns nil.
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

// Stream holds the events of a subscription. It reads them with the context that the resolver was called with; those
// reads are not part of the response to an event.
type Stream struct {
	Source  any           // the Source of the events
	Next    func() *Event // waits; nil: there are no more, or the subscription's context has ended
	TryNext func() *Event // does not wait; nil: there is none yet
}

// Event is one event of a subscription.
type Event struct {
	ID string // "": the event has no id

	appendTo func(x *Execution) bool
}

// StreamOf returns the stream of a resolver's events, which come from its source if it has one, else from channel.
func StreamOf[T any](x *Execution, channel <-chan T, appendEvent func(x *Execution, event T) bool) *Stream {
	wrap := func(event T, more bool) *Event {
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
		source = channelSource[T](channel)
	}
	return &Stream{
		Source:  source,
		Next:    func() *Event { return wrap(source.Next(x.ctx)) },
		TryNext: func() *Event { return wrap(source.TryNext()) },
	}
}

// channelSource makes a channel a Source.
type channelSource[T any] <-chan T

func (r channelSource[T]) Next(ctx context.Context) (event T, more bool) {
	select {
	case event, more = <-r:
	case <-ctx.Done():
	}
	return event, more
}

func (r channelSource[T]) TryNext() (event T, ok bool) { return event, false }

// open opens the stream of the step. If it returns nil, the response holds only errors.
func (x *Execution) open(step *Step) (stream *Stream) {
	x.path = append(x.path, frame{step: step})
	defer func() {
		if cause := recover(); cause != nil {
			x.path = x.path[:1]
			x.panicked(cause)
			stream = nil
		}
		// The resolver's context refers to x, so both live as long as the subscription does.
		x.buffer, x.path, x.arguments, x.source, x.known = nil, nil, nil, nil, nil
	}()
	return step.field.Open(x, step)
}

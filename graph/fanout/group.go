package fanout

import "github.com/99designs/gqlgen/graphql"

// key is equal for all subscriptions that can be in one group.
type key struct {
	requestKey
	topic Topic
}

// group holds the subscriptions of a key that are at the same cursor: the leader and the parked ones.
//
//	waiting --begin--> rendering --send--> sending --endSend--> waiting
//
// A new leader starts in waiting.
type group struct {
	key        key
	cursor     string
	phase      phase
	parked     []*subscription
	recipients []*subscription // scratch memory for the subscriptions being sent to
}

type phase int

const (
	phaseWaiting   phase = iota // the leader is waiting for an event
	phaseRendering              // the leader is rendering; a subscription parked now would get older data
	phaseSending                // to subscriptions parked at the previous cursor; those at the new one can park
)

// state is what a subscription does for its group.
//
//	reading --enter--> leading                        it is the first of its key
//	reading --park---> parked                         it is at its group's cursor
//	parked  --wake---> reading, leading               its client is not ready, or the leader has stopped leading
//	leading --send, finish--> reading                 its client is not ready, or there are no more events
//	any     --leave--> left
type state int

const (
	stateReading state = iota // only for itself
	stateLeading              // reads for its group
	stateParked
	stateLeft
)

// enter must be called before s waits for an event. It reports whether s can be parked instead; s leads if it is the
// first of its key.
func (g *Groups) enter(s *subscription) (parks bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if s.from != "" {
		s.source.Seek(s.from)
		s.from = ""
	}
	cursor := s.source.Cursor()
	if s.state != stateReading || cursor == "" {
		return false
	}
	if group := g.groups[s.key]; group != nil {
		return group.admits(cursor)
	}
	g.groups[s.key] = &group{key: s.key, cursor: cursor}
	s.state = stateLeading
	return false
}

// admits reports whether a subscription at cursor can be parked.
func (g *group) admits(cursor string) bool { return g.phase != phaseRendering && g.cursor == cursor }

// park parks s if it is at its group's cursor. Call it after the handler has returned: from then on another goroutine
// may resume s.
func (g *Groups) park(s *subscription) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	group := g.groups[s.key]
	if s.state != stateReading || group == nil || !group.admits(s.source.Cursor()) {
		return false
	}
	s.state, s.index = stateParked, len(group.parked)
	group.parked = append(group.parked, s)
	return true
}

// begin must be called when s has an event. It reports whether s renders the event for its group.
func (g *Groups) begin(s *subscription) (leads bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if leads = s.state == stateLeading; leads {
		g.groups[s.key].phase = phaseRendering
	}
	return leads
}

// send sends a batch to the group that s leads; the source of s is at the end of the batch. If the client of s is not
// ready, another subscription takes over as leader and send returns false: the transport must send the batch to s.
func (g *Groups) send(s *subscription, batch []*graphql.Response) (ready bool) {
	g.mu.Lock()
	if s.state != stateLeading { // it has left
		g.mu.Unlock()
		return true
	}
	group := g.groups[s.key]
	before := group.cursor
	group.cursor, group.phase = s.source.Cursor(), phaseSending
	group.recipients = append(group.recipients[:0], group.parked...)
	g.mu.Unlock()

	late := group.recipients // in case a push panics
	defer func() { g.endSend(s, group, before, late, ready) }()
	late = push(group.recipients, batch)
	ready = s.sink.Push(batch)
	if g.options.Sent != nil {
		own := 0
		if ready {
			own = len(batch)
		}
		g.options.Sent(s.key.topic.Feed, own, len(batch)*(len(group.recipients)-len(late)))
	}
	return ready
}

// endSend completes send: late subscriptions continue from the previous cursor, and the group has a leader again.
func (g *Groups) endSend(s *subscription, group *group, before string, late []*subscription, ready bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	group.phase = phaseWaiting
	for _, each := range late {
		if each.state == stateParked {
			group.wake(each, stateReading, before)
		}
	}
	clear(group.recipients)
	if s.state == stateLeading && !ready {
		s.state = stateReading
	}
	if s.state != stateLeading { // it may have left meanwhile
		g.promote(group)
	}
}

// finish wakes all parked subscriptions, so that each finds out itself that there are no more events.
func (g *Groups) finish(s *subscription) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if s.state != stateLeading {
		return
	}
	group := g.groups[s.key]
	for len(group.parked) > 0 {
		group.wake(group.parked[len(group.parked)-1], stateReading, group.cursor)
	}
	s.state = stateReading
	g.promote(group)
}

// leave must be called when the subscription ends.
func (g *Groups) leave(s *subscription) {
	g.mu.Lock()
	defer g.mu.Unlock()
	before := s.state
	s.state = stateLeft
	switch before {
	case stateReading, stateLeft:
	case stateParked:
		g.groups[s.key].remove(s)
	case stateLeading:
		if group := g.groups[s.key]; group.phase != phaseSending { // otherwise endSend does it
			g.promote(group)
		}
	}
}

// promote makes a parked subscription the leader of a group that has lost its leader. The caller must hold mu.
func (g *Groups) promote(group *group) {
	group.phase = phaseWaiting
	if last := len(group.parked) - 1; last >= 0 {
		group.wake(group.parked[last], stateLeading, group.cursor)
	} else {
		delete(g.groups, group.key)
	}
}

// wake resumes a parked subscription at a cursor. The caller must hold mu.
func (g *group) wake(s *subscription, as state, from string) {
	g.remove(s)
	s.state, s.from = as, from
	s.sink.Resume()
}

// remove removes a parked subscription; the last one takes its index. The caller must hold mu.
func (g *group) remove(s *subscription) {
	last := len(g.parked) - 1
	moved := g.parked[last]
	g.parked[s.index], moved.index = moved, s.index
	g.parked[last] = nil
	g.parked = g.parked[:last]
}

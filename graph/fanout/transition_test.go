package fanout

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
)

// leader returns the member that leads.
func (c *tapeClients) leader(members []*member) *member {
	c.groups.mu.Lock()
	defer c.groups.mu.Unlock()
	at := slices.IndexFunc(members, func(m *member) bool { return m.sink.subscription.state == stateLeading })
	require.GreaterOrEqual(c.t, at, 0, "no member leads")
	return members[at]
}

func (m *member) left() bool {
	m.tapeClients.groups.mu.Lock()
	defer m.tapeClients.groups.mu.Unlock()
	return m.sink.subscription.state == stateLeft
}

func TestGroups_OneLeaderFollowsOneThatLeavesWhileSending(t *testing.T) {
	t.Parallel()
	c := newTapeClients(t)
	members := c.gather(5)
	leader := c.leader(members)
	sending := make(chan struct{})
	var once sync.Once
	for _, m := range members {
		m.ready = func() bool {
			once.Do(func() {
				leader.leave()
				c.eventually("the member has left", leader.left)
				require.Equal(t, len(members)-1, c.waiting(), "no member may lead before all have been sent the event")
				close(sending)
			})
			return true
		}
	}
	c.tape.add()
	<-sending
	c.tape.add()
	for _, m := range members {
		if m != leader {
			c.eventually("each member has both events", func() bool { return m.has() == 2 })
			requireNumbers(t, 0, 2, m.part())
		}
	}
}

func TestGroups_AMemberWithOtherResponseExtensionsStaysAlone(t *testing.T) {
	t.Parallel()
	c := newTapeClients(t)
	members := c.gather(3)
	alone := c.joinAs(0, always, func(ctx context.Context) { graphql.RegisterExtension(ctx, "of", "one") })
	t.Cleanup(func() { alone.part() })
	c.tape.add()
	for _, m := range append(members, alone) {
		c.eventually("each member has the event", func() bool { return m.has() == 1 })
	}
	c.eventually("the others are grouped", func() bool { return c.waiting() == len(members)-1 })
	require.EqualValues(t, len(members), c.sent.Load())
}

func TestGroups_WithoutAScopeShareNothing(t *testing.T) {
	t.Parallel()
	c := newTapeClients(t)
	c.groups.options.Scope = func(context.Context) string { return "" }
	members := []*member{c.join(0, always), c.join(0, always)}
	c.tape.add()
	for _, m := range members {
		c.eventually("each member has the event", func() bool { return m.has() == 1 })
		m.part()
	}
	require.EqualValues(t, len(members), c.rendered.Load())
	require.Zero(t, c.sent.Load())
}

func TestGroups_AMemberThatLeavesDuringASendLeavesAlone(t *testing.T) {
	t.Parallel()
	c := newTapeClients(t)
	members := c.gather(5)
	leader := c.leader(members)
	at := slices.IndexFunc(members, func(m *member) bool { return m != leader })
	leaving := members[at]
	leaving.ready = func() bool { // it is not ready, and the group cannot know yet that it has left
		leaving.leave()
		c.eventually("the member has left", leaving.left)
		return false
	}
	members = slices.Delete(slices.Clone(members), at, at+1)
	for n := range 3 {
		c.tape.add()
		for _, m := range members {
			c.eventually("each other member has the event", func() bool { return m.has() == n+1 })
		}
	}
	require.Equal(t, len(members)-1, c.waiting())
}

func TestGroups_APanicWhileSendingEndsOnlyTheLeader(t *testing.T) {
	t.Parallel()
	c := newTapeClients(t)
	members := c.gather(5)
	leader := c.leader(members)
	at := slices.IndexFunc(members, func(m *member) bool { return m != leader })
	var once sync.Once
	members[at].ready = func() bool {
		once.Do(func() { panic("it cannot be encoded") })
		return true
	}
	for n := range 2 {
		c.tape.add()
		for _, m := range members {
			if m != leader {
				c.eventually("each other member has the event", func() bool {
					m.mu.Lock()
					defer m.mu.Unlock()
					return slices.Contains(m.got, "{"+strconv.Itoa(n+1)+"}")
				})
			}
		}
	}
	c.eventually("the remaining members are grouped again", func() bool { return c.waiting() == len(members)-2 })
}

func TestGroups_ParkNoMemberWhileTheLeaderRenders(t *testing.T) {
	t.Parallel()
	c := newTapeClients(t)
	begun, proceed := make(chan struct{}), make(chan struct{})
	release := sync.OnceFunc(func() { close(proceed) })
	defer release()
	var first atomic.Bool
	c.render = func() {
		if !first.Swap(true) {
			close(begun)
			<-proceed
		}
	}
	members := c.gather(2)
	c.tape.add()
	<-begun
	late := c.join(0, always) // the leader's data may be older than what this member has seen
	t.Cleanup(func() { late.part() })
	c.eventually("the member reads for itself", func() bool { return late.has() == 1 })
	require.EqualValues(t, 2, c.rendered.Load())
	release()
	members = append(members, late)
	c.eventually("all but one are parked", func() bool { return c.waiting() == len(members)-1 || c.alone(late) })
	c.tape.add()
	for _, m := range members {
		c.eventually("each member has both events", func() bool { return m.has() == 2 })
	}
}

// alone reports whether a member waits for the next event itself, as it does if it joined at the cursor that the group
// was moving to.
func (c *tapeClients) alone(m *member) bool {
	c.groups.mu.Lock()
	defer c.groups.mu.Unlock()
	return m.sink.subscription.state == stateReading
}

func TestGroups_AMemberBehindItsGroupIsNotParked(t *testing.T) {
	t.Parallel()
	c := newTapeClients(t)
	members := c.gather(2)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	sink := &Sink{Push: func([]*graphql.Response) bool { t.Error("the member must not be sent to"); return true }, Resume: func() {}}
	handler := c.subscribe(sink.With(ctx), 0)
	require.Nil(t, handler(answering()), "the member can be parked")
	c.tape.add()
	for _, m := range members {
		c.eventually("each member has the event", func() bool { return m.has() == 1 })
	}
	require.Equal(t, Again, sink.Outcome(nil))
	response := handler(answering())
	require.Equal(t, "{1}", string(response.Data))
	require.Equal(t, Send, sink.Outcome(response))
	require.Nil(t, handler(answering()))
	require.Equal(t, Parked, sink.Outcome(nil))
}

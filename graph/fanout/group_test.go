package fanout

import (
	"context"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/graph/plan"
)

// tape is the stream that all subscriptions follow: numbers from 1 on.
type tape struct {
	mu      sync.Mutex
	length  int
	ended   bool
	changed chan struct{}
}

func newTape() *tape { return &tape{changed: make(chan struct{})} }

func (t *tape) change(how func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	how()
	close(t.changed)
	t.changed = make(chan struct{})
}

func (t *tape) add() { t.change(func() { t.length++ }) }
func (t *tape) end() { t.change(func() { t.ended = true }) }

// head is a source that reads a tape.
type head struct {
	*tape
	ctx context.Context
	at  int
}

func (h *head) next() *plan.Event {
	for h.ctx.Err() == nil {
		if next := h.tryNext(); next != nil {
			return next
		}
		h.mu.Lock()
		changed, over := h.changed, h.ended && h.at == h.length
		h.mu.Unlock()
		if over {
			return nil
		}
		select {
		case <-changed:
		case <-h.ctx.Done():
		}
	}
	return nil
}

func (h *head) tryNext() *plan.Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.at == h.length {
		return nil
	}
	h.at++
	return &plan.Event{ID: strconv.Itoa(h.at)}
}

func (h *head) Topic() Topic       { return Topic{Feed: "tape"} }
func (h *head) Cursor() string     { return strconv.Itoa(h.at) }
func (h *head) Seek(cursor string) { h.at, _ = strconv.Atoi(cursor) }

// tapeClients holds subscriptions to one tape.
type tapeClients struct {
	t            *testing.T
	groups       *Groups
	tape         *tape
	render       func()       // called while an event is rendered
	rendered     atomic.Int64 // number of renderings
	reads        atomic.Int64 // number of calls of a handler
	sent, parked atomic.Int64 // events counted by Sent
}

func newTapeClients(t *testing.T) *tapeClients {
	t.Helper()
	c := &tapeClients{t: t, tape: newTape(), render: func() {}}
	c.groups = New(Options{
		Scope: func(context.Context) string { return "ours" },
		Sent: func(feed string, read, parked int) {
			if feed != "tape" {
				t.Errorf("sent of feed %q", feed)
			}
			c.sent.Add(int64(read + parked))
			c.parked.Add(int64(parked))
		},
	})
	return c
}

// subscribe returns a compiled subscription that continues after the given number.
func (c *tapeClients) subscribe(ctx context.Context, at int) graphql.ResponseHandler {
	source := &head{tape: c.tape, ctx: ctx, at: at}
	return c.groups.Subscribe(ctx, &plan.Subscription{
		Stream: &plan.Stream{Source: source, Next: source.next, TryNext: source.tryNext},
		Render: func(_ context.Context, event *plan.Event) *graphql.Response {
			c.rendered.Add(1)
			c.render()
			return &graphql.Response{Data: []byte("{" + event.ID + "}")}
		},
		Document: c,
	})
}

// member is one subscription as a transport runs it.
type member struct {
	tapeClients *tapeClients
	ctx         context.Context
	leave       context.CancelFunc
	sink        *Sink
	handler     graphql.ResponseHandler
	ready       func() bool
	prepare     func(context.Context)
	over        chan struct{}
	running     sync.WaitGroup

	mu  sync.Mutex // protects got; also ensures that running does not grow once ctx has ended
	got []string
}

func (c *tapeClients) join(at int, ready func() bool) *member {
	return c.joinAs(at, ready, func(context.Context) {})
}

// joinAs adds a member, and calls prepare with the context of each response.
func (c *tapeClients) joinAs(at int, ready func() bool, prepare func(context.Context)) *member {
	m := &member{tapeClients: c, ready: ready, prepare: prepare, over: make(chan struct{})}
	m.ctx, m.leave = context.WithCancel(context.Background())
	m.sink = &Sink{Push: m.push, Resume: m.resume}
	m.handler = c.subscribe(m.sink.With(m.ctx), at)
	m.resume()
	return m
}

func (m *member) answering(ctx context.Context) context.Context {
	return graphql.WithResponseContext(ctx, graphql.DefaultErrorPresenter, graphql.DefaultRecover)
}

func (m *member) resume() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ctx.Err() != nil {
		return
	}
	m.running.Go(func() {
		defer func() {
			if recover() != nil { // a transport ends the subscription
				m.leave()
			}
		}()
		for {
			m.tapeClients.reads.Add(1)
			ctx := m.answering(m.ctx)
			m.prepare(ctx)
			response := m.handler(ctx)
			switch m.sink.Outcome(response) {
			case Send:
				m.take(response)
			case Again:
			case Parked:
				return
			case Over:
				close(m.over)
				return
			}
		}
	})
}

// part ends the member and waits until its goroutines have ended. A push that has already begun may still add an event.
func (m *member) part() []string {
	m.mu.Lock()
	m.leave()
	m.mu.Unlock()
	m.running.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.got)
}

func (m *member) take(responses ...*graphql.Response) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, response := range responses {
		m.got = append(m.got, string(response.Data))
	}
}

func (m *member) push(responses []*graphql.Response) bool {
	if m.ctx.Err() != nil {
		return true
	}
	if !m.ready() {
		return false
	}
	m.take(responses...)
	return true
}

func (m *member) has() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.got)
}

func always() bool { return true }

func (c *tapeClients) eventually(what string, is func() bool) {
	c.t.Helper()
	require.Eventually(c.t, is, 20*time.Second, time.Millisecond, what)
}

// gather adds many members: one leads, the others are parked.
func (c *tapeClients) gather(many int) []*member {
	members := make([]*member, many)
	for i := range members {
		members[i] = c.join(0, always)
		c.t.Cleanup(func() { members[i].part() })
	}
	c.eventually("all but one are parked", func() bool { return c.waiting() == many-1 })
	return members
}

func (c *tapeClients) waiting() (all int) {
	c.groups.mu.Lock()
	defer c.groups.mu.Unlock()
	for _, group := range c.groups.groups {
		all += len(group.parked)
	}
	return all
}

func requireNumbers(t *testing.T, from, to int, got []string) {
	t.Helper()
	want := make([]string, 0, to-from)
	for n := from + 1; n <= to; n++ {
		want = append(want, `{`+strconv.Itoa(n)+`}`)
	}
	require.Equal(t, want, got)
}

func TestGroups_ReadAndRenderEachEventOnce(t *testing.T) {
	t.Parallel()
	c := newTapeClients(t)
	const many, events = 2000, 20
	members := c.gather(many)
	reads := c.reads.Load()
	for n := range events {
		c.tape.add()
		for _, m := range members {
			c.eventually("each member has the event", func() bool { return m.has() == n+1 })
		}
	}
	for _, m := range members {
		requireNumbers(t, 0, events, m.got)
	}
	require.EqualValues(t, events, c.rendered.Load())
	c.eventually("each delivery is counted", func() bool { return c.sent.Load() == events*many && c.parked.Load() == events*(many-1) })
	require.LessOrEqual(t, c.reads.Load()-reads, int64(events), "only the leader was woken")
}

func TestGroups_DeliveryAllocatesNothing(t *testing.T) { //nolint:paralleltest // it counts allocations
	delivered := 0
	members := make([]*subscription, 400)
	for i := range members {
		members[i] = &subscription{sink: &Sink{Push: func([]*graphql.Response) bool { delivered++; return true }}}
	}
	batch := []*graphql.Response{{Data: []byte("{}")}}
	require.Zero(t, testing.AllocsPerRun(10, func() { push(members, batch) }))
	require.Equal(t, 11*len(members), delivered)
}

func TestGroups_ASlowMemberContinuesAloneAndRejoins(t *testing.T) {
	t.Parallel()
	c := newTapeClients(t)
	members := c.gather(20)
	var blocked atomic.Bool
	members[7].ready = func() bool { return !blocked.Load() }
	blocked.Store(true)
	for range 5 {
		c.tape.add()
	}
	for _, m := range members { // a member that is not ready gets the events from its transport
		c.eventually("each member has every event", func() bool { return m.has() == 5 })
	}
	blocked.Store(false)
	c.eventually("all but one are parked", func() bool { return c.waiting() == len(members)-1 })
	c.tape.add()
	for _, m := range members {
		c.eventually("each member has every event", func() bool { return m.has() == 6 })
		requireNumbers(t, 0, 6, m.got)
	}
}

func TestGroups_AnotherMemberLeadsWhenTheLeaderLeaves(t *testing.T) {
	t.Parallel()
	c := newTapeClients(t)
	members := c.gather(20)
	for n, m := range members {
		c.tape.add()
		for _, each := range members[n:] {
			c.eventually("each member has the event", func() bool { return each.has() == n+1 })
		}
		m.part() // the first leads, then any other
	}
	for n, m := range members {
		requireNumbers(t, 0, n+1, m.part())
	}
	c.eventually("no group is left", func() bool {
		c.groups.mu.Lock()
		defer c.groups.mu.Unlock()
		return len(c.groups.groups) == 0
	})
}

func TestGroups_EndAllSubscriptionsWithTheSource(t *testing.T) {
	t.Parallel()
	c := newTapeClients(t)
	members := c.gather(50)
	c.tape.add()
	c.tape.end()
	for _, m := range members {
		select {
		case <-m.over:
		case <-time.After(20 * time.Second):
			t.Fatal("a subscription did not end")
		}
		requireNumbers(t, 0, 1, m.got)
	}
}

// Members join, leave, stall or start from an old position while events arrive: each gets every event after its
// position, in order and once.
func TestGroups_DeliverEachEventOnceInOrder(t *testing.T) { //nolint:paralleltest // it checks for leaked goroutines
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	const events = 400
	c := newTapeClients(t)
	var group sync.WaitGroup
	group.Go(func() {
		for range events {
			c.tape.add()
			for range 100 { // let the others run
				runtime.Gosched()
			}
		}
		c.tape.end()
	})
	for worker := range 40 {
		random := rand.New(rand.NewPCG(1, uint64(worker)))
		var mu sync.Mutex // protects random: any goroutine may push
		group.Go(func() {
			for at := 0; at < events; {
				m := c.join(at, func() bool {
					mu.Lock()
					defer mu.Unlock()
					return random.IntN(10) > 0
				})
				mu.Lock()
				want := min(at+1+random.IntN(80), events)
				mu.Unlock()
				for m.has() < want-at {
					runtime.Gosched()
				}
				got := m.part()
				requireNumbers(c.t, at, at+len(got), got)
				at += len(got)
			}
		})
	}
	group.Wait()
	c.eventually("no group is left", func() bool { return c.waiting() == 0 })
}

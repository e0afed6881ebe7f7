package plan

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
)

// tape is what all follow: numbers from 1 on.
type tape struct {
	mu      sync.Mutex
	length  int
	ended   bool
	passed  int // deliveries to those who rest
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

// head reads a tape: a source.
type head struct {
	*tape
	at int
}

type number int

func (n number) EventID() string { return strconv.Itoa(int(n)) }

func (h *head) Next(ctx context.Context) (number, bool) {
	for ctx.Err() == nil {
		if next, ok := h.Take(); ok {
			return next, true
		}
		h.mu.Lock()
		changed, over := h.changed, h.ended && h.at == h.length
		h.mu.Unlock()
		if over {
			return 0, false
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
	return 0, false
}

func (h *head) Take() (number, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.at == h.length {
		return 0, false
	}
	h.at++
	return number(h.at), true
}

func (h *head) Topic() string { return "the tape" }
func (h *head) Place() string { return strconv.Itoa(h.at) }
func (h *head) Rest()         {}

func (h *head) Passed(deliveries int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.passed += deliveries
}

func (h *head) Resume(place string) {
	h.at, _ = strconv.Atoi(place)
}

// crowd is a schema's subscriptions to one tape.
type crowd struct {
	t      *testing.T
	schema *schema
	tape   *tape
	plan   *plan
	made   atomic.Int64 // times an event was made
	reads  atomic.Int64 // times a goroutine waited for an event
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	c := &crowd{t: t, tape: newTape()}
	c.schema = &schema{scope: func(context.Context) string { return "ours" }, shares: newShares(), audiences: newAudiences()}
	append1 := func(x *Execution, event number) bool {
		c.made.Add(1)
		x.buffer = strconv.AppendInt(x.buffer, int64(event), 10)
		return true
	}
	field := &Field{Open: func(x *Execution, _ *Step) *Stream {
		return StreamOf(x, Follow[number](x.ctx, x.ctx.Value(crowd{}).(*head)), append1)
	}}
	c.plan = &plan{root: &Selection{steps: []Step{{field: field}}}}
	return c
}

// member is one subscription as a transport runs it.
type member struct {
	crowd   *crowd
	ctx     context.Context
	leave   context.CancelFunc
	seat    *Seat
	handler graphql.ResponseHandler
	ready   func() bool
	over    chan struct{}
	running sync.WaitGroup

	mu  sync.Mutex // protects got, and that nothing is added to running once ctx has ended
	got []string
}

func (c *crowd) join(at int, ready func() bool) *member {
	m := &member{crowd: c, ready: ready, over: make(chan struct{})}
	m.ctx, m.leave = context.WithCancel(context.Background())
	m.seat = &Seat{Push: m.push, Resume: m.resume}
	ctx := context.WithValue(m.seat.With(m.ctx), crowd{}, &head{tape: c.tape, at: at})
	m.handler = c.schema.subscribe(m.answering(ctx), c.plan, &graphql.OperationContext{})
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
		for {
			m.crowd.reads.Add(1)
			response := m.handler(m.answering(m.ctx))
			switch {
			case response == nil:
				rests, over := m.seat.Take()
				if over {
					close(m.over)
				}
				if rests || over {
					return
				}
			case !m.seat.Handed():
				m.take(response)
			}
		}
	})
}

// part leaves, and waits until nothing runs any more. A push that had begun may still come: it is what the next one gets.
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

func (c *crowd) eventually(what string, is func() bool) {
	c.t.Helper()
	require.Eventually(c.t, is, 20*time.Second, time.Millisecond, what)
}

// gather brings many together: one leads, the others rest.
func (c *crowd) gather(many int) []*member {
	members := make([]*member, many)
	for i := range members {
		members[i] = c.join(0, always)
		c.t.Cleanup(func() { members[i].part() })
	}
	c.eventually("all but one rest", func() bool { return c.resting() == many-1 })
	return members
}

func (c *crowd) resting() (all int) {
	c.schema.audiences.mu.Lock()
	defer c.schema.audiences.mu.Unlock()
	for _, a := range c.schema.audiences.known {
		all += len(a.resting)
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

func TestAudience_AnEventIsReadAndMadeOnceForAll(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	const many, events = 2000, 20
	members := c.gather(many)
	reads := c.reads.Load()
	for n := range events {
		c.tape.add()
		for _, m := range members {
			c.eventually("each has it", func() bool { return m.has() == n+1 })
		}
	}
	for _, m := range members {
		requireNumbers(t, 0, events, m.got)
	}
	require.EqualValues(t, events, c.made.Load())
	c.eventually("each delivery is counted", func() bool { c.tape.mu.Lock(); defer c.tape.mu.Unlock(); return c.tape.passed == events*(many-1) })
	require.LessOrEqual(t, c.reads.Load()-reads, int64(events), "nobody but the one who leads was woken")
}

func TestAudience_ADeliveryAllocatesNothing(t *testing.T) { //nolint:paralleltest // it counts allocations
	delivered := 0
	members := make([]*follower, 400)
	for i := range members {
		members[i] = &follower{seat: &Seat{Push: func([]*graphql.Response) bool { delivered++; return true }}}
	}
	batch := []*graphql.Response{{Data: []byte("{}")}}
	require.Zero(t, testing.AllocsPerRun(10, func() { push(members, batch) }))
	require.Equal(t, 11*len(members), delivered)
}

func TestAudience_WhoIsNotReadyGoesOnAloneAndComesBack(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	members := c.gather(20)
	var blocked atomic.Bool
	members[7].ready = func() bool { return !blocked.Load() }
	blocked.Store(true)
	for range 5 {
		c.tape.add()
	}
	for _, m := range members { // the one who is not ready gets them from its transport
		c.eventually("each has all", func() bool { return m.has() == 5 })
	}
	blocked.Store(false)
	c.eventually("all but one rest", func() bool { return c.resting() == len(members)-1 })
	c.tape.add()
	for _, m := range members {
		c.eventually("each has all", func() bool { return m.has() == 6 })
		requireNumbers(t, 0, 6, m.got)
	}
}

func TestAudience_TheLeadGoesOn(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	members := c.gather(20)
	for n, m := range members {
		c.tape.add()
		for _, each := range members[n:] {
			c.eventually("each has it", func() bool { return each.has() == n+1 })
		}
		m.part() // the first leads, and then it is anybody
	}
	for n, m := range members {
		requireNumbers(t, 0, n+1, m.part())
	}
	c.eventually("nothing is left", func() bool {
		c.schema.audiences.mu.Lock()
		defer c.schema.audiences.mu.Unlock()
		return len(c.schema.audiences.known) == 0
	})
}

func TestAudience_EndsForAll(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
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

// Whoever comes, goes, stalls or starts from long ago while events come: each gets what follows its place, in order, once.
func TestAudience_InOrderOnceWhateverHappens(t *testing.T) { //nolint:paralleltest // it looks for goroutines that are left over
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	const events = 400
	c := newCrowd(t)
	var group sync.WaitGroup
	group.Go(func() {
		for range events {
			c.tape.add()
			for range 100 { // the others' turn
				runtime.Gosched()
			}
		}
		c.tape.end()
	})
	for worker := range 40 {
		random := rand.New(rand.NewPCG(1, uint64(worker)))
		var mu sync.Mutex // protects random: a push may come from any goroutine
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
	c.eventually("nothing is left", func() bool { return c.resting() == 0 })
}

package plan

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
)

// Seat is a transport's part in an audience: subscribers who follow the same with the same selection and rights. One of them
// leads: it reads the events, makes what is selected, and passes that on to all. The others rest: they have no goroutine.
// A subscriber whose client is not ready stops resting and goes on by itself, until it is where the others are.
type Seat struct {
	// Push sends responses, in order, where the client can take all of them now. It must not wait; where it reports false,
	// nothing was sent.
	Push func([]*graphql.Response) bool
	// Resume lets the subscription go on by itself: its handler is to be called again. It must not wait.
	Resume func()

	offered *follower // of the goroutine that calls the handler
	handed  bool
}

type seatKey struct{}

// With offers the seat to the subscription that is started with the context.
func (s *Seat) With(ctx context.Context) context.Context { return context.WithValue(ctx, seatKey{}, s) }

// Handed tells, and forgets, whether the last response was handed on already: the transport must not send it.
func (s *Seat) Handed() bool {
	handed := s.handed
	s.handed = false
	return handed
}

// Take answers a handler that returned no response. Where the subscription ended, over is true. Else it rests, where it
// does: its goroutine may end, and Resume may be called from now on. Where it is neither, the handler is to be called again.
func (s *Seat) Take() (rests, over bool) {
	if s.offered == nil {
		return false, true
	}
	follower := s.offered
	s.offered = nil
	return follower.join(), false
}

// audienceKey is what is equal for all of an audience; its event is empty.
type audienceKey struct {
	shareKey
	topic string
}

// audiences are those there are.
type audiences struct {
	mu    sync.Mutex // protects what follows, and all of each audience but its passing
	known map[audienceKey]*audience
}

func newAudiences() *audiences { return &audiences{known: map[audienceKey]*audience{}} }

// audience is those who rest and the one who leads, all at the same place.
type audience struct {
	place   string
	busy    bool      // the leader makes what will be passed on: who comes now is not sent what was read before they came
	leader  *follower // nil: nobody, and then nobody rests either
	resting []*follower
	passing sync.Mutex  // held while something is passed on, and while the lead changes; taken before mu; protects sent
	sent    []*follower // who rested when something was passed on
}

// follower is one subscription's part in an audience.
type follower struct {
	all   *audiences
	key   audienceKey
	place Place
	seat  *Seat
	index int  // where it rests, plus one; 0: it does not
	gone  bool // it has left
	reset bool // before it goes on, it must be told where from
	from  string
}

func (a *audiences) follower(key audienceKey, place Place, seat *Seat) *follower {
	return &follower{all: a, key: key, place: place, seat: seat}
}

// begin is called before the subscription waits for an event: whether it leads, or is offered rest.
func (f *follower) begin() (leads, rests bool) {
	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	if f.reset {
		f.reset = false
		f.place.Resume(f.from)
	}
	place := f.place.Place()
	if f.gone || place == "" {
		return f.leads(), false
	}
	a := f.all.known[f.key]
	switch {
	case a == nil:
		f.all.known[f.key] = &audience{place: place, leader: f}
		return true, false
	case a.leader == f:
		return true, false
	case a.place == place && !a.busy:
		f.seat.offered = f
		return false, true
	default:
		return false, false
	}
}

// leads is called with mu held.
func (f *follower) leads() bool {
	a := f.all.known[f.key]
	return a != nil && a.leader == f
}

// join lets the subscription rest, where it still is where the others are.
func (f *follower) join() bool {
	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	a := f.all.known[f.key]
	if f.gone || a == nil || a.busy || a.leader == f || a.place != f.place.Place() {
		return false
	}
	f.place.Rest()
	a.resting = append(a.resting, f)
	f.index = len(a.resting)
	return true
}

// starts says that the leader makes what it will pass on.
func (f *follower) starts() {
	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	if f.leads() {
		f.all.known[f.key].busy = true
	}
}

// pass sends responses to all, and notes the place they lead to. It reports false where the leader's own client is not
// ready: somebody else leads then, and the leader is to send them alone.
func (f *follower) pass(batch []*graphql.Response) bool {
	f.all.mu.Lock()
	a := f.all.known[f.key]
	f.all.mu.Unlock()
	if a == nil {
		return false
	}
	a.passing.Lock()
	defer a.passing.Unlock()
	f.all.mu.Lock()
	if a.leader != f { // it has left
		f.all.mu.Unlock()
		return true
	}
	before := a.place
	a.place, a.busy = f.place.Place(), false
	a.sent = append(a.sent[:0], a.resting...)
	f.all.mu.Unlock()

	late := push(a.sent, batch)
	f.place.Passed((len(a.sent) - len(late)) * len(batch))
	clear(a.sent)
	ready := f.seat.Push(batch)

	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	for _, each := range late {
		if each.index > 0 {
			a.wake(each, before)
		}
	}
	if !ready {
		a.succeed(f)
	}
	return ready
}

const (
	perWorker = 512 // subscribers that are worth a goroutine
	perTurn   = 64  // whom one sends to before it looks for more: who has a processor for itself does more than who shares one
)

// push sends to all, and returns those who are not ready.
func push(audience []*follower, batch []*graphql.Response) (late []*follower) {
	workers := min(runtime.GOMAXPROCS(0), 1+len(audience)/perWorker)
	if workers == 1 {
		return pushPart(audience, batch)
	}
	parts := make([][]*follower, workers)
	var next atomic.Int64
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for {
				to := int(next.Add(perTurn))
				if to-perTurn >= len(audience) {
					return
				}
				parts[worker] = append(parts[worker], pushPart(audience[to-perTurn:min(to, len(audience))], batch)...)
			}
		})
	}
	group.Wait()
	return slices.Concat(parts...)
}

func pushPart(part []*follower, batch []*graphql.Response) (late []*follower) {
	for _, each := range part {
		if !each.seat.Push(batch) {
			late = append(late, each)
		}
	}
	return late
}

// wake lets a resting follower go on from a place. mu is held.
func (a *audience) wake(f *follower, from string) {
	a.remove(f)
	f.reset, f.from = true, from
	f.seat.Resume()
}

// remove takes a resting follower out; the last takes its place. mu is held.
func (a *audience) remove(f *follower) {
	last := len(a.resting) - 1
	moved := a.resting[last]
	a.resting[f.index-1], moved.index = moved, f.index
	a.resting[last] = nil
	a.resting, f.index = a.resting[:last], 0
}

// succeed gives the lead to another one. mu is held, and passing.
func (a *audience) succeed(f *follower) {
	a.busy = false
	if last := len(a.resting) - 1; last >= 0 {
		a.leader = a.resting[last]
		a.wake(a.leader, a.place)
		return
	}
	a.leader = nil
	delete(f.all.known, f.key)
}

// finish lets everybody see for themselves that there are no more events.
func (f *follower) finish() {
	f.change(func(a *audience) {
		for len(a.resting) > 0 {
			a.wake(a.resting[len(a.resting)-1], a.place)
		}
		a.succeed(f)
	})
}

// change changes the lead, where the follower has it, when nothing is being passed on.
func (f *follower) change(how func(*audience)) {
	f.all.mu.Lock()
	a := f.all.known[f.key]
	leads := a != nil && a.leader == f
	f.all.mu.Unlock()
	if !leads {
		return
	}
	a.passing.Lock()
	defer a.passing.Unlock()
	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	if a.leader == f {
		how(a)
	}
}

// leave is called when the subscription ends.
func (f *follower) leave() {
	f.all.mu.Lock()
	f.gone = true
	if f.index > 0 {
		f.all.known[f.key].remove(f)
	}
	f.all.mu.Unlock()
	f.change(func(a *audience) { a.succeed(f) })
}

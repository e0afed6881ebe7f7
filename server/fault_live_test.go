//go:build fault

package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// seedFlag repeats a run: every fault test prints its seed.
var seedFlag = flag.Uint64("seed", 0, "seed of the faults; 0: a new one")

func newSeed(t *testing.T) uint64 {
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("repeat with -args -seed=%d", seed)
	return seed
}

// livePromise is how soon every subscriber learns of every change, whatever happens to Redis.
const livePromise = 5 * time.Second

const followedChanges = `subscription($after: String) { accountChanges(after: $after) { __typename cursor
	... on OrganizationsChanged { organizations { id name active } }
	... on MappingsChanged { organizations { id name active mappings { externalOrg { id } } } }
	... on IntegrationsChanged { integrations { id state } }
	... on Resync { reason } } }`

const followedRuns = `subscription { refreshProgress { sequence run { id state integration { id } } } }`

// folded is what a client knows of an organization from its events alone.
type folded struct {
	Name     string
	Active   bool
	Mappings string // sorted and joined IDs of external organizations
}

// receipt is when an event arrived.
type receipt struct {
	at, since time.Time // since: when the connection was established
	seat      int
}

// changeFollower tracks an account's state from its changes alone.
type changeFollower struct {
	subscription

	mu       sync.Mutex // protects the fields below
	cursor   string
	position int64
	since    time.Time
	seat     int
	state    map[string]folded
	receipts map[int64]receipt
}

func newChangeFollower(kind, token, cursor string, choose func() (int, string)) (*changeFollower, error) {
	position, err := journal.ParseCursor(cursor)
	if err != nil {
		return nil, err
	}
	c := &changeFollower{cursor: cursor, position: position, state: map[string]folded{}, receipts: map[int64]receipt{}}
	c.transport, c.token, c.query, c.choose = kind, token, followedChanges, choose
	c.subscription.receive = c.fold
	c.subscription.connected = func(index int) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.since, c.seat = time.Now(), index
	}
	c.subscription.variables = func() object {
		c.mu.Lock()
		defer c.mu.Unlock()
		return object{"after": c.cursor}
	}
	return c, nil
}

func (c *changeFollower) fold(data object) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change := at(data, "accountChanges")
	cursor, _ := at(change, "cursor").(string)
	position, err := journal.ParseCursor(cursor)
	if kind := at(change, "__typename"); err != nil || kind == "Resync" || position != c.position+1 {
		c.subscription.fail(fmt.Errorf("after position %d came %v %d (%v)", c.position, kind, position, err))
		return
	}
	c.cursor, c.position = cursor, position
	c.receipts[position] = receipt{at: time.Now(), since: c.since, seat: c.seat}
	organizations, _ := at(change, "organizations").([]any)
	for _, one := range organizations {
		key := at(one, "id").(string)
		known := c.state[key]
		known.Name, known.Active = at(one, "name").(string), at(one, "active").(bool)
		if at(change, "__typename") == "MappingsChanged" {
			var held []string
			for _, mapping := range at(one, "mappings").([]any) {
				held = append(held, at(mapping, "externalOrg", "id").(string))
			}
			sort.Strings(held)
			known.Mappings = strings.Join(held, " ")
		}
		c.state[key] = known
	}
}

func (c *changeFollower) reached() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.position
}

// runFollower tracks the newest run of each integration from its progress alone.
type runFollower struct {
	subscription

	mu     sync.Mutex           // protects the fields below
	seen   map[string]float64   // sequence numbers by run, on this connection
	newest map[string][2]string // run and state by integration
}

func newRunFollower(kind, token string, choose func() (int, string)) *runFollower {
	r := &runFollower{seen: map[string]float64{}, newest: map[string][2]string{}}
	r.transport, r.token, r.query, r.choose = kind, token, followedRuns, choose
	r.subscription.variables = func() object { return object{} }
	r.subscription.connected = func(int) {
		r.mu.Lock()
		defer r.mu.Unlock()
		clear(r.seen)
	}
	r.subscription.receive = func(data object) {
		r.mu.Lock()
		defer r.mu.Unlock()
		run, sequence := at(data, "refreshProgress", "run"), at(data, "refreshProgress", "sequence").(float64)
		key, integration := at(run, "id").(string), at(run, "integration", "id").(string)
		if r.seen[key] >= sequence {
			r.subscription.fail(fmt.Errorf("after sequence %v of a run came %v", r.seen[key], sequence))
		}
		r.seen[key] = sequence
		if key >= r.newest[integration][0] {
			r.newest[integration] = [2]string{key, at(run, "state").(string)}
		}
	}
	return r
}

// writer makes random writes through random servers.
type writer struct {
	f            *fleet
	random       *rand.Rand
	requester    *requester
	integration  string
	externals    []string
	glue         *sim.Server
	redisAway    *atomic.Pointer[string] // the fault that makes Redis unavailable; nil if it is available
	shared       *written
	organization func() string // returns a random known organization
}

// written is what the writers did, according to the responses.
type written struct {
	mu       sync.Mutex // protects the fields below
	next     int
	ids      []string
	acked    []string // names that a response confirmed
	unknown  int      // responses that never came
	refused  map[string]int
	with     []time.Duration            // durations of mutations while Redis was available
	without  map[string][]time.Duration // and while it was not, by fault
	internal error
}

func (w *writer) write(ctx context.Context) {
	name := w.newName()
	known := w.organization()
	var query string
	variables := object{"id": known, "name": name}
	gives := true
	switch dice := w.random.IntN(100); {
	case known == "" || dice < 35:
		query = createOne
	case dice < 60:
		query = `mutation($id: ID!, $name: String!) { updateOrganization(input: {organizationId: $id, name: $name}) { organization { id } userErrors { code } } }`
	case dice < 75:
		query, gives = `mutation($id: ID!, $active: Boolean!) { updateOrganization(input: {organizationId: $id, active: $active}) { organization { id } userErrors { code } } }`, false
		variables = object{"id": known, "active": w.random.IntN(3) > 0}
	case dice < 97:
		query, gives = `mutation($input: SaveMappingsInput!) { saveMappings(input: $input) { organizations { id } userErrors { code } } }`, false
		held := []string{}
		if w.random.IntN(4) > 0 {
			held = []string{w.externals[w.random.IntN(len(w.externals))]}
		}
		variables = object{"input": object{"cells": []object{{"organizationId": known, "integrationId": w.integration, "externalOrgIds": held}}}}
	default:
		w.glue.Set(renamed(len(w.externals), name))
		query, variables, gives = `mutation { refresh { runs { id } userErrors { code } } }`, nil, false
	}
	w.send(ctx, query, variables, name, gives)
}

func (w *writer) newName() string {
	w.shared.mu.Lock()
	defer w.shared.mu.Unlock()
	w.shared.next++
	return fmt.Sprintf("name-%05d", w.shared.next)
}

func (w *writer) send(ctx context.Context, query string, variables object, name string, gives bool) {
	choices := w.f.choices()
	seat := w.f.seats[choices[w.random.IntN(len(choices))]]
	away := w.redisAway.Load()
	began := time.Now()
	got, err := w.requester.send(ctx, seat.url, "", query, variables)
	took := time.Since(began)
	w.shared.mu.Lock()
	defer w.shared.mu.Unlock()
	if err != nil {
		w.shared.unknown++
		return
	}
	if code := got.code(); code != "" {
		w.shared.refused[code]++
		if code != "UNAVAILABLE" {
			w.shared.internal = fmt.Errorf("%s: %s", code, got.Errors[0].Message)
		}
		return
	}
	if !seat.apart { // a frozen process says nothing about Redis
		switch now := w.redisAway.Load(); {
		case now != away: // it changed meanwhile
		case now == nil:
			w.shared.with = append(w.shared.with, took)
		default:
			w.shared.without[*now] = append(w.shared.without[*now], took)
		}
	}
	for _, payload := range got.Data {
		if wrong := codes(payload); len(wrong) > 0 {
			w.shared.refused[wrong[0]]++
			return
		}
		if organization, is := at(payload, "organization", "id").(string); is && query == createOne {
			w.shared.ids = append(w.shared.ids, organization)
		}
	}
	if gives {
		w.shared.acked = append(w.shared.acked, name)
	}
}

// renamed returns a vendor's list in which the first organization has the given name.
func renamed(size int, first string) []vendors.Organization {
	list := make([]vendors.Organization, size)
	for n := range list {
		list[n] = vendors.Organization{RemoteID: fmt.Sprint(1000 + n), Name: fmt.Sprint("Client ", n)}
	}
	list[0].Name = first
	return list
}

// gaplessFault is something that breaks and recovers.
type gaplessFault struct {
	name  string
	redis bool // makes Redis unavailable to the whole fleet
	do    func(ctx context.Context)
}

// rest waits for a random time.
func rest(ctx context.Context, random *rand.Rand, least, most time.Duration) {
	timer := time.NewTimer(least + time.Duration(random.Int64N(int64(most-least))))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// faults returns everything that can happen to a fleet of two servers in this process and one separate process, its
// last seat.
func (f *fleet) faults(random *rand.Rand) []gaplessFault {
	last := len(f.seats) - 1
	process := f.seats[last]
	eachRedis := func(do func(*proxy)) {
		for _, s := range f.seats {
			do(s.redis)
		}
	}
	return []gaplessFault{
		{"Redis stopped and started empty", true, func(ctx context.Context) {
			f.redis.Stop()
			rest(ctx, random, 500*time.Millisecond, 4*time.Second)
			f.redis.Start()
		}},
		{"Redis restarted at once", true, func(context.Context) { f.redis.Stop(); f.redis.Start() }},
		{"Redis flushed", false, func(context.Context) { f.redis.Flush() }},
		{"Redis' subscribers dropped", false, func(context.Context) { f.redis.DropSubscribers() }},
		{"Redis frozen", true, func(ctx context.Context) {
			f.redis.Pause()
			rest(ctx, random, 500*time.Millisecond, 9*time.Second)
			f.redis.Resume()
		}},
		{"Redis cut off from all", true, func(ctx context.Context) {
			eachRedis(func(p *proxy) { p.refuse(true) })
			rest(ctx, random, 500*time.Millisecond, 4*time.Second)
			eachRedis(func(p *proxy) { p.refuse(false) })
		}},
		{"Redis cut off from one without a word", false, func(ctx context.Context) {
			one := f.seats[random.IntN(len(f.seats))].redis
			one.hold()
			rest(ctx, random, 500*time.Millisecond, 9*time.Second)
			one.resume()
		}},
		{"sockets cut", false, func(context.Context) { f.seats[random.IntN(len(f.seats))].front.cut() }},
		{"a server cut off from its clients", false, func(ctx context.Context) {
			one := random.IntN(last)
			f.setOpen(one, false)
			f.seats[one].front.refuse(true)
			rest(ctx, random, 200*time.Millisecond, 2*time.Second)
			f.seats[one].front.refuse(false)
			f.setOpen(one, true)
		}},
		{"a server drained", false, func(context.Context) {
			one := random.IntN(last)
			f.setOpen(one, false)
			if err := f.seats[one].world.stop(); err != nil {
				f.t.Errorf("drained: %v", err)
			}
			f.boot(one)
			f.setOpen(one, true)
		}},
		{"a server killed with -9", false, func(context.Context) {
			f.setOpen(last, false)
			_ = process.process.Process.Kill()
			f.launch(last)
			f.setOpen(last, true)
		}},
		{"a server frozen and thawed", false, func(ctx context.Context) {
			_ = process.process.Process.Signal(syscall.SIGSTOP)
			f.setOpen(last, false)
			rest(ctx, random, 500*time.Millisecond, 6*time.Second)
			_ = process.process.Process.Signal(syscall.SIGCONT)
			f.setOpen(last, true)
		}},
	}
}

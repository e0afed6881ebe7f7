//go:build fault

package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// seedFlag repeats a run: every test of faults prints its seed.
var seedFlag = flag.Uint64("seed", 0, "seed of the faults; 0: a new one")

func newSeed(t *testing.T) uint64 {
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("repeat with -args -seed=%d", seed)
	return seed
}

// livePromise is how soon every subscriber learns of every change, whatever Redis does.
const livePromise = 5 * time.Second

const followedChanges = `subscription($after: String) { accountChanges(after: $after) { __typename cursor
	... on OrganizationsChanged { organizations { id name active } }
	... on MappingsChanged { organizations { id name active mappings { externalOrg { id } } } }
	... on IntegrationsChanged { integrations { id state } }
	... on Resync { reason } } }`

const followedRuns = `subscription { refreshProgress { sequence run { id state integration { id } } } }`

// folded is what a client knows of an organization by its events alone.
type folded struct {
	Name     string
	Active   bool
	Mappings string // ids of external organizations, sorted and joined
}

// receipt is when an event arrived.
type receipt struct {
	at, since time.Time // since: when the connection stood
	seat      int
}

// changeFollower keeps an account's state by its changes alone.
type changeFollower struct {
	subscription

	mu       sync.Mutex // protects what follows
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

// runFollower keeps the newest run of each integration by its progress alone.
type runFollower struct {
	subscription

	mu     sync.Mutex           // protects what follows
	seen   map[string]float64   // sequences by run, of this connection
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
	redisAway    *atomic.Bool
	shared       *written
	organization func() string // a random known one
}

// written is what the writers did, as their servers answered.
type written struct {
	mu       sync.Mutex // protects what follows
	next     int
	ids      []string
	acked    []string // names that an answer said were given
	unknown  int      // answers that never came
	refused  map[string]int
	with     []time.Duration // how long mutations took with Redis there
	without  []time.Duration // and away
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
	if seat.process == nil { // a frozen process says nothing about Redis
		if away && w.redisAway.Load() {
			w.shared.without = append(w.shared.without, took)
		} else if !away && !w.redisAway.Load() {
			w.shared.with = append(w.shared.with, took)
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

// renamed is a vendor's list of which the first one has another name.
func renamed(size int, first string) []vendors.Organization {
	list := make([]vendors.Organization, size)
	for n := range list {
		list[n] = vendors.Organization{RemoteID: fmt.Sprint(1000 + n), Name: fmt.Sprint("Client ", n)}
	}
	list[0].Name = first
	return list
}

// gaplessFault is something that breaks and is mended again.
type gaplessFault struct {
	name  string
	redis bool // Redis is away from all of the fleet meanwhile
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

// faults are all that can happen to a fleet of two worlds and one process, which is its last seat.
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

// Three servers, random writes, clients over both transports, and whatever can break: nobody misses, repeats or reorders
// anything, and everybody ends with what the database says.
func TestFault_GaplessWhateverBreaks(t *testing.T) {
	writes, faults := 1000, 24
	if testing.Short() {
		writes, faults = 200, 8
	}
	seed := newSeed(t)
	random := rand.New(rand.NewPCG(seed, 0))
	f := newFleet(t, 2, true)
	admin := f.admin(150)
	glue, address := admin.vendor(vendors.ApplicationITGlue, renamed(30, "Client 0")...)
	glue.SetPageLimit(10)
	glue.SetLatency(50 * time.Millisecond)
	integration := admin.connect(glue, address)
	require.Equal(t, "SUCCEEDED", admin.refresh(nil)[0]["state"])
	cursor := at(admin.do(`{ journalCursor }`, nil), "journalCursor").(string)

	// The clients.
	following, leave := context.WithCancel(context.Background())
	var clients sync.WaitGroup
	t.Cleanup(func() { leave(); clients.Wait() })
	var choosing sync.Mutex // protects random's use by clients
	choice := rand.New(rand.NewPCG(seed, 1))
	choose := func() (int, string) {
		choosing.Lock()
		defer choosing.Unlock()
		all := f.choices()
		index := all[choice.IntN(len(all))]
		return index, f.seats[index].url
	}
	var changes []*changeFollower
	var runs []*runFollower
	for n := range 10 {
		kind := []string{"websocket", "server-sent events"}[n%2]
		if n < 6 {
			follower, err := newChangeFollower(kind, admin.token, cursor, choose)
			require.NoError(t, err)
			changes = append(changes, follower)
			clients.Go(func() { follower.follow(following) })
		} else {
			follower := newRunFollower(kind, admin.token, choose)
			runs = append(runs, follower)
			clients.Go(func() { follower.follow(following) })
		}
	}

	// The writers.
	shared := &written{refused: map[string]int{}}
	var redisAway atomic.Bool
	externals := slices.Sorted(maps.Values(admin.externals(integration)))
	var left atomic.Int64
	left.Store(int64(writes))
	var writers sync.WaitGroup
	period := 60 * time.Second / time.Duration(writes/4)
	if testing.Short() {
		period = 20 * time.Second / time.Duration(writes/4)
	}
	for n := range 4 {
		own := rand.New(rand.NewPCG(seed, uint64(10+n)))
		w := &writer{f: f, random: own, requester: newRequester(t, admin.token, 3*time.Second), integration: integration, externals: externals, glue: glue, redisAway: &redisAway, shared: shared}
		w.organization = func() string {
			shared.mu.Lock()
			defer shared.mu.Unlock()
			if len(shared.ids) == 0 {
				return ""
			}
			return shared.ids[own.IntN(len(shared.ids))]
		}
		writers.Go(func() {
			ticker := time.NewTicker(period)
			defer ticker.Stop()
			for left.Add(-1) >= 0 {
				w.write(following)
				<-ticker.C
			}
		})
	}

	// What breaks, until the writers have done and each kind of fault has come up about twice.
	happened := map[string]int{}
	for range faults {
		kinds := f.faults(random)
		fault := kinds[random.IntN(len(kinds))]
		happened[fault.name]++
		t.Logf("%s: %s", time.Now().Format("15:04:05.000"), fault.name)
		redisAway.Store(fault.redis)
		fault.do(following)
		redisAway.Store(false)
		rest(following, random, 100*time.Millisecond, 1500*time.Millisecond)
	}
	writers.Wait()
	written := time.Now()

	// Everybody catches up.
	database := superuser(t, f.stores.database)
	require.NoError(t, shared.internal)
	require.Eventually(t, func() bool {
		return count(t, database, `SELECT count(*) FROM refresh_runs WHERE state IN ('QUEUED', 'RUNNING')`) == 0
	}, 90*time.Second, 100*time.Millisecond, "a run is alive")
	head := int64(count(t, database, `SELECT journal_position FROM accounts WHERE id = $1`, admin.account))
	require.Eventually(t, func() bool {
		return !slices.ContainsFunc(changes, func(c *changeFollower) bool { return c.reached() < head && c.failure() == nil })
	}, 4*livePromise, 50*time.Millisecond, "somebody has not all changes")
	t.Logf("everybody caught up %s after the last write", time.Since(written).Round(time.Millisecond))
	wantRuns := newestRuns(t, database)
	require.Eventually(t, func() bool {
		return !slices.ContainsFunc(runs, func(r *runFollower) bool {
			r.mu.Lock()
			defer r.mu.Unlock()
			return !maps.Equal(r.newest, wantRuns)
		})
	}, 4*livePromise, 50*time.Millisecond, "somebody does not know how the newest run ended")
	leave()
	clients.Wait()

	want := selected(t, database)
	times := journalTimes(t, database)
	for n, c := range changes {
		require.NoError(t, c.failure(), "%s %d", c.transport, n)
		require.Equal(t, head, c.position)
		require.Equal(t, want, c.state, "%s %d", c.transport, n)
		t.Logf("%s %d: %d connections, slowest %s", c.transport, n, c.connections.Load(), requireInTime(t, c, times, len(f.seats)-1))
	}
	for n, r := range runs {
		require.NoError(t, r.failure(), "%s %d", r.transport, n)
	}
	for _, name := range shared.acked {
		require.Equal(t, 1, count(t, database, `SELECT count(*) FROM journal WHERE after->>'name' = $1 AND before->>'name' IS DISTINCT FROM $1`, name), "an acknowledged write of %s", name)
	}
	t.Logf("%d changes, %d acknowledged names, %d answers lost, refused: %v", head, len(shared.acked), shared.unknown, shared.refused)
	t.Logf("mutations with Redis: %s; while it was away: %s", spread(shared.with), spread(shared.without))
	t.Logf("faults: %v", happened)
	requireInvariants(t, f.stores.database)
}

// selected is the account's state as the database has it.
func selected(t *testing.T, database *pgx.Conn) map[string]folded {
	t.Helper()
	rows, err := database.Query(context.Background(), `
		SELECT o.id, o.name, o.active, array(SELECT m.external_org_id FROM mappings m WHERE m.account_id = o.account_id AND m.organization_id = o.id)
		FROM organizations o`)
	require.NoError(t, err)
	state := map[string]folded{}
	for rows.Next() {
		var organization [16]byte
		var one folded
		var held [][16]byte
		require.NoError(t, rows.Scan(&organization, &one.Name, &one.Active, &held))
		var ids []string
		for _, external := range held {
			ids = append(ids, id.Format(id.ExternalOrg, external))
		}
		sort.Strings(ids)
		one.Mappings = strings.Join(ids, " ")
		state[id.Format(id.Organization, organization)] = one
	}
	require.NoError(t, rows.Err())
	return state
}

func newestRuns(t *testing.T, database *pgx.Conn) map[string][2]string {
	t.Helper()
	rows, err := database.Query(context.Background(), `SELECT DISTINCT ON (integration_id) integration_id, id, state FROM refresh_runs ORDER BY integration_id, id DESC`)
	require.NoError(t, err)
	newest := map[string][2]string{}
	for rows.Next() {
		var integration, run [16]byte
		var state string
		require.NoError(t, rows.Scan(&integration, &run, &state))
		newest[id.Format(id.Integration, integration)] = [2]string{id.Format(id.RefreshRun, run), state}
	}
	require.NoError(t, rows.Err())
	return newest
}

func journalTimes(t *testing.T, database *pgx.Conn) map[int64]time.Time {
	t.Helper()
	rows, err := database.Query(context.Background(), `SELECT position, at FROM journal`)
	require.NoError(t, err)
	times := map[int64]time.Time{}
	for rows.Next() {
		var position int64
		var at time.Time
		require.NoError(t, rows.Scan(&position, &at))
		times[position] = at
	}
	require.NoError(t, rows.Err())
	return times
}

// requireInTime checks the promise for what came over a connection that stood. A frozen process promises nothing, so its
// clients are left out.
func requireInTime(t *testing.T, c *changeFollower, times map[int64]time.Time, process int) (slowest time.Duration) {
	t.Helper()
	for position, got := range c.receipts {
		begin := times[position]
		if got.since.After(begin) {
			begin = got.since
		}
		if got.seat != process {
			slowest = max(slowest, got.at.Sub(begin))
			require.Less(t, got.at.Sub(begin), livePromise, "position %d over %s from server %d, written %s, connected %s", position, c.transport, got.seat, times[position], got.since)
		}
	}
	return slowest.Round(time.Millisecond)
}

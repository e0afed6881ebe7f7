//go:build load && linux

package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// thousands is how many sockets stay open.
const thousands = 10_000

// Ten thousand idle sockets lose their connections and reconnect within half a minute.
func TestLoad_IdleSockets(t *testing.T) {
	t.Run("without a subscription", func(t *testing.T) {
		p := newProgram(t)
		admin := p.operator.newAccount(10)
		p.idle(t, clientPoolOptions{path: "/graphql", tokens: p.tokens(admin, thousands), many: thousands})
	})
	t.Run("with accountChanges and a reconnect storm", func(t *testing.T) {
		p := newProgram(t)
		admin := p.operator.newAccount(10)
		g := clientPoolOptions{path: "/graphql", tokens: p.tokens(admin, thousands), many: thousands, query: changesLoad, mark: changesMark}
		c := p.idle(t, g)
		all, subscribed := p.redisConnections()
		t.Logf("%d connections to Redis with the operator's and the test's, %d of them subscribed", all, subscribed)
		require.LessOrEqual(t, all, 2+2+1, "two for the program, two for the operator's world and the test's own")
		require.Equal(t, 2, subscribed, "the program's and the operator's")
		c.leave() // resets all connections at once
		p.storm(t, g, admin)
	})
}

// idle opens sockets and measures what they use while nothing happens, for longer than a ping interval.
func (p *program) idle(t *testing.T, g clientPoolOptions) *clientPool {
	t.Helper()
	before, began := p.resident(), time.Now()
	g.address = p.address
	c := openClientPool(t, g)
	opened := time.Since(began)
	rest(2 * settling)
	const lasts = 25 * time.Second
	cpu := p.cpu()
	rest(lasts)
	each := float64(p.resident()-before) / 1024 / float64(g.many)
	busy := float64(p.cpu()-cpu) / float64(lasts)
	t.Logf("%d sockets opened in %s; %.1f KiB each, %.1f %% of a core, %d lost", g.many, opened.Round(time.Millisecond), each, 100*busy, c.lost.Load())
	watching := &world{t: t, url: "http://" + p.address}
	t.Log(watching.counts("go_goroutines ", "go_memstats_heap_inuse_bytes ", "go_memstats_stack_inuse_bytes "))
	require.Zero(t, c.lost.Load())
	require.LessOrEqual(t, each, 30.0)
	require.LessOrEqual(t, busy, 0.1)
	return c
}

// counts returns the metrics whose lines start with one of names.
func (w *world) counts(names ...string) string {
	var found strings.Builder
	for line := range strings.Lines(w.scrape()) {
		if slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(line, name) }) {
			found.WriteString(strings.TrimSpace(line) + "; ")
		}
	}
	return found.String()
}

// storm reopens the sockets, spread over half a minute as clients do, and checks that all of them watch.
func (p *program) storm(t *testing.T, g clientPoolOptions, admin *client) {
	t.Helper()
	var mu sync.Mutex // protects waits
	waits := &histogram{}
	g.address, g.lenient = p.address, true
	g.each = func(opened time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		waits.add(opened)
	}
	began, cpu := time.Now(), p.cpu()
	c := openClientPool(t, g)
	took := time.Since(began)
	var numbers atomic.Int64
	events, _ := c.publish(&numbers, p.changes(admin), 1, time.Second)
	require.Eventually(t, func() bool { return c.arrived.Load() == events*int64(g.many) }, waitTimeout, 10*time.Millisecond)
	t.Logf("%d came back in %s, %.1f s of a core; each took p50 %s, p99 %s; %d refused", g.many, took.Round(time.Millisecond),
		(p.cpu() - cpu).Seconds(), waits.quantile(50), waits.quantile(99), c.lost.Load())
	require.Zero(t, c.lost.Load(), "not upgraded, or not acknowledged")
	require.Less(t, took, 30*time.Second)
}

// Watchers that stop reading are disconnected, and affect no other watcher.
func TestLoad_StalledReaders(t *testing.T) {
	const reading, stalled = 200, 10
	p := newProgram(t)
	admin := p.operator.newAccount(1_000_000)
	g := clientPoolOptions{address: p.address, path: "/graphql", tokens: p.tokens(admin, reading), many: reading, query: changesLoad, mark: changesMark}
	c := openClientPool(t, g)
	// A selection that fills the buffers between the server and the stalled watchers within seconds.
	large := `subscription { accountChanges { cursor ... on OrganizationsChanged {`
	for n := range 25 {
		large += fmt.Sprintf(" o%d: organizations { id name active createdAt updatedAt }", n)
	}
	g.tokens, g.many, g.unread, g.query = p.tokens(admin, stalled), stalled, stalled, large+` } } }`
	openClientPool(t, g)
	memory, most := p.resident(), 0
	var numbers atomic.Int64
	watching := &world{t: t, url: "http://" + p.address}
	gone := func() bool {
		most = max(most, p.resident()-memory)
		return strings.Contains(watching.scrape(), fmt.Sprintf(`orgmap_sockets_closed_total{reason="stalled"} %d`, stalled))
	}
	began := time.Now()
	for !gone() && time.Since(began) < 30*time.Second {
		c.publish(&numbers, p.changes(admin), 40, time.Second)
	}
	let := time.Since(began)
	require.Eventually(t, func() bool { return c.arrived.Load() == numbers.Load()*reading }, waitTimeout, 10*time.Millisecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	median, slowest := c.delays.quantile(50), c.delays.quantile(99)
	t.Logf("%d who read beside %d who do not: p50 %s, p99 %s; memory grew by %d KiB at most; all %d let go after %s and %d events",
		reading, stalled, median, slowest, most>>10, stalled, let.Round(time.Millisecond), numbers.Load())
	require.True(t, gone(), "stalled watchers are still connected: %s", watching.counts("orgmap_sockets_closed_total", "orgmap_graphql_operations_total"))
	require.Less(t, slowest, 250*time.Millisecond)
	require.Less(t, most, 20<<20)
}

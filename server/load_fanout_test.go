//go:build load && linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// stage is a server to measure, with the clients that watch it.
type stage struct {
	name       string
	on         process
	event      publisher
	clientPool clientPoolOptions
}

// measured is one line of the table.
type measured struct {
	watchers, rate  int
	perSecond       float64
	lost            int64
	median, slowest time.Duration
	each            time.Duration // the server's CPU time per delivery
	busy            float64       // cores used by the server
	rest            float64       // cores used by others: the stores and unrelated programs
	memory          int           // bytes per watcher
}

const tableHead = "| server | watchers | events/s | delivered/s | lost | p50 | p99 | CPU each | cores | of others | memory each |\n|---|---|---|---|---|---|---|---|---|---|---|\n"

func (m measured) line(name string) string {
	return fmt.Sprintf("| %s | %d | %d | %.0f | %d | %s | %s | %.1f us | %.2f | %.2f | %.0f KiB |\n", name, m.watchers, m.rate, m.perSecond, m.lost,
		m.median, m.slowest, float64(m.each.Nanoseconds())/1000, m.busy, m.rest, float64(m.memory)/1024/float64(m.watchers))
}

// disturbed reports whether other programs used more CPU than the stores need.
func (m measured) disturbed() bool { return m.rest > 0.5 }

// lasts is how long events are published for one line.
const lasts = 6 * time.Second

// settling is time to collect the garbage left by opening sockets.
const settling = 2 * time.Second

// measure opens a client pool and publishes at each of the rates, each time until everything is delivered.
func (s stage) measure(t *testing.T, watchers int, rates ...int) []measured {
	t.Helper()
	g := s.clientPool
	g.address, g.many = s.on.address, opening
	openClientPool(t, g).leave() // so that what the first watchers make a server allocate does not count per watcher
	before := s.on.resident()
	g.many = watchers
	c := openClientPool(t, g)
	defer c.leave()
	rest(settling)
	memory := s.on.resident() - before
	var numbers atomic.Int64
	var lines []measured
	for _, rate := range rates {
		line := s.play(c, &numbers, rate)
		for again := 0; again < 2 && line.disturbed(); again++ {
			t.Logf("again, since others used %.2f cores: %s", line.rest, strings.TrimSpace(line.line(s.name)))
			line = s.play(c, &numbers, rate)
		}
		line.memory = memory
		lines = append(lines, line)
	}
	return lines
}

func (s stage) play(c *clientPool, numbers *atomic.Int64, rate int) measured {
	c.mu.Lock()
	c.delays = histogram{}
	for _, w := range c.sockets {
		w.events, w.sum = 0, 0
	}
	c.mu.Unlock()
	arrived, cpu, all, began := c.arrived.Load(), s.on.cpu(), othersCPU(c.t), time.Now()
	events, sum := c.publish(numbers, s.event, rate, lasts)
	final := numbers.Load()
	whole := func(w *watcher) bool {
		if c.rising {
			return w.newest == final
		}
		return w.events == events && w.sum == sum
	}
	lost := int64(len(c.sockets))
	for deadline := time.Now().Add(15 * time.Second); lost > 0 && time.Now().Before(deadline); {
		rest(10 * time.Millisecond)
		lost = c.count(func(w *watcher) bool { return !whole(w) })
	}
	used, all, watched := s.on.cpu()-cpu, othersCPU(c.t)-all, time.Since(began)
	took := max(time.Unix(0, c.last.Load()).Sub(began), lasts)
	delivered := c.arrived.Load() - arrived
	if !c.rising {
		lost = events*int64(len(c.sockets)) - delivered
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return measured{
		watchers: len(c.sockets), rate: rate, perSecond: float64(delivered) / took.Seconds(), lost: lost + c.broken.Load(),
		median: c.delays.quantile(50), slowest: c.delays.quantile(99),
		each: used / time.Duration(max(delivered, 1)), busy: used.Seconds() / took.Seconds(),
		rest: (all - used).Seconds() / watched.Seconds(),
	}
}

// count counts watchers in the state that the pool's goroutine writes.
func (c *clientPool) count(which func(*watcher) bool) (found int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.sockets {
		if which(w) {
			found++
		}
	}
	return found
}

func rest(lasts time.Duration) { <-time.After(lasts) }

func TestLoad_FanOut(t *testing.T) {
	var table strings.Builder
	table.WriteString(tableHead)
	defer func() {
		t.Log("from before the write (Orgmap) or before the publish into Redis (the others) to the client's socket; clients on the same machine\n" + table.String())
	}()
	run := func(t *testing.T, s stage, watchers int, rates ...int) []measured {
		lines := s.measure(t, watchers, rates...)
		for _, line := range lines {
			table.WriteString(line.line(s.name))
			t.Log(strings.TrimSpace(line.line(s.name)))
		}
		return lines
	}
	for _, newest := range []bool{false, true} {
		for _, watchers := range []int{1000, 5000} {
			var ours, bare []measured
			t.Run(fmt.Sprintf("Orgmap, newest %t, %d", newest, watchers), func(t *testing.T) { ours = run(t, orgmapStage(t, watchers, newest), watchers, 10, 20, 100) })
			t.Run(fmt.Sprintf("bare, newest %t, %d", newest, watchers), func(t *testing.T) { bare = run(t, bareStage(t, newest), watchers, 10, 20, 100) })
			for n := range min(len(ours), len(bare)) {
				t.Run(fmt.Sprintf("Orgmap beside bare, newest %t, %d, %d", newest, watchers, ours[n].rate), func(t *testing.T) { ours[n].hold(t, bare[n], newest) })
			}
		}
	}
	for _, name := range []string{"mercurius", "yoga"} {
		t.Run(name+", 1000", func(t *testing.T) { run(t, peerStage(t, name), 1000, 10, 100) })
		t.Run(name+", 5000", func(t *testing.T) { run(t, peerStage(t, name), 5000, 10, 20) })
	}
}

// hold fails the test if a bound is exceeded. The bounds are relative to the bare fan-out of the same run.
func (m measured) hold(t *testing.T, bare measured, newest bool) {
	t.Helper()
	const within = 1.3
	const once = 4 << 20 // bytes that the process keeps for any number of watchers: connection buffers and plans
	require.Zero(t, m.lost)
	require.LessOrEqual(t, (m.memory-once)/m.watchers, 30<<10)
	if m.disturbed() || bare.disturbed() {
		t.Skipf("other programs used %.2f and %.2f cores: times are not reliable", m.rest, bare.rest)
	}
	if newest { // fewer states are an advantage
		require.LessOrEqual(t, m.busy, within*bare.busy)
		// If the machine is slower than the one the promise was measured on, the bare fan-out is the bound.
		require.LessOrEqual(t, m.slowest, max(100*time.Millisecond, time.Duration(within*float64(bare.slowest))))
		return
	}
	require.GreaterOrEqual(t, m.perSecond, bare.perSecond/within)
	require.LessOrEqual(t, float64(m.each), within*float64(bare.each))
}

// orgmapStage returns an Orgmap server with an account for clients to watch.
func orgmapStage(t *testing.T, watchers int, newest bool) stage {
	t.Helper()
	p := newProgram(t)
	admin := p.operator.newAccount(1_000_000)
	g := clientPoolOptions{path: "/graphql", tokens: p.tokens(admin, watchers), query: changesLoad, mark: changesMark}
	if newest {
		g.query, g.mark, g.rising = progressLoad, progressMark, true
		return stage{name: "Orgmap, newest state", on: p.process, event: p.progress(admin), clientPool: g}
	}
	return stage{name: "Orgmap, every change", on: p.process, event: p.changes(admin), clientPool: g}
}

func bareStage(t *testing.T, newest bool) stage {
	t.Helper()
	p := newPeer(t, compiled(t, "../bench/push"))
	g := clientPoolOptions{path: "/", query: "subscription { accountChanges }", mark: changesMark}
	name := "bare, every event"
	if newest {
		g.path, g.rising, name = "/?newest", true, "bare, newest state"
	}
	return stage{name: name, on: p.process, clientPool: g, event: p.changes(func(event object) []byte { return encoded(object{"accountChanges": event}) })}
}

func peerStage(t *testing.T, name string) stage {
	t.Helper()
	if _, err := os.Stat("../bench/push/node_modules"); err != nil {
		t.Skip("run npm ci in bench/push")
	}
	node, err := exec.LookPath("node")
	require.NoError(t, err)
	p := newPeer(t, node, "../bench/push/"+name+".mjs")
	wrap := func(event object) []byte { return encoded(event) }
	if name == "mercurius" { // what its emitter wraps around events
		wrap = func(event object) []byte {
			message := object{"topic": "push", "payload": object{"accountChanges": event}}
			return packed(nil, object{"id": fmt.Sprint(time.Now().UnixNano()), "msg": message})
		}
	}
	const query = `subscription { accountChanges { cursor at organizations { id name active } } }`
	return stage{name: name, on: p.process, event: p.changes(wrap), clientPool: clientPoolOptions{path: "/graphql", query: query, mark: changesMark}}
}

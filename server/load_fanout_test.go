//go:build load

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/orgmap/orgmap/graph/transport"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
)

// perToken is how many sockets one token may have open.
const perToken = maxSockets

// program is the built program, serving as a process of its own.
type program struct {
	t       *testing.T
	process *os.Process
	url     string
	stores  worldStores
	// operator is a small server beside it, to make accounts and tokens with.
	operator *world
}

func newProgram(t *testing.T) *program {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "orgmap")
	build := exec.Command("go", "build", "-o", binary, ".")
	output, err := build.CombinedOutput()
	require.NoError(t, err, string(output))
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t), role: roleAPI}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	serve := exec.Command(binary, "serve", "--listen", address, "--role", "api", "--log-level", "error")
	serve.Env = append(os.Environ(), "DATABASE_URL="+stores.database, "REDIS_URL="+stores.redis, "ORGMAP_KEYSET_FILE="+stores.keyset)
	serve.Stderr = os.Stderr
	require.NoError(t, serve.Start())
	t.Cleanup(func() { _ = serve.Process.Kill(); _ = serve.Wait() })
	p := &program{t: t, process: serve.Process, url: "http://" + address, stores: stores}
	require.Eventually(t, func() bool { return ready(p.url) == 200 }, patience, 50*time.Millisecond)
	p.operator = bootWorld(t, stores)
	return p
}

// cpu is the processor time that the process has used; 0 where the system does not tell.
func (p *program) cpu() time.Duration {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.process.Pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(content[strings.LastIndex(string(content), ")")+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // Linux counts in hundredths
}

// resident is the process's memory in bytes; 0 where the system does not tell.
func (p *program) resident() int {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.process.Pid))
	if err != nil {
		return 0
	}
	pages, _ := strconv.Atoi(strings.Fields(string(content))[1])
	return pages * os.Getpagesize()
}

// tokens are as many as that many sockets need.
func (p *program) tokens(admin *client, sockets int) []string {
	tokens := make([]string, 0, sockets/perToken+1)
	for range sockets/perToken + 1 {
		tokens = append(tokens, p.operator.newClient(admin.account, auth.Viewer).token)
	}
	return tokens
}

// dial opens and initialises a socket. Loopback has many addresses, so that ports are not what runs out.
func dial(ctx context.Context, address, token string) (*websocket.Conn, error) {
	socket, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(address, "http")+"/graphql", &websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}})
	if err != nil {
		return nil, err
	}
	authorization, _ := json.Marshal(object{"authorization": "Bearer " + token})
	if err := wsjson.Write(ctx, socket, frame{Type: "connection_init", Payload: authorization}); err != nil {
		return nil, err
	}
	var got frame
	if err := wsjson.Read(ctx, socket, &got); err != nil {
		return nil, err
	}
	if got.Type != "connection_ack" {
		return nil, fmt.Errorf("got %s", got.Type)
	}
	return socket, nil
}

// dialAll opens sockets, some at a time, and subscribes where there is something to subscribe to.
func (p *program) dialAll(admin *client, many int, query string, variables object) []*websocket.Conn {
	p.t.Helper()
	tokens := p.tokens(admin, many)
	sockets := make([]*websocket.Conn, many)
	var group errgroup.Group
	group.SetLimit(32)
	for n := range sockets {
		group.Go(func() error {
			ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
			defer cancel()
			socket, err := dial(ctx, p.url, tokens[n/perToken])
			if err != nil {
				return fmt.Errorf("socket %d: %w", n, err)
			}
			sockets[n] = socket
			if query == "" {
				return nil
			}
			payload, _ := json.Marshal(object{"query": query, "variables": variables})
			return wsjson.Write(ctx, socket, frame{ID: "1", Type: "subscribe", Payload: payload})
		})
	}
	require.NoError(p.t, group.Wait())
	p.t.Cleanup(func() {
		for _, socket := range sockets {
			_ = socket.CloseNow()
		}
	})
	return sockets
}

// listening reads what comes to a socket as cheaply as a client can: the cursor's place in a frame tells which event it is.
type listening struct {
	mu      sync.Mutex // protects what follows
	delays  []time.Duration
	arrived atomic.Int64
	last    atomic.Int64 // when something arrived
}

const loadQuery = `subscription($after: String) { accountChanges(after: $after) { cursor at ... on OrganizationsChanged { organizations { id name active } } } }`

// fanOut writes events at a rate and measures their way to every subscriber.
func (p *program) fanOut(subscribers, rate int, lasts time.Duration) string {
	admin := p.operator.newAccount(1_000_000)
	cursor := at(admin.do(`{ journalCursor }`, nil), "journalCursor")
	before := p.resident()
	sockets := p.dialAll(admin, subscribers, loadQuery, object{"after": cursor})
	memory := p.resident() - before
	var heard listening
	ended, stop := context.WithCancel(context.Background())
	defer stop()
	var readers sync.WaitGroup
	for n, socket := range sockets {
		readers.Go(func() { heard.read(ended, socket, n%20 == 0) })
	}
	asking := newRequester(p.t, admin.token, patience)
	cpu, began := p.cpu(), time.Now()
	events := p.write(asking, rate, lasts)
	took := time.Since(began)
	// What is still under way arrives, or is lost.
	want := int64(events) * int64(subscribers)
	for deadline := time.Now().Add(30 * time.Second); heard.arrived.Load() < want && time.Now().Before(deadline); {
		wait := time.NewTimer(50 * time.Millisecond)
		<-wait.C
	}
	drained := time.Unix(0, heard.last.Load()).Sub(began)
	used := p.cpu() - cpu
	arrived := heard.arrived.Load()
	stop()
	readers.Wait()
	for _, socket := range sockets {
		_ = socket.CloseNow()
	}
	heard.mu.Lock()
	defer heard.mu.Unlock()
	slices.Sort(heard.delays)
	return fmt.Sprintf("| %d | %d | %.0f | %.0f | %d | %s | %s | %.0f %% | %d KiB |",
		subscribers, rate, float64(events)/took.Seconds(), float64(arrived)/drained.Seconds(), want-arrived,
		quantile(heard.delays, 50), quantile(heard.delays, 99), 100*used.Seconds()/drained.Seconds(), memory/subscribers>>10)
}

// write makes that many changes a second through a few connections, and returns how many there were.
func (p *program) write(asking *requester, rate int, lasts time.Duration) int {
	p.t.Helper()
	var made atomic.Int64
	var group sync.WaitGroup
	ticker := time.NewTicker(time.Second / time.Duration(rate))
	defer ticker.Stop()
	permits := make(chan struct{}, 8)
	for n := range int(lasts.Seconds() * float64(rate)) {
		<-ticker.C
		permits <- struct{}{}
		group.Go(func() {
			defer func() { <-permits }()
			got, err := asking.send(context.Background(), p.operator.url, "", createOne, object{"name": fmt.Sprint(strings.Repeat("Organization ", 12), n)})
			if err != nil || got.code() != "" {
				p.t.Errorf("%v %v", err, got)
				return
			}
			made.Add(1)
		})
	}
	group.Wait()
	return int(made.Load())
}

// read counts, and measures where that is wanted: parsing every frame would cost more than sending it.
func (l *listening) read(ctx context.Context, socket *websocket.Conn, measures bool) {
	for {
		_, text, err := socket.Read(ctx)
		if err != nil {
			return
		}
		if bytes.HasPrefix(text, []byte(`{"type":"ping"`)) {
			_ = wsjson.Write(ctx, socket, frame{Type: "pong"})
			continue
		}
		now := time.Now()
		l.arrived.Add(1)
		l.last.Store(now.UnixNano())
		if !measures {
			continue
		}
		var got struct {
			Payload struct {
				Data struct {
					AccountChanges struct{ At time.Time }
				}
			}
		}
		if json.Unmarshal(text, &got) != nil || got.Payload.Data.AccountChanges.At.IsZero() {
			continue
		}
		l.mu.Lock()
		l.delays = append(l.delays, now.Sub(got.Payload.Data.AccountChanges.At))
		l.mu.Unlock()
	}
}

func TestLoad_FanOut(t *testing.T) {
	p := newProgram(t)
	lines := []string{
		"| subscribers | events/s wanted | events/s | delivered/s | lost | p50 | p99 | server's CPU | memory each |",
		"|---|---|---|---|---|---|---|---|---|",
	}
	for _, one := range []struct{ subscribers, rate int }{{1000, 10}, {1000, 20}, {1000, 100}, {5000, 10}, {5000, 20}, {5000, 100}} {
		lines = append(lines, p.fanOut(one.subscribers, one.rate, 10*time.Second))
	}
	t.Log("from the commit to the client's socket, clients on the same machine\n" + strings.Join(lines, "\n"))
}

// Ten thousand sockets that only stay open.
func TestLoad_IdleSockets(t *testing.T) {
	for name, query := range map[string]string{"without a subscription": "", "with accountChanges": `subscription { accountChanges { cursor } }`} {
		t.Run(name, func(t *testing.T) {
			p := newProgram(t)
			admin := p.operator.newAccount(10)
			before := p.resident()
			began := time.Now()
			sockets := p.dialAll(admin, 10_000, query, nil)
			opened := time.Since(began)
			ended, stop := context.WithCancel(context.Background())
			var readers sync.WaitGroup
			var lost atomic.Int64
			for _, socket := range sockets {
				readers.Go(func() {
					for {
						var got frame
						if err := wsjson.Read(ended, socket, &got); err != nil {
							if ended.Err() == nil {
								lost.Add(1)
							}
							return
						}
						if got.Type == "ping" {
							_ = wsjson.Write(ended, socket, frame{Type: "pong"})
						}
					}
				})
			}
			settle := time.NewTimer(5 * time.Second)
			<-settle.C
			memory := p.resident() - before
			const lasts = 45 * time.Second // two pings
			cpu := p.cpu()
			pause := time.NewTimer(lasts)
			<-pause.C
			used := p.cpu() - cpu
			t.Logf("10,000 sockets opened in %s; %.1f KiB each, %.1f %% of a core, %d lost", opened.Round(time.Millisecond),
				float64(memory)/10_000/1024, 100*used.Seconds()/lasts.Seconds(), lost.Load())
			stop()
			readers.Wait()
			require.Zero(t, lost.Load())
		})
	}
}

// Those who stop reading are let go, and cost nobody else anything.
func TestLoad_AReaderThatStops(t *testing.T) {
	const stalled = 10
	p := newProgram(t)
	admin := p.operator.newAccount(1_000_000)
	cursor := at(admin.do(`{ journalCursor }`, nil), "journalCursor")
	asking := newRequester(t, admin.token, patience)
	sockets := p.dialAll(admin, 200, loadQuery, object{"after": cursor})
	memory := p.resident()
	// A selection that fills the buffers between the server and them within a second or two.
	large := `subscription($after: String) { accountChanges(after: $after) { cursor ... on OrganizationsChanged {`
	for n := range 25 {
		large += fmt.Sprintf(" o%d: organizations { id name active createdAt updatedAt }", n)
	}
	p.dialAll(admin, stalled, large+` } }`, object{"after": cursor}) // nobody ever reads from these
	var heard listening
	ended, stop := context.WithCancel(context.Background())
	defer stop()
	var readers sync.WaitGroup
	for _, socket := range sockets {
		readers.Go(func() { heard.read(ended, socket, true) })
	}
	events := p.write(asking, 40, 20*time.Second)
	require.Eventually(t, func() bool { return heard.arrived.Load() >= int64(events*len(sockets)) }, patience, 10*time.Millisecond)
	dropped := &world{t: t, url: p.url}
	require.Eventually(t, func() bool {
		return strings.Contains(dropped.scrape(), fmt.Sprintf(`orgmap_sockets_closed_total{reason="stalled"} %d`, stalled))
	}, patience, 100*time.Millisecond, "those who do not read are still there")
	stop()
	readers.Wait()
	slices.Sort(heard.delays)
	grown := p.resident() - memory
	t.Logf("200 who read beside %d who do not: %s; memory grew by %d KiB", stalled, spread(heard.delays), grown>>10)
	require.Less(t, quantile(heard.delays, 99), 250*time.Millisecond)
	require.Less(t, grown, 20<<20)
}

//go:build load && linux

package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/rds"
	"github.com/orgmap/orgmap/internal/vendors"
)

// perToken is how many sockets one token may have open.
const perToken = maxSockets

// process is a server as a process of its own, so that what it uses can be told from what the clients use.
type process struct {
	t       *testing.T
	id      int
	address string // host:port
}

// startServer starts a command that serves on the address in LISTEN, and waits until it accepts connections.
func startServer(t *testing.T, address string, environment []string, command string, arguments ...string) process {
	t.Helper()
	serve := exec.Command(command, arguments...)
	serve.Env = append(append(os.Environ(), "LISTEN="+address), environment...)
	serve.Stderr = os.Stderr
	require.NoError(t, serve.Start())
	t.Cleanup(func() { _ = serve.Process.Kill(); _ = serve.Wait() })
	require.Eventually(t, func() bool {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			_ = connection.Close()
		}
		return err == nil
	}, patience, 20*time.Millisecond)
	return process{t: t, id: serve.Process.Pid, address: address}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

func compiled(t *testing.T, what string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "program")
	output, err := exec.Command("go", "build", "-o", binary, what).CombinedOutput()
	require.NoError(t, err, string(output))
	return binary
}

// cpu is the processor time that the process has used.
func (p process) cpu() time.Duration {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.id))
	require.NoError(p.t, err)
	fields := strings.Fields(string(content[strings.LastIndex(string(content), ")")+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // Linux counts in hundredths
}

// othersCPU is the processor time that the machine's programs but this one have used, and what was stolen from it.
func othersCPU(t *testing.T) (used time.Duration) {
	content, err := os.ReadFile("/proc/stat")
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(content), "\n")
	for n, field := range strings.Fields(first)[1:9] {
		if n != 3 && n != 4 { // idle, and idle for a disk
			hundredths, _ := strconv.Atoi(field)
			used += time.Duration(hundredths) * 10 * time.Millisecond
		}
	}
	var own syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &own))
	return used - time.Duration(own.Utime.Nano()+own.Stime.Nano())
}

// resident is the process's memory in bytes.
func (p process) resident() int {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.id))
	require.NoError(p.t, err)
	pages, _ := strconv.Atoi(strings.Fields(string(content))[1])
	return pages * os.Getpagesize()
}

// program is Orgmap, serving as a process of its own.
type program struct {
	process
	stores worldStores
	// operator is a small server beside it: what is written there reaches the program through Redis alone.
	operator *world
	redis    redis.UniversalClient
}

func newProgram(t *testing.T) *program {
	t.Helper()
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t), role: roleAPI}
	// The room that serve leaves in the heap is a process's, and is not counted as its watchers'.
	environment := []string{"GOGC=100", "ORGMAP_PUBLIC_METRICS=true", "DATABASE_URL=" + stores.database, "REDIS_URL=" + stores.redis, "ORGMAP_KEYSET_FILE=" + stores.keyset}
	address := freeAddress(t)
	p := &program{stores: stores}
	p.process = startServer(t, address, environment, compiled(t, "."), "serve", "--listen", address, "--role", "api", "--log-level", "error")
	require.Eventually(t, func() bool { return ready("http://"+address) == 200 }, patience, 50*time.Millisecond)
	stores.adjust = func(s *serving) { s.CostBudget = 0 }
	p.operator = bootWorld(t, stores)
	client, err := rds.New(stores.redis)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	p.redis = client
	return p
}

// tokens are as many as that many sockets need.
func (p *program) tokens(admin *client, sockets int) []string {
	tokens := make([]string, 0, sockets/perToken+1)
	for range sockets/perToken + 1 {
		tokens = append(tokens, p.operator.newClient(admin.account, auth.Viewer).token)
	}
	return tokens
}

// redisConnections are those of everybody but the test itself and the operator beside the program.
func (p *program) redisConnections() (all, subscribed int) {
	list, err := p.redis.ClientList(context.Background()).Result()
	require.NoError(p.t, err)
	for line := range strings.Lines(list) {
		if strings.Contains(line, "addr=") {
			all++
		}
		if strings.Contains(line, "cmd=subscribe") {
			subscribed++
		}
	}
	return all, subscribed
}

// publisher makes the event with that number happen, and says when it begins to. It returns when it did, and may be called by
// several goroutines.
type publisher func(number int64, begins func()) error

// changes creates organizations; their names are padded so that an event is of the size of one with a few organizations.
func (p *program) changes(admin *client) publisher {
	asking := newRequester(p.t, admin.token, patience)
	return func(number int64, begins func()) error {
		begins()
		got, err := asking.send(context.Background(), p.operator.url, "", createOne, object{"name": "#" + strconv.FormatInt(number, 10) + padding})
		if err == nil && got.code() != "" {
			err = fmt.Errorf("%s", got.code())
		}
		return err
	}
}

const (
	padding       = " of those that have a long name, as long as that of a firm of solicitors who never leave anybody out of it, and then some more"
	changesLoad   = `subscription { accountChanges { cursor at ... on OrganizationsChanged { organizations { id name active } } } }`
	changesMark   = `"name":"#`
	progressLoad  = `subscription { refreshProgress { sequence run { id state fetched total added updated removed startedAt } } }`
	progressMark  = `"fetched":`
	progressTotal = 1_000_000
)

// progress moves a run as a worker would, ten times as often.
func (p *program) progress(admin *client) publisher {
	simulated, url := p.operator.vendor(vendors.ApplicationITGlue, listed("One")...)
	admin.connect(simulated, url)
	data := admin.do(`mutation { refresh { runs { id } userErrors { code } } }`, nil)
	require.Empty(p.t, codes(at(data, "refresh")))
	connection, err := pgx.Connect(p.t.Context(), p.stores.database)
	require.NoError(p.t, err)
	p.t.Cleanup(func() { _ = connection.Close(context.Background()) })
	_, err = connection.Exec(p.t.Context(), "SELECT set_config('app.account_id', $1, false)", admin.account.String())
	require.NoError(p.t, err)
	var mu sync.Mutex // one connection; protects reached
	var reached int64
	return func(number int64, begins func()) error {
		mu.Lock()
		defer mu.Unlock()
		if number < reached {
			return nil // a newer state was faster, and a run does not go back
		}
		reached = number
		begins() // and not while it waited for the connection
		var run string
		var sequence int64
		err := connection.QueryRow(context.Background(), `UPDATE refresh_runs SET state = 'RUNNING', fetched = $1, total = $2, sequence = sequence + 1,
			lease_until = now() + interval '1 hour', started_at = coalesce(started_at, now()), updated_at = now()
			WHERE account_id = $3 RETURNING id::text, sequence`, number, progressTotal, admin.account).Scan(&run, &sequence)
		if err != nil {
			return err
		}
		return p.redis.Publish(context.Background(), "orgmap:{"+admin.account.String()+"}", fmt.Sprintf("0 %s %d", run, sequence)).Err()
	}
}

// peer is another server: its events come through Redis as they are, and nothing is read from a store.
type peer struct {
	process
	redis redis.UniversalClient
}

func newPeer(t *testing.T, command string, arguments ...string) *peer {
	t.Helper()
	store := dbtest.Redis(t)
	client, err := rds.New(store)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return &peer{startServer(t, freeAddress(t), []string{"REDIS_URL=" + store}, command, arguments...), client}
}

// changes publishes what wrap makes of events of the size of Orgmap's.
func (p *peer) changes(wrap func(event object) []byte) publisher {
	return func(number int64, begins func()) error {
		event := object{
			"cursor": "ajE6MTAwMDAw", "at": time.Now().UTC().Format(time.RFC3339Nano),
			"organizations": []object{{"id": "org_01m84xkpnyecw82nzhkhwfe2xc", "name": "#" + strconv.FormatInt(number, 10) + padding, "active": true}},
		}
		text := wrap(event)
		begins()
		return p.redis.Publish(context.Background(), "push", text).Err()
	}
}

// packed appends a value as MessagePack, as far as events need it.
func packed(to []byte, value any) []byte {
	switch value := value.(type) {
	case string:
		return append(binary.BigEndian.AppendUint16(append(to, 0xda), uint16(len(value))), value...)
	case bool:
		if value {
			return append(to, 0xc3)
		}
		return append(to, 0xc2)
	case []object:
		to = append(to, 0x90|byte(len(value)))
		for _, one := range value {
			to = packed(to, one)
		}
		return to
	case object:
		to = append(to, 0x80|byte(len(value)))
		for key, one := range value {
			to = packed(packed(to, key), one)
		}
		return to
	default:
		panic(fmt.Sprintf("no event holds a %T", value))
	}
}

func encoded(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

// publish makes events happen at a rate, and returns how many there were. numbers goes on from run to run.
func (c *crowd) publish(numbers *atomic.Int64, event publisher, rate int, lasts time.Duration) (events, sum int64) {
	c.t.Helper()
	var group sync.WaitGroup
	defer group.Wait()
	ticker := time.NewTicker(time.Second / time.Duration(rate))
	defer ticker.Stop()
	permits := make(chan struct{}, 8)
	for range int(lasts.Seconds() * float64(rate)) {
		<-ticker.C
		permits <- struct{}{}
		number := numbers.Add(1)
		events, sum = events+1, sum+number
		group.Go(func() {
			defer func() { <-permits }()
			if err := event(number, func() { c.sent.note(number) }); err != nil {
				c.t.Error(err)
			}
		})
	}
	return events, sum
}

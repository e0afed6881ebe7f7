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

// process is a server in its own process, so that its usage can be told from the clients'.
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
	}, waitTimeout, 20*time.Millisecond)
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

// cpu returns the CPU time that the process has used.
func (p process) cpu() time.Duration {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.id))
	require.NoError(p.t, err)
	fields := strings.Fields(string(content[strings.LastIndex(string(content), ")")+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // Linux counts in hundredths of a second
}

// othersCPU returns the CPU time used by everything on the machine but this process, including stolen time.
func othersCPU(t *testing.T) (used time.Duration) {
	content, err := os.ReadFile("/proc/stat")
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(content), "\n")
	for n, field := range strings.Fields(first)[1:9] {
		if n != 3 && n != 4 { // idle, and waiting for a disk
			hundredths, _ := strconv.Atoi(field)
			used += time.Duration(hundredths) * 10 * time.Millisecond
		}
	}
	var own syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &own))
	return used - time.Duration(own.Utime.Nano()+own.Stime.Nano())
}

// resident returns the process's resident memory in bytes.
func (p process) resident() int {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.id))
	require.NoError(p.t, err)
	pages, _ := strconv.Atoi(strings.Fields(string(content))[1])
	return pages * os.Getpagesize()
}

// program is Orgmap in its own process.
type program struct {
	process
	stores worldStores
	// operator is a small server beside the program. What is written on it reaches the program only through Redis.
	operator *world
	redis    redis.UniversalClient
}

func newProgram(t *testing.T) *program {
	t.Helper()
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t), role: roleAPI}
	// The heap room that serve reserves belongs to the process and must not count as its watchers' memory.
	environment := []string{"GOGC=100", "ORGMAP_PUBLIC_METRICS=true", "DATABASE_URL=" + stores.database, "REDIS_URL=" + stores.redis, "ORGMAP_KEYSET_FILE=" + stores.keyset}
	address := freeAddress(t)
	p := &program{stores: stores}
	p.process = startServer(t, address, environment, compiled(t, "."), "serve", "--listen", address, "--role", "api", "--log-level", "error")
	require.Eventually(t, func() bool { return ready("http://"+address) == 200 }, waitTimeout, 50*time.Millisecond)
	stores.adjust = func(s *serving) { s.CostBudget = 0 }
	p.operator = bootWorld(t, stores)
	client, err := rds.New(stores.redis)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	p.redis = client
	return p
}

// tokens returns enough tokens for the given number of sockets.
func (p *program) tokens(admin *client, sockets int) []string {
	tokens := make([]string, 0, sockets/perToken+1)
	for range sockets/perToken + 1 {
		tokens = append(tokens, p.operator.newClient(admin.account, auth.Viewer).token)
	}
	return tokens
}

// redisConnections counts the connections to Redis except those of the test and of the operator.
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

// publisher causes the event with the given number and calls begins when it starts to. It returns when it is done.
// Several goroutines may call it.
type publisher func(number int64, begins func()) error

// changes creates organizations with padded names, so that an event is as large as one with a few organizations.
func (p *program) changes(admin *client) publisher {
	asking := newRequester(p.t, admin.token, waitTimeout)
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

// progress advances a run as a worker would, but ten times as often.
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
	var mu sync.Mutex // one connection; also protects reached
	var reached int64
	return func(number int64, begins func()) error {
		mu.Lock()
		defer mu.Unlock()
		if number < reached {
			return nil // a newer state came first, and a run never goes back
		}
		reached = number
		begins() // without the wait for the connection
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

// peer is another server. Its events come through Redis unchanged, and it reads nothing from a store.
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

// changes publishes events of the size of Orgmap's, encoded by wrap.
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

// packed appends a value as MessagePack. It supports only what events need.
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

// publish causes events at a rate and returns how many, and the sum of their numbers. numbers continues from run to
// run.
func (c *clientPool) publish(numbers *atomic.Int64, event publisher, rate int, lasts time.Duration) (events, sum int64) {
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

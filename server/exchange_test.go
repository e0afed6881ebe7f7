package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/inbound"
)

// boundedWorld is a world with deadlines so short that tests need not sleep.
func boundedWorld(t *testing.T, limits *bounds, adjust func(*serving)) *world {
	t.Helper()
	return bootWorld(t, worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t), adjust: adjust, bounds: limits})
}

func briefBounds() *bounds {
	brief := defaultBounds()
	brief.deadlines = inbound.Deadlines{
		Header: 300 * time.Millisecond, Body: 600 * time.Millisecond, Work: 10 * time.Second, Response: 600 * time.Millisecond,
		Idle: time.Minute, Leave: 100 * time.Millisecond, LastResponse: 600 * time.Millisecond,
	}
	return brief
}

// dialTCP opens a connection and sends sent.
func (w *world) dialTCP(sent string) net.Conn {
	w.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	require.NoError(w.t, err)
	w.t.Cleanup(func() { _ = conn.Close() })
	require.NoError(w.t, conn.SetDeadline(time.Now().Add(waitTimeout)))
	_, err = io.WriteString(conn, sent)
	require.NoError(w.t, err)
	return conn
}

// requireEnded reads until the server closes the connection, and returns what the server sent.
func requireEnded(t *testing.T, conn net.Conn) string {
	t.Helper()
	said, err := io.ReadAll(conn)
	require.False(t, errors.Is(err, os.ErrDeadlineExceeded), "the server keeps the connection")
	return string(said)
}

// head returns the start of a request with a body.
func head(method, path string, header ...string) string {
	return method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + strings.Join(header, "") + "\r\n"
}

// A request that a client starts and never completes is ended by the server, on every route.
func TestExchange_StalledRequestsEndOnEveryRoute(t *testing.T) {
	t.Parallel()
	world := boundedWorld(t, briefBounds(), nil)
	viewer := "Authorization: Bearer " + world.newAccount(1).token + "\r\n"
	const length, chunked = "Content-Length: 4000\r\n", "Transfer-Encoding: chunked\r\n"
	for name, test := range map[string]struct{ sent, dripped string }{
		"sign-in, silent":              {head("POST", "/session", length) + "{", ""},
		"sign-in, dripping":            {head("POST", "/session", length) + "{", " "},
		"sign-in in chunks":            {head("POST", "/session", chunked) + "5\r\n{", ""},
		"sign-in in dripping chunks":   {head("POST", "/session", chunked), "1\r\n \r\n"},
		"an operation without sign-in": {head("POST", "/graphql", length) + "{", ""},
		"an operation, silent":         {head("POST", "/graphql", length, viewer) + "{", ""},
		"an operation, dripping":       {head("POST", "/graphql", length, viewer) + "{", " "},
		"an operation in chunks":       {head("POST", "/graphql", chunked, viewer), "1\r\n \r\n"},
		"an upgrade with a body":       {head("POST", "/graphql", length, "Upgrade: websocket\r\n") + "{", ""},
		"a probe with a body":          {head("GET", "/livez", "Content-Length: 200000\r\n"), ""},
		"a probe of Postgres":          {head("GET", "/readyz", "Content-Length: 200000\r\n"), ""},
		"a page with a body":           {head("GET", "/", "Content-Length: 200000\r\n"), " "},
		"sign-out with a body":         {head("POST", "/auth/logout", length), ""},
		"an unknown path with a body":  {head("PUT", "/nowhere", chunked), "1\r\n \r\n"},
		"a silent connection":          {"", ""},
		"an endless header":            {"GET / HTTP/1.1\r\nHost: x\r\n", "X: y\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := world.dialTCP(test.sent)
			if test.dripped != "" {
				go func() {
					for {
						if _, err := io.WriteString(conn, test.dripped); err != nil {
							return
						}
						time.Sleep(10 * time.Millisecond)
					}
				}()
			}
			requireEnded(t, conn)
		})
	}
}

func TestExchange_ExplainsWhyABodyWasRefused(t *testing.T) {
	t.Parallel()
	world := boundedWorld(t, briefBounds(), nil)
	viewer := "Authorization: Bearer " + world.newAccount(1).token + "\r\n"
	said := requireEnded(t, world.dialTCP(head("POST", "/graphql", "Content-Length: 4000\r\n", viewer)+"{"))
	require.Contains(t, said, "408 Request Timeout")
	require.Contains(t, said, "The body did not arrive in time.")
	refused := requireEnded(t, world.dialTCP(head("POST", "/graphql", "Content-Length: 4000\r\n")+"{"))
	require.Contains(t, refused, "401 Unauthorized")
	require.Contains(t, refused, "Connection: close")
}

// Event streams and sockets outlive the deadlines of an exchange.
func TestExchange_StreamsOutliveItsDeadlines(t *testing.T) {
	t.Parallel()
	limits := briefBounds()
	limits.deadlines.Work = time.Millisecond
	world := boundedWorld(t, limits, nil)
	admin := world.newAccount(1_000_000)
	cursor := at(admin.do(`{ journalCursor }`, nil), "journalCursor") // the streams do not report when they have started watching
	query := url.QueryEscape(fmt.Sprintf(`subscription{accountChanges(after:%q){cursor}}`, cursor))
	events := world.dialTCP(head("GET", "/graphql?query="+query, "Accept: text/event-stream\r\nAuthorization: Bearer ", admin.token, "\r\n"))
	lines := bufio.NewReader(events)
	response, err := http.ReadResponse(lines, nil)
	require.NoError(t, err)
	defer response.Body.Close()
	defer events.Close() // close this first, because closing a response reads the rest of its body
	next, stop := admin.watch(changesQuery, object{"after": cursor})
	defer stop()
	d := limits.deadlines
	ended := time.After(2 * (d.Header + d.Body + d.Response))
	written := 0
	for running := true; running; {
		select {
		case <-ended:
			running = false
		default:
		}
		admin.create(fmt.Sprint("Organization ", written))
		written++
		require.NotNil(t, next())
	}
	text := bufio.NewScanner(response.Body)
	for heard := 0; heard < written; {
		require.True(t, text.Scan(), "the stream ended: %v", text.Err())
		if strings.HasPrefix(text.Text(), "data: ") {
			heard++
		}
	}
}

// A process that is told to stop waits for no unauthenticated client, and exits with 0.
func TestStop_DoesNotWaitForUnauthenticatedClients(t *testing.T) {
	t.Parallel()
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t)}
	process, address := startProcess(t, stores)
	world := &world{t: t, url: address}
	const socket = "GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
		"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
	for _, sent := range []string{
		"", "GET", head("POST", "/session", "Content-Length: 4000\r\n") + "{", head("GET", "/livez", "Content-Length: 200000\r\n"),
		head("POST", "/graphql", "Transfer-Encoding: chunked\r\n"), strings.Repeat("GET /explorer HTTP/1.1\r\nHost: x\r\n\r\n", 2000), socket,
	} {
		for range 20 {
			world.dialTCP(sent)
		}
	}
	require.Equal(t, http.StatusOK, world.send(http.MethodGet, "/livez", "").StatusCode)
	http.DefaultClient.CloseIdleConnections()
	require.NoError(t, process.Process.Signal(syscall.SIGTERM))
	began := time.Now()
	require.NoError(t, process.Wait(), "the process exits with 0")
	require.Less(t, time.Since(began), 15*time.Second, "the process must not wait for the grace period of 20 s") // takes a second on an idle machine
	t.Logf("stopped after %v", time.Since(began))
}

func TestReadiness_PingsPostgresAtMostOnceASecond(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex // protects now
	now := time.Unix(0, 0)
	later := func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(d)
	}
	var pings atomic.Int64
	failure := errors.New("away")
	release := make(chan error)
	probed := newReadiness(func(context.Context) error { pings.Add(1); return <-release }, slog.New(slog.DiscardHandler), func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	})
	ask := func(answer error) {
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() { require.ErrorIs(t, probed.check(t.Context()), answer) })
		}
		release <- answer
		group.Wait()
	}
	ask(nil)
	require.EqualValues(t, 1, pings.Load())
	later(probeFor - 1)
	require.NoError(t, probed.check(t.Context()))
	require.EqualValues(t, 1, pings.Load())
	later(1)
	ask(failure)
	require.ErrorIs(t, probed.check(t.Context()), failure)
	require.EqualValues(t, 2, pings.Load())
	later(probeFor)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, probed.check(ctx), context.Canceled, "no caller waits longer than its context")
	later(time.Hour)
	require.ErrorIs(t, probed.check(ctx), context.Canceled, "a hanging ping is the only ping")
	release <- nil
	require.EqualValues(t, 3, pings.Load())
}

func TestReadiness_ManyProbesShareAPing(t *testing.T) {
	t.Parallel()
	world := newWorld(t)
	before := world.app.db.Pool().Stat().AcquireCount()
	began := time.Now()
	for range 300 {
		require.Equal(t, http.StatusOK, world.send(http.MethodGet, "/readyz", "").StatusCode)
	}
	seconds := int64(time.Since(began)/time.Second) + 1
	// The server's own work continues: feeds and sweeps run a few statements a second.
	require.Less(t, world.app.db.Pool().Stat().AcquireCount()-before, 40*seconds)
}

func TestMetrics_AreServedOnlyToTheOperator(t *testing.T) {
	t.Parallel()
	hidden := newWorld(t)
	require.Equal(t, http.StatusNotFound, hidden.send(http.MethodGet, "/metrics", "").StatusCode)
	shown := newWorldWith(t, func(s *serving) { s.PublicMetrics = true })
	require.Equal(t, http.StatusOK, shown.send(http.MethodGet, "/metrics", "").StatusCode)

	address := make(chan string, 1)
	log := slog.New(slog.NewTextHandler(writerFunc(func(line []byte) {
		if _, found, is := strings.Cut(string(line), `msg="serving metrics" address=`); is {
			address <- strings.TrimSpace(found)
		}
	}), nil))
	hidden.app.logger = log
	stop, err := hidden.app.serveMetrics(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	defer stop()
	own := &world{t: t, url: "http://" + <-address}
	require.Contains(t, own.send(http.MethodGet, "/metrics", "").body, "orgmap_postgres_connections_max 20")
	require.Equal(t, http.StatusNotFound, own.send(http.MethodGet, "/graphql", "").StatusCode)
}

type writerFunc func([]byte)

func (f writerFunc) Write(line []byte) (int, error) { f(line); return len(line), nil }

// An address that keeps failing to sign in must wait, on every way in. Callers who had signed in before are not
// affected.
func TestCallers_LimitFailedAttemptsPerAddress(t *testing.T) {
	t.Parallel()
	limits := defaultBounds()
	limits.attempts, limits.refill = 20, 1
	world := boundedWorld(t, limits, func(s *serving) { s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	admin := world.newAccount(1)
	admin.do(`{ viewer { name } }`, nil)
	other := world.newClient(admin.account, auth.Viewer)
	bad := []string{"Authorization", "Bearer orgmap_" + strings.Repeat("x", 43), "Content-Type", "application/json", "X-Forwarded-For", "198.51.100.7"}
	began := time.Now()
	refused := 0
	for range 60 {
		switch got := world.send(http.MethodPost, "/graphql", "{}", bad...); got.StatusCode {
		case http.StatusUnauthorized:
		case http.StatusTooManyRequests:
			refused++
			require.NotEmpty(t, got.Header.Get("Retry-After"))
			require.Contains(t, got.body, "RATE_LIMITED")
		default:
			t.Fatal(got.Status)
		}
	}
	spent := int(time.Since(began) / time.Second)
	require.GreaterOrEqual(t, refused, 60-limits.attempts-spent-1)
	require.Positive(t, refused)
	from := func(address string) []string {
		return []string{"Content-Type", "application/json", "X-Forwarded-For", address}
	}
	for _, way := range []struct{ method, path, body string }{
		{http.MethodPost, "/session", `{"token":"x"}`}, {http.MethodDelete, "/session", ""}, {http.MethodPost, "/auth/logout", ""},
	} {
		require.Eventually(t, func() bool {
			return world.send(way.method, way.path, way.body, from("198.51.100.7")...).StatusCode == http.StatusTooManyRequests
		}, waitTimeout, time.Millisecond, way.path)
		require.NotEqual(t, http.StatusTooManyRequests, world.send(way.method, way.path, way.body, from("198.51.100.8")...).StatusCode, way.path)
	}
	for _, known := range []*client{admin} {
		require.Equal(t, http.StatusOK, known.send(http.MethodPost, "/graphql", `{"query":"{ viewer { name } }"}`,
			append(from("198.51.100.7"), "Authorization", "Bearer "+known.token)...).StatusCode, "they were let in before")
	}
	require.Equal(t, http.StatusOK, other.send(http.MethodPost, "/graphql", `{"query":"{ viewer { name } }"}`,
		append(from("2001:db8::1"), "Authorization", "Bearer "+other.token)...).StatusCode)
}

// Using a valid token a thousand times costs no attempts.
func TestCallers_ValidCredentialsCostNoAttempts(t *testing.T) {
	t.Parallel()
	limits := defaultBounds()
	limits.attempts, limits.refill = 5, 1
	world := boundedWorld(t, limits, nil)
	admin := world.newAccount(1)
	for range 20 {
		admin.do(`{ viewer { name } }`, nil)
		world.newClient(admin.account, auth.Viewer).do(`{ viewer { name } }`, nil)
	}
}

func TestRecent_IsBounded(t *testing.T) {
	t.Parallel()
	recent := newRecent(100)
	for n := range 10_000 {
		recent.add(fmt.Sprint(n))
		require.True(t, recent.holds(fmt.Sprint(n)))
	}
	require.LessOrEqual(t, len(recent.now)+len(recent.before), 200)
	recent.remove("9999")
	require.False(t, recent.holds("9999"))
}

package inbound_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/inbound"
)

// waitTimeout is how long a test waits for something that must happen.
const waitTimeout = 20 * time.Second

// brief returns deadlines so short that tests need not sleep.
func brief() inbound.Deadlines {
	return inbound.Deadlines{
		Header: 150 * time.Millisecond, Body: 300 * time.Millisecond, Work: time.Second, Response: 300 * time.Millisecond,
		Idle: time.Minute, Leave: 50 * time.Millisecond, LastResponse: 100 * time.Millisecond,
	}
}

// server is a guarded server on a real port.
type server struct {
	t       *testing.T
	guard   *inbound.Guard
	http    *http.Server
	address string
}

func serve(t *testing.T, options inbound.Options, handler http.HandlerFunc) *server {
	t.Helper()
	guard := inbound.New(options)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &server{t: t, guard: guard, http: guard.Server(guard.Handler(handler)), address: listener.Addr().String()}
	s.http.ConnContext = inbound.ConnContext
	ended := make(chan error, 1)
	go func() { ended <- s.http.Serve(guard.Listen(listener)) }()
	t.Cleanup(func() {
		_ = s.http.Close()
		require.ErrorIs(t, <-ended, http.ErrServerClosed)
	})
	return s
}

// dial opens a connection and sends text.
func (s *server) dial(text string) net.Conn {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.address)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = conn.Close() })
	require.NoError(s.t, conn.SetDeadline(time.Now().Add(waitTimeout)))
	_, err = io.WriteString(conn, text)
	require.NoError(s.t, err)
	return conn
}

// requireClosed reads until the server closes the connection, and returns what the server sent.
func requireClosed(t *testing.T, conn net.Conn) string {
	t.Helper()
	said, err := io.ReadAll(conn)
	require.False(t, errors.Is(err, context.DeadlineExceeded), "the server keeps the connection")
	var late net.Error
	require.False(t, errors.As(err, &late) && late.Timeout(), "the server keeps the connection")
	return string(said)
}

// drip sends text every few milliseconds until the connection is closed.
func drip(conn net.Conn, text string) {
	for {
		if _, err := io.WriteString(conn, text); err != nil {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func readAll(w http.ResponseWriter, r *http.Request) {
	if _, err := io.ReadAll(r.Body); err != nil {
		http.Error(w, "late", http.StatusRequestTimeout)
	}
}

func TestExchange_ClosesConnectionsWhoseRequestStalls(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ sent, dripped string }{
		"no bytes":                           {"", ""},
		"a silent request line":              {"GET / HT", ""},
		"a dripping header":                  {"GET / HTTP/1.1\r\nHost: x\r\nX: ", "a"},
		"a silent body":                      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n{", ""},
		"a dripping body":                    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 400000\r\n\r\n{", "a"},
		"a silent chunked body":              {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", ""},
		"a dripping chunked body":            {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n"},
		"a dripping trailer":                 {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n0\r\n", "T: a\r\n"},
		"a body that waits for 100 Continue": {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\nExpect: 100-continue\r\n\r\n", ""},
		"a second request that stops":        {"GET / HTTP/1.1\r\nHost: x\r\n\r\nPOST / HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, inbound.Options{Deadlines: brief()}, readAll)
			conn := s.dial(test.sent)
			if test.dripped != "" {
				go drip(conn, test.dripped)
			}
			requireClosed(t, conn)
			require.Eventually(t, func() bool { open, _ := s.guard.Open(); return open == 0 }, waitTimeout, time.Millisecond)
		})
	}
}

// endlessly returns deadlines that never pass during a test.
func endlessly() inbound.Deadlines {
	return inbound.Deadlines{
		Header: time.Hour, Body: time.Hour, Work: time.Hour, Response: time.Hour, Idle: time.Hour, Leave: time.Hour, LastResponse: time.Hour,
	}
}

// A handler that responds without reading the body closes the connection, on any route and with any response.
func TestExchange_UnreadBodyClosesTheConnection(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"with a status":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"with text":      func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") },
		"with nothing":   func(http.ResponseWriter, *http.Request) {},
		"with a flush":   func(w http.ResponseWriter, _ *http.Request) { _ = http.NewResponseController(w).Flush() },
		"reading a part": func(_ http.ResponseWriter, r *http.Request) { _, _ = r.Body.Read(make([]byte, 1)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, inbound.Options{Deadlines: endlessly()}, handler) // no deadline closes the connection
			said := requireClosed(t, s.dial("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n{"))
			require.Contains(t, said, "Connection: close")
		})
	}
}

func TestExchange_ReadBodyKeepsTheConnection(t *testing.T) {
	t.Parallel()
	s := serve(t, inbound.Options{Deadlines: brief()}, readAll)
	conn := s.dial("")
	reader := bufio.NewReader(conn)
	for _, request := range []string{
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		_, err := io.WriteString(conn, request)
		require.NoError(t, err)
		response, err := http.ReadResponse(reader, nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, response.StatusCode)
		require.False(t, response.Close)
		require.NoError(t, response.Body.Close())
	}
}

// Once a body has arrived its deadline ends: work may take longer than that and is not cancelled.
func TestExchange_WorkMayOutlastTheBodyDeadline(t *testing.T) {
	t.Parallel()
	deadlines := brief()
	deadlines.Header, deadlines.Body = 20*time.Millisecond, 40*time.Millisecond
	s := serve(t, inbound.Options{Deadlines: deadlines}, func(w http.ResponseWriter, r *http.Request) {
		readAll(w, r)
		select {
		case <-r.Context().Done():
			http.Error(w, "cancelled", http.StatusInternalServerError)
		case <-time.After(4 * deadlines.Body):
		}
	})
	response, err := http.ReadResponse(bufio.NewReader(s.dial("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")), nil)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
}

// endless writes a response too large for the kernel's buffers.
func endless(w http.ResponseWriter, _ *http.Request) {
	text := strings.Repeat("x", 64<<10)
	for range 1 << 10 {
		if _, err := io.WriteString(w, text); err != nil {
			return
		}
	}
}

func TestExchange_ClosesConnectionsThatDoNotReadResponses(t *testing.T) {
	t.Parallel()
	for name, request := range map[string]string{
		"one response":        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"HTTP/1.0":            "GET / HTTP/1.0\r\n\r\n",
		"pipelined responses": strings.Repeat("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 60),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			deadlines := brief()
			deadlines.Work = time.Hour // net/http's own write deadline comes too late
			s := serve(t, inbound.Options{Deadlines: deadlines}, endless)
			s.dial(request)
			require.Eventually(t, func() bool { open, _ := s.guard.Open(); return open == 1 }, waitTimeout, time.Millisecond)
			require.Eventually(t, func() bool { open, _ := s.guard.Open(); return open == 0 }, waitTimeout, time.Millisecond)
		})
	}
}

func TestStop_DoesNotWaitForStalledConnections(t *testing.T) {
	t.Parallel()
	deadlines := endlessly()
	// The deadline of a response depends on whether it has started.
	deadlines.Leave, deadlines.LastResponse = 50*time.Millisecond, 50*time.Millisecond
	for name, sent := range map[string]string{
		"without a request":             "",
		"in the middle of a header":     "GET / HTTP/1.1\r\nHost:",
		"in the middle of a body":       "POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n{",
		"that do not read the response": "GET /endless HTTP/1.1\r\nHost: x\r\n\r\n",
		"that are idle":                 "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, inbound.Options{Deadlines: deadlines}, func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/read":
					readAll(w, r)
				case "/endless":
					endless(w, r)
				}
			})
			for range 20 {
				s.dial(sent)
			}
			require.Eventually(t, func() bool { open, _ := s.guard.Open(); return open == 20 }, waitTimeout, time.Millisecond)
			s.guard.Stop()
			// Before net/http is told to shut down: it would close silent connections itself, after 5 s.
			require.Eventually(t, func() bool { open, _ := s.guard.Open(); return open == 0 }, waitTimeout, time.Millisecond)
			ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
			defer cancel()
			require.NoError(t, s.http.Shutdown(ctx))
		})
	}
}

// Work that has begun is finished, and clients that read receive its response.
func TestStop_AnswersRequestsThatHaveArrived(t *testing.T) {
	t.Parallel()
	arrived, finish := make(chan struct{}), make(chan struct{})
	deadlines := brief()
	s := serve(t, inbound.Options{Deadlines: deadlines}, func(w http.ResponseWriter, r *http.Request) {
		readAll(w, r)
		close(arrived)
		<-finish
		if r.Context().Err() != nil {
			http.Error(w, "cancelled", http.StatusInternalServerError)
		}
	})
	conn := s.dial("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
	<-arrived
	stopped := make(chan error, 1)
	s.guard.Stop()
	go func() { stopped <- s.http.Shutdown(t.Context()) }()
	time.AfterFunc(4*deadlines.Leave, func() { close(finish) })
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.NoError(t, <-stopped)
}

// A response that starts during the shutdown and is not read does not delay the shutdown.
func TestStop_DoesNotWaitForUnreadLaterResponses(t *testing.T) {
	t.Parallel()
	arrived, finish := make(chan struct{}), make(chan struct{})
	deadlines := inbound.DefaultDeadlines()
	deadlines.LastResponse = 50 * time.Millisecond
	s := serve(t, inbound.Options{Deadlines: deadlines}, func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-finish
		endless(w, r)
	})
	s.dial("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	<-arrived
	s.guard.Stop()
	close(finish)
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	require.NoError(t, s.http.Shutdown(ctx), "the deadline of a response is longer than this test waits")
}

// A body that arrives during the shutdown is accepted, and the shutdown's read deadline does not cancel its work.
func TestStop_AcceptsABodyThatArrivesInTime(t *testing.T) {
	t.Parallel()
	begun := make(chan struct{})
	deadlines := inbound.DefaultDeadlines()
	s := serve(t, inbound.Options{Deadlines: deadlines}, func(w http.ResponseWriter, r *http.Request) {
		close(begun)
		readAll(w, r)
		select {
		case <-r.Context().Done():
			http.Error(w, "cancelled", http.StatusInternalServerError)
		case <-time.After(2 * deadlines.Leave):
		}
	})
	conn := s.dial("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{")
	<-begun
	s.guard.Stop()
	_, err := io.WriteString(conn, "}")
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
}

func TestGuard_LimitsConnectionsPerAddress(t *testing.T) {
	t.Parallel()
	const most = 10
	s := serve(t, inbound.Options{Deadlines: inbound.DefaultDeadlines(), PerAddress: most}, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/signed-in" {
			inbound.SignedIn(r.Context())
		}
	})
	var open []net.Conn
	for range most {
		open = append(open, s.dial(""))
	}
	require.Empty(t, requireClosed(t, s.dial("")))
	_, refused := s.guard.Open()
	require.EqualValues(t, 1, refused.Address)
	// Signing in frees a slot, and reusing the connection takes none.
	for range 3 {
		_, err := io.WriteString(open[0], "GET /signed-in HTTP/1.1\r\nHost: x\r\n\r\n")
		require.NoError(t, err)
		response, err := http.ReadResponse(bufio.NewReader(open[0]), nil)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
	}
	s.dial("")
	require.Eventually(t, func() bool { open, _ := s.guard.Open(); return open == most+1 }, waitTimeout, time.Millisecond)
	require.Empty(t, requireClosed(t, s.dial("")))
	require.NoError(t, open[1].Close())
	require.Eventually(t, func() bool { open, _ := s.guard.Open(); return open == most }, waitTimeout, time.Millisecond)
	s.dial("")
	require.Eventually(t, func() bool { open, _ := s.guard.Open(); return open == most+1 }, waitTimeout, time.Millisecond)
}

func TestGuard_DoesNotLimitTrustedProxiesPerAddress(t *testing.T) {
	t.Parallel()
	s := serve(t, inbound.Options{Deadlines: inbound.DefaultDeadlines(), PerAddress: 2, Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
		func(http.ResponseWriter, *http.Request) {})
	for range 20 {
		s.dial("")
	}
	require.Eventually(t, func() bool { open, _ := s.guard.Open(); return open == 20 }, waitTimeout, time.Millisecond)
}

// At the limit, the guard closes the unknown connection that has been silent longest, and never one that has signed in.
func TestGuard_ClosesTheLongestSilentConnectionWhenFull(t *testing.T) {
	t.Parallel()
	const most = 5
	s := serve(t, inbound.Options{Deadlines: endlessly(), Total: most}, func(_ http.ResponseWriter, r *http.Request) { inbound.SignedIn(r.Context()) })
	ask := func(conn net.Conn) {
		_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		require.NoError(t, err)
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
	}
	known := s.dial("")
	ask(known)
	silent := make([]net.Conn, most-1)
	for i := range silent {
		silent[i] = s.dial("")
		require.Eventually(t, func() bool { open, _ := s.guard.Open(); return open == i+2 }, waitTimeout, time.Millisecond)
	}
	for i := range silent {
		ask(s.dial(""))
		requireClosed(t, silent[i])
	}
	ask(known)
	require.Empty(t, requireClosed(t, s.dial("")), "all connections have signed in, so a new one is refused")
}

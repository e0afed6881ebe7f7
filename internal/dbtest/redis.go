//go:build unix

package dbtest

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/orgmap/orgmap/internal/embedded/process"
)

const (
	// redisStartLimit limits one start; redis-server takes about 50 ms on an idle machine.
	redisStartLimit = 30 * time.Second
	// redisAnswerLimit limits one command; a paused server does not answer at all.
	redisAnswerLimit = 5 * time.Second
	// portTries covers the case that another program takes the free port before redis-server does.
	portTries = 5
)

// Redis returns the URL of a private redis-server that ends with the test.
func Redis(t testing.TB) string {
	t.Helper()
	return NewRedisServer(t).URL()
}

// RedisServer is a private redis-server on a loopback port without persistence, for fault tests. If
// a method cannot do what it says, it fails the test; methods may be called from any goroutine of
// the test.
type RedisServer struct {
	t       testing.TB
	port    int
	dir     string
	options []string
	// mu guards running and serializes state changes.
	mu      sync.Mutex
	running *process.Process
}

// NewRedisServer starts a server that ends with the test, with additional command-line options for
// redis-server.
func NewRedisServer(t testing.TB, options ...string) *RedisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		missing(t, "redis-server", err)
	}
	s := &RedisServer{t: t, dir: t.TempDir(), options: options}
	t.Cleanup(s.Stop)
	var err error
	for range portTries {
		if s.port, err = freePort(); err != nil {
			break
		}
		if err = s.launch(); err == nil {
			return s
		}
	}
	t.Fatalf("redis-server: %v", err)
	return nil
}

// URL returns the server's address, which stays the same after Stop and Start.
func (s *RedisServer) URL() string { return "redis://" + s.Addr() + "/0" }

// Addr returns the server's host and port.
func (s *RedisServer) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// Stop kills the server: connections break and its content is lost.
func (s *RedisServer) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		return
	}
	_ = s.running.Signal(syscall.SIGKILL)
	<-s.running.Done()
	s.running = nil
}

// Start restarts a stopped server, empty, on the same port.
func (s *RedisServer) Start() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil {
		s.t.Error("redis-server is already running")
		return
	}
	if err := s.launch(); err != nil {
		s.t.Errorf("redis-server: %v", err)
	}
}

// Pause freezes the server: connections stay open but get no response, as behind a network that
// drops everything.
func (s *RedisServer) Pause() { s.t.Helper(); s.signal(syscall.SIGSTOP) }

// Resume continues a paused server.
func (s *RedisServer) Resume() { s.t.Helper(); s.signal(syscall.SIGCONT) }

func (s *RedisServer) signal(signal syscall.Signal) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		s.t.Error("redis-server is not running")
		return
	}
	if err := s.running.Signal(signal); err != nil {
		s.t.Errorf("redis-server: %v", err)
	}
}

// Flush removes all keys.
func (s *RedisServer) Flush() { s.t.Helper(); s.order("FLUSHALL") }

// DropSubscribers closes every pub/sub connection, as a server does to a client that reads too
// slowly.
func (s *RedisServer) DropSubscribers() { s.t.Helper(); s.order("CLIENT KILL TYPE pubsub") }

func (s *RedisServer) order(command string) {
	s.t.Helper()
	if _, err := s.ask(command); err != nil {
		s.t.Errorf("redis-server: %s: %v", command, err)
	}
}

// ask sends one command and returns the first line of the response. It uses the raw protocol,
// because a client's pool would retry and log on its own schedule.
func (s *RedisServer) ask(command string) (string, error) {
	connection, err := net.DialTimeout("tcp", s.Addr(), redisAnswerLimit)
	if err != nil {
		return "", err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(redisAnswerLimit)); err != nil {
		return "", err
	}
	if _, err := connection.Write([]byte(command + "\r\n")); err != nil {
		return "", err
	}
	answer, err := bufio.NewReader(connection).ReadString('\n')
	if err != nil {
		return "", err
	}
	answer = strings.TrimSpace(answer)
	if strings.HasPrefix(answer, "-") {
		return "", errors.New(answer[1:])
	}
	return answer, nil
}

// launch must be called with mu held, or before the server is returned to the test.
func (s *RedisServer) launch() error {
	log, err := os.OpenFile(filepath.Join(s.dir, "redis.log"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	// Sentinels write their state to this file, so it must exist.
	config := filepath.Join(s.dir, "redis.conf")
	if err := os.WriteFile(config, nil, 0o600); err != nil {
		return err
	}
	arguments := []string{
		config, "--bind", "127.0.0.1", "--port", strconv.Itoa(s.port), "--dir", s.dir,
		"--save", "", "--appendonly", "no", "--daemonize", "no",
	}
	cmd := exec.Command("redis-server", append(arguments, s.options...)...)
	cmd.Stdout, cmd.Stderr = log, log
	started, err := process.Start(cmd, syscall.SIGKILL)
	if err != nil {
		return err
	}
	if err := s.waitReady(started); err != nil {
		_ = started.Signal(syscall.SIGKILL)
		<-started.Done()
		text, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(text)))
	}
	s.running = started
	return nil
}

func (s *RedisServer) waitReady(started *process.Process) error {
	deadline := time.After(redisStartLimit)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-started.Done():
			return errors.New("ended at once")
		case <-deadline:
			return errors.New("does not answer")
		case <-tick.C:
			if s.answers() {
				return nil
			}
		}
	}
}

// answers reports whether the server answers, even if only to ask for a password.
func (s *RedisServer) answers() bool {
	answer, err := s.ask("PING")
	return answer == "+PONG" || err != nil && strings.HasPrefix(err.Error(), "NOAUTH")
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := listener.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // a TCP listener has a TCP address
	return port, listener.Close()
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/orgmap/orgmap/internal/embedded"
	"github.com/orgmap/orgmap/internal/embedded/process"
	"github.com/orgmap/orgmap/internal/id"
)

const (
	// startLimit is how long a process may take to start on a busy machine.
	startLimit = time.Minute
	// stopLimit is how long a process may take to stop before it is killed.
	stopLimit = 10 * time.Second
	// poolSize is the number of Postgres connections of each server: orgmap's default.
	poolSize = 20
	// connectionLimit is enough for all servers to run side by side.
	connectionLimit = 300
)

// stage is the environment of all measurements: the stores and the built program.
type stage struct {
	dir      string
	postgres *embedded.Postgres
	redis    *embedded.Redis
	program  string
	keyset   string
	tokens   int // per account: one for each connection
	conn     *pgx.Conn
	closing  []func() error
}

// newStage builds the program, starts the stores, and fills the account.
func newStage(ctx context.Context, options options) (_ *stage, err error) {
	s := &stage{program: options.program, tokens: options.pace.connections}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.dir, err = os.MkdirTemp("", "orgmap-bench-"); err != nil {
		return nil, err
	}
	s.onClose(func() error { return os.RemoveAll(s.dir) })
	// If root runs the bench, Postgres runs as another user.
	if err := os.Chmod(s.dir, 0o755); err != nil {
		return nil, err
	}
	if err := s.build(ctx); err != nil {
		return nil, err
	}
	if err := s.startStores(ctx); err != nil {
		return nil, err
	}
	return s, s.prepare(ctx)
}

// build builds the program as `make build` does.
func (s *stage) build(ctx context.Context) error {
	if s.program != "" {
		return nil
	}
	say("building orgmap")
	s.program = filepath.Join(s.dir, "orgmap")
	output, err := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", s.program, "github.com/orgmap/orgmap/server").CombinedOutput()
	if err != nil {
		return fmt.Errorf("build orgmap: %w: %s", err, output)
	}
	return nil
}

func (s *stage) startStores(ctx context.Context) (err error) {
	say("starting Postgres and Redis")
	// Commits do not wait for the disk: the servers' work is measured, not the disk's.
	s.postgres, err = embedded.StartPostgres(ctx, embedded.PostgresOptions{
		DataDir: filepath.Join(s.dir, "postgres"), Durable: false, MaxConnections: connectionLimit, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	s.onClose(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), stopLimit)
		defer cancel()
		return s.postgres.Stop(ctx)
	})
	if s.redis, err = embedded.StartRedis(); err != nil {
		return err
	}
	s.onClose(func() error { s.redis.Close(); return nil })
	return nil
}

// prepare creates the schema and the keyset that the program needs.
func (s *stage) prepare(ctx context.Context) (err error) {
	s.keyset = filepath.Join(s.dir, "keyset.json")
	if _, err := s.command(ctx, "keys", "new", "--keyset-file", s.keyset); err != nil {
		return err
	}
	if _, err := s.command(ctx, "migrate", "up"); err != nil {
		return err
	}
	if s.conn, err = pgx.Connect(ctx, s.postgres.URL()); err != nil {
		return err
	}
	s.onClose(func() error { return s.conn.Close(context.Background()) })
	// Give every server the settings that orgmap uses for its own connections: this compares servers, not Postgres
	// defaults.
	_, err = s.conn.Exec(ctx, `
		ALTER DATABASE orgmap SET random_page_cost = 1.1;
		ALTER DATABASE orgmap SET max_parallel_workers_per_gather = 0`)
	return err
}

// account creates an account with the program's own commands and fills it with COPY.
func (s *stage) account(ctx context.Context, name string, size size) (tenant, error) {
	say("filling %s: %v", name, size)
	account, err := s.command(ctx, "account", "create", "--name", name)
	if err != nil {
		return tenant{}, err
	}
	var tokens []string
	for range s.tokens {
		token, err := s.command(ctx, "token", "create", "--account", account, "--role", "admin", "--name", "bench")
		if err != nil {
			return tenant{}, err
		}
		tokens = append(tokens, token)
	}
	filled, err := fill(ctx, s.conn, id.Of(id.Account, account), size)
	filled.tokens = tokens
	return filled, err
}

// environment returns the environment of every command of the program.
func (s *stage) environment() []string {
	return append(os.Environ(), "ORGMAP_COST_BUDGET=0", // no budget: it would limit what is measured
		"DATABASE_URL="+s.postgres.URL(), "REDIS_URL="+s.redis.URL(), "ORGMAP_KEYSET_FILE="+s.keyset)
}

// command runs the program until it exits and returns its output.
func (s *stage) command(ctx context.Context, arguments ...string) (string, error) {
	cmd := exec.CommandContext(ctx, s.program, arguments...)
	cmd.Env = s.environment()
	var problems bytes.Buffer
	cmd.Stderr = &problems
	output, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("orgmap %s: %w: %s", arguments[0], err, problems.String())
	}
	return strings.TrimSpace(string(output)), nil
}

// onClose makes close call undo before the functions registered earlier.
func (s *stage) onClose(undo func() error) { s.closing = append(s.closing, undo) }

func (s *stage) close() error {
	var failures []error
	for i := len(s.closing) - 1; i >= 0; i-- {
		failures = append(failures, s.closing[i]())
	}
	s.closing = nil
	return errors.Join(failures...)
}

// server is a process that serves an address.
type server struct {
	process *process.Process
	address string
	log     string // path of its log file
	// profiles is the address of Go's profiles, if the server has them.
	profiles string
	// metrics is the address of the server's metrics, if it has them.
	metrics string
}

// serve starts orgmap with additional environment variables.
func (s *stage) serve(ctx context.Context, settings ...string) (*server, error) {
	profiles, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	metrics, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	started, err := s.launch(ctx, "orgmap", func(ctx context.Context, address string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, s.program, "serve", "--listen", address, "--log-level", "warn", "--vendor-allow-private", "127.0.0.0/8",
			"--database-connections", fmt.Sprint(poolSize), "--profile-listen", profiles, "--metrics-listen", metrics)
		cmd.Env = append(s.environment(), settings...)
		return cmd
	})
	if started != nil {
		started.profiles, started.metrics = profiles, metrics
	}
	return started, err
}

// launch starts a server and waits until it is ready. The command's context never ends: stop shuts the server down.
func (s *stage) launch(ctx context.Context, name string, command func(ctx context.Context, address string) *exec.Cmd) (*server, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	log, err := os.CreateTemp(s.dir, name+"-*.log")
	if err != nil {
		return nil, err
	}
	defer log.Close() // the process has a copy
	started := &server{address: address, log: log.Name()}
	cmd := command(context.WithoutCancel(ctx), address)
	cmd.Stdout, cmd.Stderr = log, log
	if started.process, err = process.Start(cmd, syscall.SIGKILL); err != nil {
		return nil, err
	}
	if err := started.waitReady(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%s does not start: %w", name, err), started.stop())
	}
	return started, nil
}

func (s *server) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		if s.ready(ctx) {
			return nil
		}
		select {
		case <-s.process.Done():
			output, _ := os.ReadFile(s.log)
			return fmt.Errorf("it ended: %w: %s", s.process.Err(), output)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// ready reports whether the server is ready. A server without a readiness path is ready once it responds.
func (s *server) ready(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.address+"/readyz", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode < http.StatusInternalServerError
}

func (s *server) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopLimit)
	defer cancel()
	return s.process.Stop(ctx, syscall.SIGTERM, syscall.SIGKILL)
}

// freeAddress returns an address with an unused port.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

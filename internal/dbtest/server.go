//go:build unix

package dbtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/orgmap/orgmap/internal/embedded"
)

// connections is enough for dozens of parallel tests with a small pool each.
const connections = 200

// shared is the server of this test binary. A test binary is one program with one server, so this
// is the only package variable in the project that holds state.
var shared = &server{} //nolint:gochecknoglobals // see above

// server is a PostgreSQL server that starts when first needed.
type server struct {
	start sync.Once
	// url, postgres, sweep and err are written in start and only read after it.
	url      string
	postgres *embedded.Postgres
	sweep    *sweeper
	err      error
}

// URL returns the address of a superuser's connection and starts the server on the first call. The
// error wraps embedded.ErrNoBinaries if this machine has no PostgreSQL.
func (s *server) URL() (string, error) {
	s.start.Do(func() {
		if s.url = os.Getenv("ORGMAP_TEST_DATABASE_URL"); s.url != "" {
			return
		}
		s.err = s.launch()
	})
	return s.url, s.err
}

func (s *server) launch() error {
	folder, err := newFolder()
	if err != nil {
		return err
	}
	if s.postgres, err = startPostgres(folder, false); err != nil {
		return errors.Join(err, os.RemoveAll(folder))
	}
	s.url = s.postgres.URL()
	if s.sweep, err = startSweeper(folder, s.postgres.Dir()); err != nil {
		return fmt.Errorf("sweeper: %w", err)
	}
	return nil
}

// newFolder creates a temporary folder that the server's unprivileged user can enter.
func newFolder() (string, error) {
	folder, err := os.MkdirTemp("", "orgmap-test-")
	if err != nil {
		return "", err
	}
	return folder, os.Chmod(folder, 0o755)
}

func startPostgres(folder string, durable bool) (*embedded.Postgres, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	pattern := ""
	if cache, err := os.UserCacheDir(); err == nil { // without a cache, every cluster runs initdb
		pattern = filepath.Join(cache, "orgmap-test")
	}
	return embedded.StartPostgres(ctx, embedded.PostgresOptions{
		DataDir: filepath.Join(folder, "postgres"), Binaries: []string{os.Getenv("PG_BINDIR")}, Pattern: pattern,
		MaxConnections: connections, Durable: durable,
	})
}

// stop shuts the server down and lets the sweeper remove its files.
func (s *server) stop() {
	s.start.Do(func() { s.err = errors.New("the tests are over") })
	if s.postgres == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	if err := s.postgres.Stop(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "dbtest:", err)
	}
	if s.sweep != nil {
		s.sweep.finish()
	}
}

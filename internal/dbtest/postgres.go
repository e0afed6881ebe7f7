//go:build unix

package dbtest

import (
	"context"
	"errors"
	"os"
	"sync"
	"syscall"
	"testing"

	"github.com/orgmap/orgmap/internal/embedded"
)

// PostgresServer is a PostgreSQL server for one fault test, with settings that keep every commit.
// If a method cannot do what it says, it fails the test; methods may be called from any goroutine
// of the test.
type PostgresServer struct {
	t      testing.TB
	folder string
	url    string
	sweep  *sweeper
	// mu guards running and serializes state changes.
	mu      sync.Mutex
	running *embedded.Postgres
}

// NewPostgresServer starts a server that ends with the test. Its database is empty.
func NewPostgresServer(t testing.TB) *PostgresServer {
	t.Helper()
	folder, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	return newPostgresServer(t, folder)
}

// newPostgresServer starts a server in folder, which the caller must remove.
func newPostgresServer(t testing.TB, folder string) *PostgresServer {
	t.Helper()
	s := &PostgresServer{t: t, folder: folder}
	t.Cleanup(s.close)
	var err error
	s.running, err = startPostgres(folder, true)
	if errors.Is(err, embedded.ErrNoBinaries) {
		missing(t, "PostgreSQL", err)
	}
	if err != nil {
		t.Fatalf("PostgreSQL: %v", err)
	}
	s.url = s.running.URL()
	if s.sweep, err = startSweeper(folder, s.running.Dir()); err != nil {
		t.Fatalf("PostgreSQL: %v", err)
	}
	return s
}

// Folder returns the folder that contains the server's data and nothing else.
func (s *PostgresServer) Folder() string { return s.folder }

// URL returns the server's address, which stays the same after Crash and Start.
func (s *PostgresServer) URL() string { return s.url }

// Crash ends the server without a checkpoint: connections break, open transactions are lost,
// commits are kept.
func (s *PostgresServer) Crash() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		s.t.Error("PostgreSQL is not running")
		return
	}
	if err := syscall.Kill(s.running.PID(), syscall.SIGQUIT); err != nil {
		s.t.Errorf("PostgreSQL: %v", err)
	}
	s.stop()
}

// Start restarts a crashed server, which replays its write-ahead log.
func (s *PostgresServer) Start() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil {
		s.t.Error("PostgreSQL is already running")
		return
	}
	running, err := startPostgres(s.folder, true)
	if err != nil {
		s.t.Errorf("PostgreSQL: %v", err)
		return
	}
	s.running = running
}

// stop must be called with mu held.
func (s *PostgresServer) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	if err := s.running.Stop(ctx); err != nil {
		s.t.Errorf("PostgreSQL: %v", err)
	}
	s.running = nil
}

func (s *PostgresServer) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil {
		s.stop()
	}
	if s.sweep != nil {
		s.sweep.finish()
	}
}

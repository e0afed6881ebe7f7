//go:build unix

package embedded

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// childVariable makes TestMain act as an orgmap that runs until it is killed. Its value is the data directory.
const childVariable = "ORGMAP_TEST_EMBEDDED_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		child(dir)
	}
	goleak.VerifyTestMain(m)
}

// child starts a server, reports it, and waits to be killed.
func child(dir string) {
	p, err := StartPostgres(context.Background(), PostgresOptions{DataDir: dir, Durable: true})
	if err != nil {
		_, _ = os.Stdout.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
	_, _ = os.Stdout.WriteString("ready\n")
	<-p.Done()
	os.Exit(1)
}

func TestStartPostgres_RestartKeepsData(t *testing.T) {
	t.Parallel()
	dir := newDir(t)

	p := start(t, dir)
	execute(t, p, "CREATE TABLE thing (name text)")
	execute(t, p, "INSERT INTO thing VALUES ('kept')")
	url := p.URL()
	stop(t, p)
	require.NoError(t, p.Stop(t.Context()), "a second Stop repeats the first one's result")

	begun := time.Now()
	p = start(t, dir)
	t.Logf("warm start: %v", time.Since(begun))
	require.Equal(t, url, p.URL())
	require.Equal(t, "kept", query(t, p, "SELECT name FROM thing"))
	require.Equal(t, "orgmap orgmap on", query(t, p,
		"SELECT current_user || ' ' || current_database() || ' ' || current_setting('fsync')"))
	require.Equal(t, "", query(t, p, "SELECT current_setting('listen_addresses')"))
	stop(t, p)
}

func TestStartPostgres_UnusualFolderNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"it's a \"quoted\" ünïcödé $HOME of 50%20+1", "a,b"} {
		dir := filepath.Join(newDir(t), name)
		p := start(t, dir)
		require.Equal(t, "1", query(t, p, "SELECT 1::text"), name)
		stop(t, p)
	}
}

func TestStartPostgres_FoldsCaseAndSortsByCodePoint(t *testing.T) {
	t.Parallel()
	p := start(t, newDir(t))
	require.Equal(t, "ångström åü", query(t, p, "SELECT lower('ÅNGSTRÖM ÅÜ')"), "case is folded in all alphabets")
	require.Equal(t, "Z,a", query(t, p, "SELECT string_agg(c, ',' ORDER BY c) FROM unnest('{a,Z}'::text[]) c"), "strings are sorted by code point")
}

func TestStartPostgres_KilledServer(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	p := start(t, dir)
	execute(t, p, "CREATE TABLE thing AS SELECT 'kept' AS name")

	require.NoError(t, syscall.Kill(p.PID(), syscall.SIGKILL))
	waitFor(t, p.Done())
	require.NoError(t, p.Stop(t.Context()))

	p = start(t, dir)
	require.Equal(t, "kept", query(t, p, "SELECT name FROM thing"))
}

func TestStartPostgres_KilledOrgmap(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	stop(t, start(t, dir)) // skips without PostgreSQL
	orgmap := exec.Command(os.Args[0])
	orgmap.Env = append(os.Environ(), childVariable+"="+dir)
	output, err := orgmap.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, orgmap.Start())
	line := make([]byte, 200)
	n, err := output.Read(line)
	require.NoError(t, err)
	require.Equal(t, "ready\n", string(line[:n]))

	_, err = StartPostgres(t.Context(), PostgresOptions{DataDir: dir})
	require.ErrorIs(t, err, ErrInUse)
	require.ErrorContains(t, err, strconv.Itoa(orgmap.Process.Pid))

	require.NoError(t, orgmap.Process.Kill())
	require.Error(t, orgmap.Wait())
	require.Equal(t, "1", query(t, start(t, dir), "SELECT 1::text"))
}

func TestStartPostgres_Orphan(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	p := start(t, dir)
	execute(t, p, "CREATE TABLE thing AS SELECT 'kept' AS name")
	stop(t, p)
	orphan := command(p.binaries.path("postgres"), p.instanceDir.dir, p.instanceDir.user, p.arguments(PostgresOptions{MaxConnections: 10, Durable: true})...)
	require.NoError(t, orphan.Start())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = orphan.Wait() }()
	require.True(t, waitUntil(deadline(t), func() bool { return ping(t.Context(), p.URL()) == nil }))
	session, err := pgx.Connect(t.Context(), p.URL())
	require.NoError(t, err)

	notices := &bytes.Buffer{}
	p, err = StartPostgres(t.Context(), PostgresOptions{DataDir: dir, Durable: true, Logger: slog.New(slog.NewTextHandler(notices, nil))})
	require.NoError(t, err)
	t.Cleanup(func() { stop(t, p) })
	waitFor(t, ended)
	require.Contains(t, notices.String(), "pid="+strconv.Itoa(orphan.Process.Pid))
	require.NotEqual(t, orphan.Process.Pid, p.PID())
	require.Error(t, session.Ping(t.Context()), "the orphan's sessions have ended")
	require.Equal(t, "kept", query(t, p, "SELECT name FROM thing"))
}

func TestStartPostgres_ReusedProcessID(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	p := start(t, dir)
	execute(t, p, "CREATE TABLE thing AS SELECT 'kept' AS name")
	stop(t, p)
	stranger := command("/bin/sleep", "/", p.instanceDir.user, "1000")
	require.NoError(t, stranger.Start())
	pid := strconv.Itoa(stranger.Process.Pid)
	require.NoError(t, os.WriteFile(filepath.Join(p.instanceDir.data(), "postmaster.pid"), []byte(pid+"\n"+p.instanceDir.data()+"\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(p.instanceDir.socket, socketName+".lock"), []byte(pid+"\n"), 0o600))

	p = start(t, dir)
	require.Equal(t, "kept", query(t, p, "SELECT name FROM thing"))
	require.NoError(t, stranger.Process.Signal(syscall.Signal(0)), "the other process still runs")
	require.NoError(t, stranger.Process.Kill())
	require.Error(t, stranger.Wait())
}

func TestStartPostgres_ReplacesAnIncompleteCluster(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	half := filepath.Join(dir, "data.new")
	require.NoError(t, os.MkdirAll(half, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(half, "PG_VERSION"), []byte("15\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, lockName), nil, 0o600))
	require.Equal(t, "1", query(t, start(t, dir), "SELECT 1::text"))
	require.NoDirExists(t, half)
}

func TestStartPostgres_Refusals(t *testing.T) {
	t.Parallel()
	t.Run("another version's data names both versions", func(t *testing.T) {
		t.Parallel()
		dir := newDir(t)
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "data"), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, lockName), nil, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "data", "PG_VERSION"), []byte("12\n"), 0o600))
		_, err := StartPostgres(t.Context(), PostgresOptions{DataDir: dir})
		skipWithoutBinaries(t, err)
		require.ErrorContains(t, err, "written by PostgreSQL 12")
		require.ErrorContains(t, err, "install PostgreSQL 12")
	})
	t.Run("leaves a folder with other files unchanged", func(t *testing.T) {
		t.Parallel()
		dir := newDir(t)
		require.NoError(t, os.Mkdir(dir, 0o750))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "letters.txt"), nil, 0o600))
		_, err := StartPostgres(t.Context(), PostgresOptions{DataDir: dir})
		skipWithoutBinaries(t, err)
		require.ErrorContains(t, err, "holds other files")
		info, err := os.Stat(dir)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o750), info.Mode().Perm())
		require.EqualValues(t, os.Geteuid(), info.Sys().(*syscall.Stat_t).Uid)
	})
	t.Run("an ended context leaves no lock behind", func(t *testing.T) {
		t.Parallel()
		dir := newDir(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := StartPostgres(ctx, PostgresOptions{DataDir: dir})
		require.ErrorIs(t, err, context.Canceled)
		start(t, dir)
	})
	t.Run("a server that cannot start quotes its log", func(t *testing.T) {
		t.Parallel()
		dir := newDir(t)
		p := start(t, dir)
		stop(t, p)
		settings := filepath.Join(p.Dir(), "data", "postgresql.conf")
		require.NoError(t, os.WriteFile(settings, []byte("no_such_setting = 1\n"), 0o600))
		_, err := StartPostgres(t.Context(), PostgresOptions{DataDir: dir})
		require.ErrorContains(t, err, "no_such_setting")
	})
}

func TestPostgres_StopWithAnEndedContextKeepsData(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	p := start(t, dir)
	execute(t, p, "CREATE TABLE thing AS SELECT 'kept' AS name")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	// The server may still be fast enough to shut down cleanly.
	if err := p.Stop(ended); err != nil {
		require.ErrorIs(t, err, context.Canceled)
	}
	require.Equal(t, "kept", query(t, start(t, dir), "SELECT name FROM thing"))
}

func TestPostgres_AllowsTheConfiguredConnections(t *testing.T) {
	t.Parallel()
	p, err := StartPostgres(t.Context(), PostgresOptions{DataDir: newDir(t), MaxConnections: 37})
	skipWithoutBinaries(t, err)
	require.NoError(t, err)
	t.Cleanup(func() { stop(t, p) })
	require.Equal(t, "37 off", query(t, p, "SELECT current_setting('max_connections') || ' ' || current_setting('fsync')"))
}

func newDir(t *testing.T) string {
	t.Helper()
	// Not t.TempDir: as root, the server runs as another user, who cannot enter that folder.
	parent, err := os.MkdirTemp("", "orgmap-embedded-")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(parent)) })
	require.NoError(t, os.Chmod(parent, 0o755))
	return filepath.Join(parent, "postgres")
}

// start starts a server. On a machine without PostgreSQL it skips the test, but fails it in CI.
func start(t *testing.T, dir string) *Postgres {
	t.Helper()
	return startFrom(t, dir, patterns())
}

func startFrom(t *testing.T, dir, pattern string) *Postgres {
	t.Helper()
	p, err := StartPostgres(t.Context(), PostgresOptions{DataDir: dir, Durable: true, Pattern: pattern})
	skipWithoutBinaries(t, err)
	require.NoError(t, err)
	t.Cleanup(func() { stop(t, p) })
	return p
}

// patterns returns the pattern folder that all packages' tests share, as dbtest does. If it is empty, initdb creates
// every cluster.
func patterns() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(cache, "orgmap-test")
}

// initdb creates the first cluster, which is stored. The second is a copy. The two share no data.
func TestStartPostgres_CopiesTheStoredCluster(t *testing.T) {
	t.Parallel()
	pattern := filepath.Join(newDir(t), "pattern")
	for range 2 {
		p := startFrom(t, newDir(t), pattern)
		connection, err := pgx.Connect(t.Context(), p.URL())
		require.NoError(t, err)
		_, err = connection.Exec(t.Context(), "CREATE TABLE once ()")
		require.NoError(t, err)
		require.NoError(t, connection.Close(t.Context()))
		kept, err := os.ReadDir(pattern)
		require.NoError(t, err)
		require.Len(t, kept, 1)
	}
}

func skipWithoutBinaries(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, ErrNoBinaries) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
}

func stop(t *testing.T, p *Postgres) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := p.Stop(ctx); err != nil {
		require.ErrorIs(t, err, context.Canceled) // from a test that stopped it this way
	}
	waitFor(t, p.Done())
}

func execute(t *testing.T, p *Postgres, statement string) {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), p.URL())
	require.NoError(t, err)
	defer connection.Close(context.Background())
	_, err = connection.Exec(t.Context(), statement)
	require.NoError(t, err)
}

func query(t *testing.T, p *Postgres, statement string) string {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), p.URL())
	require.NoError(t, err)
	defer connection.Close(context.Background())
	var value string
	require.NoError(t, connection.QueryRow(t.Context(), statement).Scan(&value))
	return value
}

func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func waitFor(t *testing.T, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(time.Minute):
		require.Fail(t, "did not end in a minute", strings.TrimSpace(t.Name()))
	}
}

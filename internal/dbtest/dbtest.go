//go:build unix

// Package dbtest provides tests with real stores: fresh databases on a private PostgreSQL server, and
// private Redis servers. Servers start only when a test asks for one, and all of them end with the
// test binary, even if it is killed.
//
// If a store's programs are missing, the test is skipped, or fails if the environment has CI=true.
package dbtest

import (
	"context"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// startLimit limits the start of a server, and any single statement of this package, on a busy
// machine.
const startLimit = 2 * time.Minute

// Migrate migrates the empty database at url to the newest schema, as superuser. It must have
// closed its connections when it returns.
type Migrate func(ctx context.Context, url string) error

// Runner is the interface of *testing.M that TestMain needs.
type Runner interface{ Run() int }

// Main is the body of a TestMain: it runs the tests, with Database returning copies of a database
// that migrate has created once, then stops the servers and exits.
//
//	func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }
func Main(m Runner, migrate Migrate) { os.Exit(Wrap(m, migrate).Run()) }

// Wrap is Main for a TestMain that checks for leaked goroutines after the servers have stopped.
//
//	func TestMain(m *testing.M) { goleak.VerifyTestMain(dbtest.Wrap(m, migrations.Up)) }
func Wrap(m Runner, migrate Migrate) Runner {
	template.migrate = migrate
	return wrapped{m}
}

type wrapped struct{ tests Runner }

func (w wrapped) Run() int {
	code := w.tests.Run()
	template.drop()
	shared.stop()
	return code
}

// Goroutines makes goleak.VerifyNone inside a test ignore the goroutines that watch this package's
// servers.
func Goroutines() goleak.Option {
	return goleak.IgnoreAnyFunction("github.com/orgmap/orgmap/internal/embedded/process.(*Process).run")
}

// missing skips a test whose store is missing, but fails it in CI, which must never pass because
// nothing was tested.
func missing(t testing.TB, what string, err error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is needed in CI: %v", what, err)
	}
	t.Skipf("skipped without %s: %v", what, err)
}

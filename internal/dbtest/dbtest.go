//go:build unix

// Package dbtest gives tests real stores: fresh databases of a private PostgreSQL server, and private Redis servers.
// Nothing is started before a test asks for it, and all of it ends with the test binary, however that ends.
//
// Where a store's programs are absent the test is skipped, or fails when the environment has CI=true.
package dbtest

import (
	"context"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// startLimit bounds the start of a server, and any single statement of this package, on a busy machine.
const startLimit = 2 * time.Minute

// Migrate brings the empty database at url, which it may change as superuser, to the newest schema. It must have closed
// its connections when it returns.
type Migrate func(ctx context.Context, url string) error

// Runner is what TestMain gets as *testing.M.
type Runner interface{ Run() int }

// Main is the body of a TestMain: it runs the tests, in which Database hands out copies of a database that migrate has
// made once, then ends the servers and the process.
//
//	func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }
func Main(m Runner, migrate Migrate) { os.Exit(Wrap(m, migrate).Run()) }

// Wrap is Main for a TestMain that checks for leaked goroutines after the servers have ended.
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

// Goroutines lets goleak.VerifyNone inside a test pass over the goroutines that watch this package's servers.
func Goroutines() goleak.Option {
	return goleak.IgnoreAnyFunction("github.com/orgmap/orgmap/internal/embedded/process.(*Process).run")
}

// missing ends a test that cannot have its store: CI must never pass because nothing was tested.
func missing(t testing.TB, what string, err error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is needed in CI: %v", what, err)
	}
	t.Skipf("skipped without %s: %v", what, err)
}

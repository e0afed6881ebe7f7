//go:build unix

package dbtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/orgmap/orgmap/internal/embedded"
)

// template is the migrated database that fresh databases are copied from.
var template = &source{} //nolint:gochecknoglobals // one per test binary, like its server

type source struct {
	// migrate is set in TestMain, before any test runs.
	migrate Migrate
	make    sync.Once
	name    string
	err     error
	// copying serializes the copies: Postgres rejects a copy while another session uses the template.
	copying sync.Mutex
}

// Database returns the URL of a fresh database with the newest schema, which is dropped when the
// test ends. The package's TestMain must have called Main or Wrap.
func Database(t testing.TB) string {
	t.Helper()
	admin := adminURL(t)
	if template.migrate == nil {
		t.Fatal("dbtest.Database needs a TestMain that calls dbtest.Main with the migrations; dbtest.Empty does not")
	}
	name, err := template.ready(admin)
	if err != nil {
		t.Fatal(err)
	}
	template.copying.Lock()
	defer template.copying.Unlock()
	return create(t, admin, name)
}

// Empty returns the URL of a fresh database without tables, which is dropped when the test ends.
func Empty(t testing.TB) string {
	t.Helper()
	return create(t, adminURL(t), "template0")
}

// Encoded is Empty, but the database stores text in the given encoding.
func Encoded(t testing.TB, encoding string) string {
	t.Helper()
	return create(t, adminURL(t), "template0 ENCODING '"+encoding+"' LC_COLLATE 'C' LC_CTYPE 'C'")
}

func adminURL(t testing.TB) string {
	t.Helper()
	admin, err := shared.URL()
	if errors.Is(err, embedded.ErrNoBinaries) {
		missing(t, "PostgreSQL", err)
	}
	if err != nil {
		t.Fatalf("no PostgreSQL for tests: %v", err)
	}
	return admin
}

// ready creates the template on the first call.
func (s *source) ready(admin string) (string, error) {
	s.make.Do(func() {
		s.name = newName()
		if s.err = execute(admin, "CREATE DATABASE "+s.name+" TEMPLATE template0"); s.err != nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), startLimit)
		defer cancel()
		if err := s.migrate(ctx, withDatabase(admin, s.name)); err != nil {
			s.err = fmt.Errorf("migrate the test template: %w", err)
			return
		}
		// A stray session would make every copy fail.
		s.err = execute(admin, "ALTER DATABASE "+s.name+" WITH ALLOW_CONNECTIONS false")
	})
	return s.name, s.err
}

// drop removes the template from a server that is not ours.
func (s *source) drop() {
	if s.name != "" && shared.postgres == nil {
		_ = execute(shared.url, "DROP DATABASE IF EXISTS "+s.name+" WITH (FORCE)")
	}
}

func create(t testing.TB, admin, from string) string {
	t.Helper()
	name := newName()
	// Copying files takes half the time of also writing every page to the log, which is Postgres's
	// default for small databases.
	if err := execute(admin, "CREATE DATABASE "+name+" STRATEGY FILE_COPY TEMPLATE "+from); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := execute(admin, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return withDatabase(admin, name)
}

// execute runs one statement on a new connection. The statement contains only names from this
// package.
func execute(admin, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	connection, err := pgx.Connect(ctx, admin)
	if err != nil {
		return fmt.Errorf("test database: %w", err)
	}
	defer connection.Close(ctx)
	if _, err := connection.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

func newName() string { return "orgmap_test_" + strings.ToLower(rand.Text()) }

// withDatabase also accepts the "host=... user=..." form, in which the last value wins.
func withDatabase(admin, name string) string {
	address, err := url.Parse(admin)
	if err != nil || address.Scheme == "" {
		return admin + " dbname=" + name
	}
	address.Path = "/" + name
	return address.String()
}

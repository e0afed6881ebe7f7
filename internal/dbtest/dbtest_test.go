//go:build unix

package dbtest_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/dbtest"
)

var migrated atomic.Int32

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(dbtest.Wrap(m, func(ctx context.Context, url string) error {
		migrated.Add(1)
		connection, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		_, err = connection.Exec(ctx, "CREATE TABLE thing (name text); INSERT INTO thing VALUES ('from the template')")
		return errors.Join(err, connection.Close(ctx))
	}))
}

func TestDatabase(t *testing.T) {
	t.Parallel()
	for i := range 20 {
		t.Run(fmt.Sprintf("parallel test %d has the schema and sees no other test's rows", i), func(t *testing.T) {
			t.Parallel()
			connection := connect(t, dbtest.Database(t))
			var rows int
			require.NoError(t, connection.QueryRow(t.Context(),
				"WITH added AS (INSERT INTO thing VALUES ('own') RETURNING 1) SELECT count(*) FROM thing").Scan(&rows))
			require.Equal(t, 1, rows)
			require.EqualValues(t, 1, migrated.Load())
		})
	}
	t.Run("is dropped after its test although a session still uses it", func(t *testing.T) {
		t.Parallel()
		dbtest.Empty(t) // skips if there is no PostgreSQL
		var url string
		t.Run("test", func(t *testing.T) {
			var idle *pgx.Conn
			t.Cleanup(func() { require.Error(t, idle.Ping(context.Background())) }) // runs after Database's own cleanup
			url = dbtest.Database(t)
			var err error
			idle, err = pgx.Connect(t.Context(), url)
			require.NoError(t, err)
		})
		_, err := pgx.Connect(t.Context(), url)
		require.ErrorContains(t, err, "does not exist")
	})
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	var tables int
	require.NoError(t, connect(t, dbtest.Empty(t)).QueryRow(t.Context(),
		"SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&tables))
	require.Zero(t, tables)
}

func TestPostgresServer(t *testing.T) {
	t.Parallel()
	server := dbtest.NewPostgresServer(t)
	url := server.URL()
	session, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	_, err = session.Exec(t.Context(), "CREATE TABLE thing AS SELECT 'committed' AS name")
	require.NoError(t, err)
	_, err = session.Exec(t.Context(), "BEGIN; INSERT INTO thing VALUES ('open')")
	require.NoError(t, err)

	server.Crash()
	require.Error(t, session.Ping(t.Context()))
	_, err = pgx.Connect(t.Context(), url)
	require.Error(t, err)

	server.Start()
	require.Equal(t, url, server.URL())
	var names string
	require.NoError(t, connect(t, url).QueryRow(t.Context(), "SELECT string_agg(name, ',') FROM thing").Scan(&names))
	require.Equal(t, "committed", names)
}

// connect connects, and closes the connection before the database is dropped.
func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connection.Close(context.Background())) })
	return connection
}

package migrations_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/migrations"
)

var kills = flag.Int("kills", 5, "how often a migration is killed")

// migrateVariable makes the test binary migrate the database it names.
const migrateVariable = "ORGMAP_TEST_MIGRATE"

func TestMain(m *testing.M) {
	if url := os.Getenv(migrateVariable); url != "" {
		if err := migrations.Up(context.Background(), url); err != nil {
			panic(err)
		}
		os.Exit(0)
	}
	dbtest.Main(m, migrations.Up)
}

func TestUp_KilledAtAnyTimeIsCompletedByTheNextRun(t *testing.T) {
	t.Parallel()
	whole := dbtest.Empty(t)
	began := time.Now()
	require.NoError(t, migrations.Up(t.Context(), whole))
	took := time.Since(began)
	want := describe(t, connect(t, whole))
	for n := range *kills {
		t.Run(strconv.Itoa(n), func(t *testing.T) { // closes its connections when it ends
			url := dbtest.Empty(t)
			process := exec.Command(os.Args[0])
			process.Env = append(os.Environ(), migrateVariable+"="+url)
			require.NoError(t, process.Start())
			killer := time.AfterFunc(rand.N(2*took), func() { _ = process.Process.Kill() })
			_ = process.Wait()
			killer.Stop()
			require.NoError(t, migrations.Up(t.Context(), url))
			require.Equal(t, want, describe(t, connect(t, url)))
		})
	}
}

// Earlier versions marked a step only after its commit, so any of their steps may be applied
// without a mark.
func TestUp_MarksStepsThatAnEarlierVersionLeftUnmarked(t *testing.T) {
	t.Parallel()
	url := dbtest.Empty(t)
	require.NoError(t, migrations.Up(t.Context(), url))
	conn := connect(t, url)
	want := describe(t, conn)
	steps, err := migrations.Status(t.Context(), url)
	require.NoError(t, err)
	for _, step := range steps {
		const newestUnmarked = "20261125220000" // of the steps that an earlier version applied
		if step.Name[:len(newestUnmarked)] > newestUnmarked {
			continue
		}
		_, err = conn.Exec(t.Context(), "DELETE FROM bun_migrations WHERE name = $1", step.Name[:len(newestUnmarked)])
		require.NoError(t, err)
		require.NoError(t, migrations.Up(t.Context(), url), step.Name)
		require.Equal(t, want, describe(t, conn), step.Name)
	}
}

func TestUp_LimitsTheWaitForALock(t *testing.T) {
	t.Parallel()
	url := dbtest.Empty(t)
	require.NoError(t, migrations.Up(t.Context(), url))
	require.NoError(t, migrations.Down(t.Context(), url))
	conn := connect(t, url)
	other, err := conn.Begin(t.Context())
	require.NoError(t, err)
	_, err = other.Exec(t.Context(), "LOCK TABLE bun_migrations IN SHARE MODE")
	require.NoError(t, err)

	err = migrations.UpWithin(t.Context(), url, 50*time.Millisecond)
	require.ErrorContains(t, err, "for a lock that another session holds, and was undone. End that session")

	ended := make(chan error, 1)
	go func() { ended <- migrations.Up(t.Context(), url) }()
	watching := connect(t, url)
	require.Eventually(t, func() bool {
		var waiting bool
		err := watching.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted
			AND relation = 'bun_migrations'::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`).Scan(&waiting)
		return err == nil && waiting
	}, 20*time.Second, 5*time.Millisecond)
	require.NoError(t, other.Rollback(t.Context()))
	require.NoError(t, <-ended)
}

func TestStatus_OnlyReads(t *testing.T) {
	t.Parallel()
	url := dbtest.Empty(t)
	steps, err := migrations.Status(t.Context(), url)
	require.NoError(t, err)
	require.NotEmpty(t, steps)
	for _, step := range steps {
		require.Nil(t, step.AppliedAt, step.Name)
	}
	var tables int
	require.NoError(t, connect(t, url).QueryRow(t.Context(), "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace").Scan(&tables))
	require.Zero(t, tables)
}

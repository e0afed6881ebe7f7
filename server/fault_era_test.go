//go:build fault

package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
)

// Postgres loses its last writes while servers run, as if a replica took over without them or a backup was restored.
// New writes then reuse the numbers of the lost ones: journal positions, transactions, versions of lists. Cached data
// of lost writes must never be shown for new ones.
func TestFault_PostgresLosesItsLastWrites(t *testing.T) {
	requireNothingLeft(t)
	postgres := dbtest.NewPostgresServer(t)
	world := bootWorld(t, worldStores{database: postgres.URL(), redis: dbtest.Redis(t), keyset: newKeyset(t)})
	admin := world.newAccount(10)
	create := func(name string) {
		data := admin.do(createOne, object{"name": name})
		require.Empty(t, codes(at(data, "createOrganization")))
	}
	data, kept := filepath.Join(postgres.Folder(), "postgres"), filepath.Join(postgres.Folder(), "kept")
	copied := func(from, to string) {
		require.NoError(t, os.RemoveAll(to))
		output, err := exec.CommandContext(t.Context(), "cp", "-a", from, to).CombinedOutput()
		require.NoError(t, err, string(output))
	}
	back := func() {
		postgres.Start()
		require.Eventually(t, func() bool { return ready(world.url) == http.StatusOK }, 10*time.Second, 20*time.Millisecond)
	}
	listed := func(version int) (names []any, cache string) { // each version is a query never answered before
		data, cache := admin.cachedAsk(fmt.Sprintf(`{ organizations { nodes { name } } } # %d`, version), nil)
		for _, node := range at(data, "organizations", "nodes").([]any) {
			names = append(names, at(node, "name"))
		}
		return names, cache
	}
	position := func() any { return at(admin.do(`{ journalCursor }`, nil), "journalCursor") }

	create("Alpha")
	postgres.Crash()
	copied(data, kept)
	back()
	create("Lost")
	lost := position()
	questions := 0
	require.Eventually(t, func() bool { // the list itself is in memory too
		names, _ := listed(questions)
		questions++
		return len(names) == 2 && world.app.directories().FromMemory > 0
	}, 20*time.Second, time.Millisecond)
	_, cache := listed(0)
	require.Equal(t, "HIT", cache)

	postgres.Crash()
	copied(kept, data)
	back()
	create("New")
	require.Equal(t, lost, position(), "the new write has the position of the lost one")
	for version := range questions + 20 {
		names, _ := listed(version)
		require.Equal(t, []any{"Alpha", "New"}, names)
	}
}

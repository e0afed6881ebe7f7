package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
)

// A dump restored under a running server sets the account back, and new writes are numbered from there. Cached data of
// lost writes must never be shown for new ones.
func TestRestore_InPlaceShowsNoLostData(t *testing.T) {
	t.Parallel()
	needs(t, partDirectory)
	for name, prepare := range map[string]func(*pgx.Conn, string) error{
		"into the same database": nil,
		"into a new database": func(admin *pgx.Conn, database string) error {
			if _, err := admin.Exec(t.Context(), "DROP DATABASE "+database+" WITH (FORCE)"); err != nil {
				return err
			}
			_, err := admin.Exec(t.Context(), "CREATE DATABASE "+database+" TEMPLATE template0")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := dbtest.Database(t)
			w := bootWorld(t, worldStores{database: database, redis: dbtest.Redis(t), keyset: newKeyset(t)})
			admin := w.newAccount(10)
			names := func(question int) (names []string) { // each query is one that was not answered before
				for _, node := range at(admin.do(fmt.Sprintf(`{ organizations { nodes { name } } } # %d`, question), nil), "organizations", "nodes").([]any) {
					names = append(names, at(node, "name").(string))
				}
				return names
			}
			program := func(program string, arguments ...string) {
				output, err := exec.CommandContext(t.Context(), program, arguments...).CombinedOutput()
				require.NoError(t, err, string(output))
			}
			dump := filepath.Join(t.TempDir(), "orgmap.dump")

			admin.create("Alpha")
			program("pg_dump", "-Fc", "-f", dump, database)
			admin.create("Lost")
			questions := 0
			require.Eventually(t, func() bool {
				questions++
				return len(names(questions)) == 2 && w.app.directories().FromMemory > 0
			}, waitTimeout, 5*time.Millisecond)

			if prepare != nil {
				config, err := pgx.ParseConfig(database)
				require.NoError(t, err)
				own := config.Database
				config.Database = "postgres"
				conn, err := pgx.ConnectConfig(t.Context(), config)
				require.NoError(t, err)
				require.NoError(t, prepare(conn, own))
				require.NoError(t, conn.Close(t.Context()))
			}
			program("pg_restore", "--clean", "--if-exists", "--exit-on-error", "-d", database, dump)
			require.Eventually(t, func() bool { return len(admin.ask(`{ __typename viewer { role } }`, nil).Errors) == 0 }, waitTimeout, 20*time.Millisecond)
			admin.create("New")
			for range 20 {
				questions++
				require.Equal(t, []string{"Alpha", "New"}, names(questions))
			}
		})
	}
}

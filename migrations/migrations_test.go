package migrations_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/migrations"
)

var update = flag.Bool("update", false, "rewrite schema.sql")

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close(context.WithoutCancel(t.Context()))) })
	return conn
}

func TestUp_IsIdempotentAndReversible(t *testing.T) {
	t.Parallel()
	url := dbtest.Empty(t)
	require.NoError(t, migrations.Up(t.Context(), url))
	conn := connect(t, url)
	first := describe(t, conn)

	require.NoError(t, migrations.Up(t.Context(), url))
	require.Equal(t, first, describe(t, conn))

	steps, err := migrations.Status(t.Context(), url)
	require.NoError(t, err)
	for _, step := range steps {
		require.NotNil(t, step.AppliedAt, step.Name)
	}
	require.NoError(t, migrations.Down(t.Context(), url))
	require.Empty(t, describe(t, conn))
	require.NoError(t, migrations.Up(t.Context(), url))
	require.Equal(t, first, describe(t, conn))
}

func TestSteps_HaveUniqueVersions(t *testing.T) {
	t.Parallel()
	steps, err := migrations.Status(t.Context(), dbtest.Empty(t))
	require.NoError(t, err)
	seen := map[string]string{}
	for _, step := range steps {
		version, _, _ := strings.Cut(step.Name, "_")
		require.Empty(t, seen[version], "%s has the version of another step: a database with one would never get the other", step.Name)
		seen[version] = step.Name
	}
}

func TestUp_SucceedsOnServersStartingTogether(t *testing.T) {
	t.Parallel()
	url := dbtest.Empty(t)
	const servers = 8
	failures := make([]error, servers)
	var group sync.WaitGroup
	for server := range servers {
		group.Go(func() { failures[server] = migrations.Up(t.Context(), url) })
	}
	group.Wait()
	for server := range servers {
		require.NoError(t, failures[server])
	}
	db, err := pg.Open(t.Context(), url, pg.Options{})
	require.NoError(t, err)
	db.Close()
}

func TestSchema_EqualsTheGoldenCopy(t *testing.T) {
	t.Parallel()
	url := dbtest.Empty(t)
	require.NoError(t, migrations.Up(t.Context(), url))
	got := describe(t, connect(t, url))
	if *update {
		require.NoError(t, os.WriteFile("schema.sql", []byte(got), 0o644))
	}
	want, err := os.ReadFile("schema.sql")
	require.NoError(t, err)
	if different := cmp.Diff(string(want), got); different != "" {
		t.Errorf("run go test ./migrations -update and read the difference:\n%s", different)
	}
}

func TestSchema_ProtectsEveryTenantTable(t *testing.T) {
	t.Parallel()
	url := dbtest.Empty(t)
	require.NoError(t, migrations.Up(t.Context(), url))
	conn := connect(t, url)
	rows, err := conn.Query(t.Context(), pg.UnprotectedTables)
	require.NoError(t, err)
	unprotected, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Empty(t, unprotected)

	// The check itself must find a table without row-level security, and one whose owner is exempt.
	for name, statement := range map[string]string{
		"without":  "CREATE TABLE forgotten (account_id uuid)",
		"unforced": "CREATE TABLE unforced (account_id uuid); ALTER TABLE unforced ENABLE ROW LEVEL SECURITY",
	} {
		_, err = conn.Exec(t.Context(), statement)
		require.NoError(t, err, name)
	}
	rows, err = conn.Query(t.Context(), pg.UnprotectedTables)
	require.NoError(t, err)
	unprotected, err = pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Equal(t, []string{"forgotten", "unforced"}, unprotected)
	_, err = pg.Open(t.Context(), url, pg.Options{})
	require.ErrorContains(t, err, "refusing to start")
}

// describe returns the schema from the catalog, in an order and format that no version of pg_dump
// changes.
func describe(t *testing.T, conn *pgx.Conn) string {
	t.Helper()
	var text strings.Builder
	for _, part := range []struct{ heading, statement string }{
		{"columns", `SELECT format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
				CASE WHEN a.attcollation <> 0 AND a.attcollation <> 100 THEN ' collate ' || a.attcollation::regcollation::text ELSE '' END
				|| CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
				coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''))
			FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
			LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
			WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname !~ '^(river|bun)_'
			ORDER BY c.relname, a.attnum`},
		{"constraints", `SELECT format('%s %s: %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
			WHERE connamespace = 'public'::regnamespace AND contype <> 'n' AND conrelid::regclass::text !~ '^(river|bun)_' AND conrelid <> 0 ORDER BY 1`},
		{"indexes", `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename !~ '^(river|bun)_' ORDER BY 1`},
		{"triggers", `SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1`},
		{"functions", `SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname !~ '^river' ORDER BY proname`},
		{"row-level security", `SELECT format('%s enabled %s forced %s', relname, relrowsecurity, relforcerowsecurity) FROM pg_class
			WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND relname !~ '^(river|bun)_' ORDER BY 1`},
		{"policies", `SELECT format('%s %s for %s to %s using (%s) check (%s)', tablename, policyname, cmd, array_to_string(roles, ', '), qual, with_check) FROM pg_policies ORDER BY 1`},
		{"rights", `SELECT format('%s %s %s', grantee, table_name, string_agg(privilege_type, ', ' ORDER BY privilege_type)) FROM information_schema.role_table_grants
			WHERE grantee LIKE 'orgmap\_%' GROUP BY grantee, table_name ORDER BY 1`},
		{"rights on columns", `SELECT format('%s %s.%s %s', grantee, table_name, column_name, privilege_type) FROM information_schema.column_privileges
			WHERE grantee LIKE 'orgmap\_%' AND privilege_type = 'UPDATE' AND table_name !~ '^(river|bun)_'
			AND NOT EXISTS (SELECT FROM information_schema.role_table_grants g WHERE g.grantee = column_privileges.grantee AND g.table_name = column_privileges.table_name AND g.privilege_type = 'UPDATE') ORDER BY 1`},
	} {
		rows, err := conn.Query(t.Context(), part.statement)
		require.NoError(t, err)
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		if len(lines) > 0 {
			fmt.Fprintf(&text, "-- %s\n%s\n\n", part.heading, strings.Join(lines, "\n"))
		}
	}
	return text.String()
}

// A function that runs as its owner must find tables and functions on the owner's search path, not
// on the caller's: pg_temp is listed, and last. Only roles that were granted the right may call it.
func TestOwnerFunctions_FixTheirSearchPath(t *testing.T) {
	t.Parallel()
	url := dbtest.Empty(t)
	require.NoError(t, migrations.Up(t.Context(), url))
	conn := connect(t, url)
	loose := func() []string {
		rows, err := conn.Query(t.Context(), `SELECT oid::regprocedure::text FROM pg_proc
			WHERE prosecdef AND pronamespace = 'public'::regnamespace
			  AND NOT (coalesce(proconfig @> ARRAY['search_path=public, pg_temp'], false)
			           AND NOT EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0))`)
		require.NoError(t, err)
		found, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		return found
	}
	require.Empty(t, loose())
	for _, statement := range []string{
		"CREATE FUNCTION loose() RETURNS void LANGUAGE sql SECURITY DEFINER AS ''", // no path, public
		"ALTER FUNCTION loose() SET search_path = public, pg_temp",                 // public
		"REVOKE EXECUTE ON FUNCTION loose() FROM PUBLIC; ALTER FUNCTION loose() SET search_path = public",
	} {
		_, err := conn.Exec(t.Context(), statement)
		require.NoError(t, err)
		require.Equal(t, []string{"loose()"}, loose(), statement)
	}
}

package main

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/migrations"
)

// owner is the name in these tests for the login and database that the documents call orgmap: the superuser of a test's
// cluster has that name.
const owner = "orgmap_owner"

// documentedSQL returns the statements of the first SQL block after a heading.
func documentedSQL(t *testing.T, path, heading string) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", path))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(content), heading+"\n")
	require.True(t, found, heading)
	_, block, found := strings.Cut(section, "```sql\n")
	require.True(t, found, heading)
	block, _, found = strings.Cut(block, "```")
	require.True(t, found, heading)
	block = regexp.MustCompile(`--.*`).ReplaceAllString(block, "")
	block = regexp.MustCompile(`\borgmap\b`).ReplaceAllString(block, owner)
	var statements []string
	for statement := range strings.SplitSeq(block, ";") {
		if statement = strings.TrimSpace(statement); statement != "" {
			statements = append(statements, statement)
		}
	}
	return statements
}

// as returns the URL for another login, and for another database unless database is "".
func as(t *testing.T, address, login, database string) string {
	t.Helper()
	parsed, err := url.Parse(address)
	require.NoError(t, err)
	parsed.User = url.User(login)
	if database != "" {
		parsed.Path = "/" + database
	}
	return parsed.String()
}

func execute(t *testing.T, address string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(context.Background())) }()
	for _, statement := range statements {
		_, err := conn.Exec(t.Context(), statement)
		require.NoError(t, err, statement)
	}
}

// excess returns the rights of a URL's login that serving does not need.
func excess(t *testing.T, address string) []string {
	t.Helper()
	db, err := pg.Open(t.Context(), address, pg.Options{MaxConnections: 1})
	require.NoError(t, err)
	defer db.Close()
	_, could, err := db.Excess(t.Context())
	require.NoError(t, err)
	return could
}

const couldDoMore = "has more rights than it needs"

func TestTwoLogins_AsDocumented(t *testing.T) {
	t.Parallel()
	for name, administrator := range map[string]string{"superuser": "", "managed": "CREATE ROLE administrator LOGIN CREATEROLE CREATEDB"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cluster := dbtest.NewPostgresServer(t).URL()
			admin := cluster
			if administrator != "" {
				execute(t, cluster, administrator)
				admin = as(t, cluster, "administrator", "")
			}
			execute(t, admin, documentedSQL(t, "README.md", "## In production")...)
			serving, owning := as(t, cluster, "orgmap_server", owner), as(t, cluster, owner, owner)
			stores := worldStores{database: serving, migration: owning, redis: dbtest.Redis(t), keyset: newKeyset(t), log: &bytes.Buffer{}}
			serves(t, stores)
			cannotClimb(t, as(t, cluster, "orgmap", owner), serving)
			warnsOfEachRight(t, as(t, cluster, "orgmap", owner), serving)
			refusesAnOwnerWhoSeesNothing(t, as(t, cluster, "orgmap", owner), serving)
		})
	}
}

// An installation with one login that owns everything keeps working and logs a warning. The documented steps split it
// in two.
func TestTwoLogins_OfAnInstallationWithOneLogin(t *testing.T) {
	t.Parallel()
	cluster := dbtest.NewPostgresServer(t).URL()
	execute(t, cluster, "CREATE ROLE "+owner+" LOGIN CREATEROLE", "CREATE DATABASE "+owner+" OWNER "+owner)
	owning := as(t, cluster, owner, owner)
	log := &bytes.Buffer{}
	one := bootWorld(t, worldStores{database: owning, redis: dbtest.Redis(t), keyset: newKeyset(t), log: log})
	require.NoError(t, one.stop())
	require.Equal(t, 1, strings.Count(log.String(), couldDoMore))
	require.Contains(t, log.String(), "create roles")
	require.Contains(t, log.String(), "take row-level security off tables, which it owns")

	execute(t, as(t, cluster, "orgmap", owner), documentedSQL(t, "docs/operations.md", "## Two logins")...)
	serving := as(t, cluster, "orgmap_server", owner)
	serves(t, worldStores{database: serving, migration: owning, redis: dbtest.Redis(t), keyset: newKeyset(t), log: &bytes.Buffer{}})
	cannotClimb(t, as(t, cluster, "orgmap", owner), serving)
}

// Embedded stores have both logins, even in a data directory of an older version.
func TestTwoLogins_OfEmbeddedStores(t *testing.T) {
	t.Parallel()
	dbtest.Empty(t) // skips without PostgreSQL
	logger := slog.New(slog.DiscardHandler)
	folder := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(folder), 0o755))
	require.NoError(t, os.Chmod(folder, 0o755))
	stores := stores{DataDir: folder, PostgresBin: os.Getenv("PG_BINDIR")}
	older, err := startPostgres(t.Context(), stores, logger)
	require.NoError(t, err)
	require.NoError(t, migrations.Up(t.Context(), older.URL()))
	require.NoError(t, older.Stop(t.Context()))
	for range 2 {
		var settings settings
		stop, err := stores.startEmbedded(t.Context(), &settings, logger)
		require.NoError(t, err)
		require.NoError(t, prepareSchema(t.Context(), settings))
		execute(t, settings.migrationURL, "SELECT FROM accounts")
		cannotClimb(t, settings.migrationURL, settings.databaseURL)
		require.NoError(t, stop())
	}
}

// serves checks that the serving login serves, that the owner's login does everything else, and that nothing is warned
// of.
func serves(t *testing.T, stores worldStores) {
	t.Helper()
	require.ErrorContains(t, migrations.Up(t.Context(), stores.database), "ORGMAP_MIGRATION_DATABASE_URL")
	first := bootWorld(t, stores)
	require.NoError(t, first.stop())

	commands := cli{t: t, settings: []string{"--database-url", stores.database, "--migration-database-url", stores.migration, "--keyset-file", stores.keyset}}
	var created struct{ ID string }
	commands.json(&created, "account", "create", "--name", "Example")
	commands.ok("account", "set-limit", "--account", created.ID, "--organization-limit", "7")
	commands.ok("token", "create", "--account", created.ID, "--role", "admin", "--name", "First")
	commands.ok("token", "list", "--account", created.ID)
	commands.ok("person", "list", "--account", created.ID)
	commands.ok("keys", "rotate")
	commands.ok("migrate", "status")
	cli{t: t, settings: []string{"--database-url", stores.database}}.ok("migrate", "status")
	refusesToOperate(t, stores, created.ID)

	stores.migration, stores.adjust = "", func(s *serving) { s.NoMigrate = true }
	second := bootWorld(t, stores)
	require.NoError(t, second.stop())
	require.NotContains(t, stores.log.(*bytes.Buffer).String(), couldDoMore)
}

// refusesToOperate checks that each operator command says which login it needs, and changes nothing with the serving
// login.
func refusesToOperate(t *testing.T, stores worldStores, account string) {
	t.Helper()
	before, err := os.ReadFile(stores.keyset)
	require.NoError(t, err)
	for _, command := range [][]string{
		{"account", "create", "--name", "Another"},
		{"account", "list"},
		{"account", "set-limit", "--account", account},
		{"token", "create", "--account", account, "--role", "admin", "--name", "Stolen"},
		{"token", "list", "--account", account},
		{"token", "revoke", id.Format(id.Token, id.New())},
		{"person", "list", "--account", account},
		{"person", "block", "--account", account, "ada"},
		{"person", "unblock", "--account", account, "ada"},
		{"person", "forget", "--account", account, "ada"},
		{"link", "--account", account},
		{"keys", "rotate"},
	} {
		var log bytes.Buffer
		err := run(t.Context(), append([]string{"--database-url", stores.database, "--keyset-file", stores.keyset}, command...), &log, &log)
		require.ErrorContains(t, err, "ORGMAP_MIGRATION_DATABASE_URL", "%v", command)
		require.ErrorContains(t, err, "may only serve", "%v", command)
	}
	after, err := os.ReadFile(stores.keyset)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
}

// refusesAnOwnerWhoSeesNothing revokes what functions on all accounts need from the owner. Without it they would see no
// rows.
func refusesAnOwnerWhoSeesNothing(t *testing.T, superuser, serving string) {
	t.Helper()
	execute(t, superuser, "REVOKE orgmap_operator FROM "+owner)
	_, err := pg.Open(t.Context(), serving, pg.Options{MaxConnections: 1})
	require.ErrorContains(t, err, "the schema belongs to "+owner+", who does not inherit from orgmap_operator")
	execute(t, superuser, "GRANT orgmap_operator TO "+owner)
	require.Empty(t, excess(t, serving))
}

// warnsOfEachRight grants the serving login each right in turn, and revokes it.
func warnsOfEachRight(t *testing.T, superuser, serving string) {
	t.Helper()
	require.Equal(t, []string{"do anything: it is a superuser"}, excess(t, superuser))
	for _, right := range []struct{ give, take, could string }{
		{"ALTER ROLE orgmap_server SUPERUSER", "ALTER ROLE orgmap_server NOSUPERUSER", "do anything: it is a superuser"},
		{"ALTER ROLE orgmap_server BYPASSRLS", "ALTER ROLE orgmap_server NOBYPASSRLS", "ignore row-level security"},
		{"ALTER ROLE orgmap_server CREATEROLE", "ALTER ROLE orgmap_server NOCREATEROLE", "create roles"},
		{"ALTER ROLE orgmap_server CREATEDB", "ALTER ROLE orgmap_server NOCREATEDB", "create databases"},
		{"ALTER ROLE orgmap_server REPLICATION", "ALTER ROLE orgmap_server NOREPLICATION", "replicate"},
		{"GRANT orgmap_operator TO orgmap_server", "REVOKE orgmap_operator FROM orgmap_server", "become orgmap_operator"},
		{"GRANT pg_read_all_data TO orgmap_server", "REVOKE pg_read_all_data FROM orgmap_server", "become pg_read_all_data"},
		{"GRANT orgmap TO orgmap_server", "REVOKE orgmap FROM orgmap_server", "ignore every limit as the superuser orgmap"},
		{"GRANT orgmap_owner TO orgmap_server", "REVOKE orgmap_owner FROM orgmap_server", "take row-level security off tables, which it owns"},
		{"GRANT orgmap_owner TO orgmap_server", "REVOKE orgmap_owner FROM orgmap_server", "replace functions, which it owns"},
		{"GRANT orgmap_owner TO orgmap_server", "REVOKE orgmap_owner FROM orgmap_server", "change and drop the database, which it owns"},
		{"GRANT orgmap_app TO orgmap_server WITH ADMIN OPTION", "REVOKE ADMIN OPTION FOR orgmap_app FROM orgmap_server", "grant orgmap_app"},
		{"GRANT CREATE ON SCHEMA public TO PUBLIC", "REVOKE CREATE ON SCHEMA public FROM PUBLIC", "create tables and functions in the schema public"},
		{"GRANT CREATE ON DATABASE orgmap_owner TO orgmap_app", "REVOKE CREATE ON DATABASE orgmap_owner FROM orgmap_app", "create schemas"},
		{"GRANT TEMPORARY ON DATABASE orgmap_owner TO PUBLIC", "REVOKE TEMPORARY ON DATABASE orgmap_owner FROM PUBLIC", "create temporary tables"},
	} {
		execute(t, superuser, right.give)
		require.Contains(t, excess(t, serving), right.could)
		execute(t, superuser, right.take)
		require.Empty(t, excess(t, serving), right.take)
	}
}

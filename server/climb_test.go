package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/id"
)

// climbs are statements an attacker might try with the serving login. Postgres must refuse each for lack of privilege.
//
//nolint:gochecknoglobals // a table
var climbs = []string{
	"SET session_replication_role = replica", "ALTER SYSTEM SET work_mem = '1MB'",
	"RESET ROLE; ALTER TABLE accounts DISABLE ROW LEVEL SECURITY", "RESET ROLE; SELECT * FROM api_tokens", "RESET ROLE; SELECT * FROM connections",
	"RESET ROLE; SELECT * FROM due_integrations()", "RESET ROLE; SELECT prune_journal()",
	"SET row_security = off; SELECT * FROM organizations", "SET row_security = off; SELECT * FROM accounts",
	"ALTER TABLE accounts NO FORCE ROW LEVEL SECURITY", "DROP POLICY account ON accounts",
	"CREATE POLICY everyone ON accounts USING (true)", "ALTER TABLE accounts OWNER TO CURRENT_USER",
	"DROP TABLE journal", "TRUNCATE journal", "DELETE FROM journal", "DELETE FROM audit_events", "INSERT INTO audit_events DEFAULT VALUES", "UPDATE journal SET actor = 'Nobody'",
	"INSERT INTO accounts (id, name) VALUES (gen_random_uuid(), 'Stolen')", "UPDATE accounts SET organization_limit = NULL",
	"INSERT INTO api_tokens (account_id, id, name, role, hash) VALUES (gen_random_uuid(), gen_random_uuid(), 'Stolen', 'ADMIN', '\\x00')",
	"UPDATE api_tokens SET revoked_at = NULL", "UPDATE api_tokens SET role = 'ADMIN'", "DELETE FROM api_tokens",
	"UPDATE people SET blocked_at = NULL", "UPDATE api_tokens SET creator_name = 'Nobody'", "UPDATE accounts SET plan = 'Unlimited'", "DELETE FROM sign_in_attempts", "UPDATE sign_in_attempts SET expires_at = now()",
	"GRANT pg_execute_server_program TO orgmap_server", "GRANT orgmap TO orgmap_server", "GRANT orgmap_operator TO orgmap_app",
	"GRANT orgmap_operator TO orgmap_server", "GRANT orgmap_app TO orgmap_operator", "CREATE ROLE climber SUPERUSER", "DROP ROLE orgmap_operator",
	"ALTER ROLE orgmap_server SUPERUSER", "ALTER ROLE orgmap_server BYPASSRLS", "ALTER ROLE orgmap_server CREATEROLE", "ALTER ROLE orgmap_server CREATEDB",
	"ALTER ROLE orgmap_server REPLICATION", "ALTER ROLE orgmap_operator RENAME TO climber",
	"ALTER ROLE orgmap_app BYPASSRLS", "ALTER ROLE orgmap_app LOGIN", "ALTER ROLE orgmap_operator LOGIN PASSWORD 'known'",
	"SELECT * FROM pg_authid", "SELECT * FROM pg_shadow", "SELECT * FROM pg_statistic",
	"CREATE TABLE planted (id text)", "CREATE SCHEMA planted", "CREATE TEMPORARY TABLE accounts (id text)", "CREATE TEMPORARY VIEW accounts AS SELECT 1",
	"CREATE FUNCTION public.now(text) RETURNS timestamptz LANGUAGE sql AS 'SELECT pg_catalog.now()'",
	"CREATE FUNCTION pg_temp.planted() RETURNS void LANGUAGE sql AS ''",
	"CREATE OR REPLACE FUNCTION current_account_id() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
	"ALTER FUNCTION due_integrations() RESET search_path", "ALTER FUNCTION due_integrations() OWNER TO CURRENT_USER", "DROP FUNCTION due_integrations()",
	"CREATE EXTENSION dblink", "COPY (SELECT 1) TO PROGRAM 'id'", "COPY (SELECT 1) TO '/tmp/planted'",
	"SELECT pg_read_file('PG_VERSION')", "SELECT pg_ls_dir('.')", "SELECT lo_import('/etc/hostname')",
	"SELECT pg_reload_conf()", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> session_user",
}

// cannotClimb tries all climbs as the serving login, and as the role that the login can assume.
func cannotClimb(t *testing.T, superuser, serving string) {
	t.Helper()
	require.Empty(t, excess(t, serving))
	admin, conn := connected(t, superuser), connected(t, serving)
	var others []string
	rows, err := admin.Query(t.Context(), "SELECT quote_ident(rolname) FROM pg_roles WHERE rolname NOT IN ('orgmap_server', 'orgmap_app') ORDER BY 1")
	require.NoError(t, err)
	others, err = pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Contains(t, others, "orgmap_operator")
	statements := slices.Clone(climbs)
	for _, role := range others {
		statements = append(statements, "SET ROLE "+role, "RESET ROLE; SET ROLE "+role, "SET SESSION AUTHORIZATION "+role)
		if role != "pg_database_owner" { // cannot be granted
			statements = append(statements, "GRANT "+role+" TO orgmap_server")
		}
	}
	for _, role := range []string{"NONE", "orgmap_app"} {
		for _, statement := range statements {
			_, err := conn.Exec(t.Context(), "SET ROLE "+role)
			require.NoError(t, err)
			_, err = conn.Exec(t.Context(), statement)
			var refused *pgconn.PgError
			require.ErrorAs(t, err, &refused, "%s: %s", role, statement)
			require.Equal(t, "42501", refused.Code, "%s: %s: %s", role, statement, refused.Message)
			_, err = conn.Exec(t.Context(), "RESET ALL; RESET ROLE")
			require.NoError(t, err)
		}
	}
	_, err = conn.Exec(t.Context(), "SET ROLE orgmap_app")
	require.NoError(t, err)
	functionsKeepAccountsApart(t, admin, conn)
}

func connected(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // the server may have been stopped
	return conn
}

// functionsKeepAccountsApart calls every function that runs as the schema's owner, with data of another account. The
// functions work on all accounts. They must reveal only IDs, states and counts, and change only what has expired.
func functionsKeepAccountsApart(t *testing.T, admin, conn *pgx.Conn) {
	t.Helper()
	theirs := plantAccount(t, admin)
	before := everythingOf(t, admin, theirs)
	var person, token string
	require.NoError(t, admin.QueryRow(t.Context(), "SELECT id::text FROM people WHERE account_id = $1", theirs).Scan(&person))
	require.NoError(t, admin.QueryRow(t.Context(), "SELECT id::text FROM api_tokens WHERE account_id = $1", theirs).Scan(&token))
	calls := map[string]struct {
		call string
		want string // part of the result; "" means no result
	}{
		"due_integrations()":              {"SELECT count(*) FROM due_integrations() WHERE account_id = '" + theirs.String() + "'", "1"},
		"suspect_runs()":                  {"SELECT count(*) FROM suspect_runs() WHERE account_id = '" + theirs.String() + "'", "1"},
		"stale_matchings(integer)":        {"SELECT count(*) FROM stale_matchings(1000) WHERE account_id = '" + theirs.String() + "'", "1"},
		"living_runs()":                   {"SELECT sum(runs) > 0 FROM living_runs()", "true"},
		"journal_positions()":             {"SELECT count(*) FROM journal_positions() WHERE id = '" + theirs.String() + "'", "1"},
		"settle_person(text,text)":        {"SELECT settle_person('https://login.example.com', 'SECRET " + theirs.String() + "')", ""},
		"audit_failed_sign_in(uuid,uuid)": {"SELECT audit_failed_sign_in('" + theirs.String() + "', '" + person + "')", ""}, // returns who may sign in
		"prune_journal(interval)":         {"SELECT prune_journal(interval '0')", "1"},
		"prune_disconnected()":            {"SELECT prune_disconnected()", "0"},
		"prune_idempotency_keys()":        {"SELECT prune_idempotency_keys()", "1"},
		"prune_sign_ins()":                {"SELECT prune_sign_ins()", "2"},
		"prune_audit_events()":            {"SELECT prune_audit_events()", "1"},
		"prune_sign_in_codes()":           {"SELECT prune_sign_in_codes()", "1"},
		"analyze_external_orgs()":         {"SELECT analyze_external_orgs()", ""},
		"create_api_token(uuid,text,text,bytea,timestamp with time zone)": {
			"SELECT create_api_token(gen_random_uuid(), 'Stolen', 'ADMIN', '\\x00', NULL)", "false", // no actor of an account
		},
		"revoke_api_token(uuid)":     {"SELECT revoke_api_token('" + token + "')", "false"},
		"block_person(uuid,boolean)": {"SELECT block_person('" + person + "', true)", "false"},
	}
	rows, err := admin.Query(t.Context(), "SELECT oid::regprocedure::text FROM pg_proc WHERE prosecdef AND prorettype <> 'trigger'::regtype AND pronamespace = 'public'::regnamespace")
	require.NoError(t, err)
	functions, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "SELECT forget_person($1, $2, 'nobody')", theirs, person)
	require.ErrorContains(t, err, "permission denied", "only operators forget people")
	functions = slices.DeleteFunc(functions, func(function string) bool { return function == "forget_person(uuid,uuid,text)" })
	require.Len(t, functions, len(calls))
	for _, function := range functions {
		require.Contains(t, calls, function, "call each SECURITY DEFINER function here")
		one := calls[function]
		var told *string
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT ("+one.call+")::text").Scan(&told), function)
		if one.want != "" {
			require.Equal(t, one.want, *told, function)
		}
		if _, rows, found := strings.Cut(one.call, "FROM "); found {
			var all string
			require.NoError(t, conn.QueryRow(t.Context(), "SELECT string_agg(told::text, ' ') FROM (SELECT * FROM "+rows+") AS told").Scan(&all), function)
			require.NotContains(t, all, "SECRET", function)
		}
	}
	require.Equal(t, before, everythingOf(t, admin, theirs))
	for table := range before {
		var seen int
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&seen))
		require.Zero(t, seen, table)
	}
	var left int
	require.NoError(t, admin.QueryRow(t.Context(), "SELECT count(*) FROM sign_in_attempts WHERE expires_at <= now()").Scan(&left))
	require.Zero(t, left)
}

// plantAccount creates an account with SECRET in every text and one expired row of each kind.
func plantAccount(t *testing.T, admin *pgx.Conn) uuid.UUID {
	t.Helper()
	account, connection, integration, person, token := id.New(), id.New(), id.New(), id.New(), id.New()
	for _, statement := range []string{
		"INSERT INTO accounts (id, name, journal_position) VALUES ('{account}', 'SECRET {account}', 2)",
		"INSERT INTO organizations (account_id, id, name, folded) VALUES ('{account}', gen_random_uuid(), 'SECRET', 'secret')",
		"INSERT INTO connections (account_id, id, application, base_url, sealed_credentials) VALUES ('{account}', '{connection}', 'HUDU', 'https://SECRET', 'SECRET')",
		`INSERT INTO integrations (account_id, id, connection_id, name, application, source, next_refresh_at)
			VALUES ('{account}', '{integration}', '{connection}', 'SECRET', 'HUDU', 'API', now() - interval '1 hour')`,
		`INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded) VALUES ('{account}', gen_random_uuid(), '{integration}', 'SECRET', 'SECRET', 'secret')`,
		`INSERT INTO refresh_runs (account_id, id, integration_id, requested_by, updated_at) VALUES ('{account}', gen_random_uuid(), '{integration}', 'SECRET', now() - interval '1 minute')`,
		`INSERT INTO people (account_id, id, issuer, subject, name, role, claimed_at)
			VALUES ('{account}', '{person}', 'https://login.example.com', 'SECRET {account}', 'SECRET', 'ADMIN', now())`,
		"INSERT INTO api_tokens (account_id, id, name, role, hash) VALUES ('{account}', '{token}', 'SECRET', 'ADMIN', '{token}'::text::bytea)",
		"INSERT INTO journal (account_id, position, kind, action, actor) VALUES ('{account}', 2, 'MAPPINGS', 'SECRET', 'SECRET')",
		"INSERT INTO idempotency_keys (account_id, operation, key, request_hash, response, expires_at) VALUES ('{account}', 'SECRET', 'new', '', 'SECRET', now() + interval '1 hour')",
		"INSERT INTO sessions (account_id, id, person_id, hash, expires_at) VALUES ('{account}', gen_random_uuid(), '{person}', 'new {account}', now() + interval '1 hour')",
		// Expired rows:
		"INSERT INTO journal (account_id, position, kind, action, actor, at) VALUES ('{account}', 1, 'MAPPINGS', 'SECRET', 'SECRET', now() - interval '31 days')",
		"INSERT INTO idempotency_keys (account_id, operation, key, request_hash, expires_at) VALUES ('{account}', 'SECRET', 'old', '', now())",
		"INSERT INTO sessions (account_id, id, person_id, hash, expires_at) VALUES ('{account}', gen_random_uuid(), '{person}', 'old {account}', now())",
		"INSERT INTO sign_in_attempts (hash, expires_at) VALUES ('{account}', now())",
		`INSERT INTO audit_events (account_id, at, kind, actor_kind, actor_name, subject_kind, subject_id, subject_name)
			VALUES ('{account}', now() - interval '401 days', 'PERSON_ADDED', 'SYSTEM', 'SECRET', 'PERSON', '{person}', 'SECRET')`,
		"INSERT INTO sign_in_codes (account_id, token_id, hash, expires_at) VALUES ('{account}', '{token}', '{account}', now())",
	} {
		statement = strings.NewReplacer("{account}", account.String(), "{connection}", connection.String(), "{integration}", integration.String(),
			"{person}", person.String(), "{token}", token.String()).Replace(statement)
		_, err := admin.Exec(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	return account
}

// everythingOf returns all rows of an account that have not expired, by table.
func everythingOf(t *testing.T, admin *pgx.Conn, account uuid.UUID) map[string]string {
	t.Helper()
	all := map[string]string{}
	for table, column := range map[string]string{
		"accounts": "id", "organizations": "account_id", "connections": "account_id", "integrations": "account_id", "external_orgs": "account_id",
		"refresh_runs": "account_id", "people": "account_id", "api_tokens": "account_id", "journal": "account_id", "idempotency_keys": "account_id",
		"sessions": "account_id", "audit_events": "account_id",
	} {
		current := map[string]string{"journal": "at > now() - interval '30 days'", "idempotency_keys": "expires_at > now()", "sessions": "expires_at > now()", "audit_events": "at > now() - interval '400 days'"}[table]
		if current == "" {
			current = "true"
		}
		var content string
		// Pruning moves the beginning of an account's history.
		require.NoError(t, admin.QueryRow(t.Context(), fmt.Sprintf("SELECT coalesce(jsonb_agg(to_jsonb(t) - 'history_position' - 'history_at')::text, '') FROM %s t WHERE %s = '%s' AND %s",
			table, column, account, current)).Scan(&content))
		require.NotEmpty(t, content, table)
		all[table] = content
	}
	return all
}

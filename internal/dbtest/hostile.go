//go:build unix

package dbtest

import (
	"maps"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
)

// HostileSettings are settings that an administrator can make for a database or a role, each with a
// value that breaks a program that relies on the default.
//
//nolint:gochecknoglobals // a table
var HostileSettings = map[string]string{
	"standard_conforming_strings": "off", "backslash_quote": "on", "escape_string_warning": "off", "quote_all_identifiers": "on",
	"transform_null_equals": "on", "array_nulls": "off", "bytea_output": "escape", "DateStyle": "German, DMY", "IntervalStyle": "iso_8601",
	"TimeZone": "Pacific/Chatham", "extra_float_digits": "-15", "xmloption": "document", "client_encoding": "LATIN1",
	"search_path": "pg_temp, planted", "row_security": "off",
	"default_transaction_isolation": "serializable", "default_transaction_read_only": "on", "default_transaction_deferrable": "on",
	"exit_on_error": "on", "idle_session_timeout": "30ms", "client_min_messages": "debug1", "check_function_bodies": "off",
	"statement_timeout": "1ms", "lock_timeout": "1ms", "idle_in_transaction_session_timeout": "1ms",
	"random_page_cost": "400", "max_parallel_workers_per_gather": "8", "plan_cache_mode": "force_generic_plan",
	"enable_bitmapscan": "off", "enable_hashagg": "off", "enable_hashjoin": "off", "enable_incremental_sort": "off", "enable_indexonlyscan": "off",
	"enable_indexscan": "off", "enable_material": "off", "enable_memoize": "off", "enable_mergejoin": "off", "enable_nestloop": "off",
	"enable_seqscan": "off", "enable_sort": "off",
}

// SetHostile applies all HostileSettings to the database and to the login in it, and adds a schema
// whose tables have the names of ours.
func SetHostile(t testing.TB, database string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	name := pgx.Identifier{conn.Config().Database}.Sanitize()
	statements := []string{"CREATE SCHEMA planted", "CREATE TABLE planted.accounts (id text)", "CREATE TABLE planted.organizations (id text)"}
	for _, setting := range slices.Sorted(maps.Keys(HostileSettings)) {
		value := "'" + HostileSettings[setting] + "'"
		if setting == "search_path" {
			value = HostileSettings[setting]
		}
		for _, whose := range []string{"DATABASE " + name, "ROLE CURRENT_USER IN DATABASE " + name} {
			statements = append(statements, "ALTER "+whose+" SET "+setting+" = "+value)
		}
	}
	for _, statement := range statements {
		_, err := conn.Exec(t.Context(), statement)
		if err != nil {
			t.Fatal(statement, err)
		}
	}
}

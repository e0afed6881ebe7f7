package pg

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// sessionSettings lists the Postgres settings that statements and the parsing of their results depend on. A database or
// role may have other values (ALTER DATABASE, ALTER ROLE), so every connection of this program sets its own.
//
//nolint:gochecknoglobals // a table
var sessionSettings = map[string]string{
	// How texts are parsed and printed.
	"client_encoding":             "UTF8",
	"standard_conforming_strings": "on",
	"backslash_quote":             "safe_encoding",
	"escape_string_warning":       "on",
	"quote_all_identifiers":       "off",
	"transform_null_equals":       "off",
	"array_nulls":                 "on",
	"bytea_output":                "hex",
	"DateStyle":                   "ISO, MDY",
	"IntervalStyle":               "postgres",
	"TimeZone":                    "UTC",
	"extra_float_digits":          "1",
	"xmloption":                   "content",

	// Which tables a name refers to, and which rows are visible. pg_temp comes last, so it cannot hide a table.
	"search_path":  "public, pg_temp",
	"row_security": "on",

	// Transaction defaults, and what ends a transaction.
	"default_transaction_isolation":  "read committed",
	"default_transaction_read_only":  "off",
	"default_transaction_deferrable": "off",
	"exit_on_error":                  "off",
	"idle_session_timeout":           "0",
	"client_min_messages":            "warning",
	"check_function_bodies":          "on",

	// Planning. Postgres should read an account's part of a table through an index; with the default
	// random_page_cost, meant for spinning disks, it reads the rows of every account instead. No request uses more
	// than one processor, because concurrent requests share processors better.
	"random_page_cost":                "1.1",
	"max_parallel_workers_per_gather": "0",
	"plan_cache_mode":                 "auto",
	"enable_bitmapscan":               "on",
	"enable_hashagg":                  "on",
	"enable_hashjoin":                 "on",
	"enable_incremental_sort":         "on",
	"enable_indexonlyscan":            "on",
	"enable_indexscan":                "on",
	"enable_material":                 "on",
	"enable_memoize":                  "on",
	"enable_mergejoin":                "on",
	"enable_nestloop":                 "on",
	"enable_seqscan":                  "on",
	"enable_sort":                     "on",
}

// PoolOptions configures a pool's connections.
type PoolOptions struct {
	Role                   string        // that every connection works as; "": the login's
	MaxConnections         int32         // 0: pgx's default
	StatementTimeout       time.Duration // 0: none
	LockTimeout            time.Duration // 0: none
	IdleTransactionTimeout time.Duration // 0: none

	Prepare func(*pgxpool.Config) // changes the rest of the configuration; nil: nothing
}

// OpenPool opens a pool whose connections use this program's session settings, whatever the database, the role or the
// URL says. It connects once and returns an error if no setting can make the database usable.
func OpenPool(ctx context.Context, url string, options PoolOptions) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	if options.MaxConnections > 0 {
		config.MaxConns = options.MaxConnections
	}
	// Send each statement with its values in one round trip and plan for those values: preparing first would cost
	// another round trip, and a generic plan is bad for a search.
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	if options.Prepare != nil {
		options.Prepare(config)
	}
	settings := options.settings()
	// The settings are sent in the startup message, so that no database timeout ends the first statements, and again as
	// statements: a pooler such as PgBouncer knows few of them as startup parameters and rejects the rest, but forwards
	// SET statements.
	stated := config.ConnConfig.RuntimeParams
	maps.DeleteFunc(stated, func(name, _ string) bool { return isSetting(settings, name) })
	maps.Copy(stated, settings)
	var pooled atomic.Bool
	config.BeforeConnect = func(_ context.Context, connecting *pgx.ConnConfig) error {
		if pooled.Load() {
			for name := range settings {
				delete(connecting.RuntimeParams, name)
			}
		}
		return nil
	}
	config.AfterConnect = afterConnect(config.AfterConnect, options.Role, settings)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if err = connectable(ctx, pool); refusesSettings(err) {
		pooled.Store(true)
		err = connectable(ctx, pool)
	}
	if err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

// isSetting reports whether settings contains name, ignoring case.
func isSetting(settings map[string]string, name string) bool {
	for own := range settings {
		if strings.EqualFold(own, name) {
			return true
		}
	}
	return false
}

func (o PoolOptions) settings() map[string]string {
	settings := maps.Clone(sessionSettings)
	for name, timeout := range map[string]time.Duration{
		"statement_timeout": o.StatementTimeout, "lock_timeout": o.LockTimeout, "idle_in_transaction_session_timeout": o.IdleTransactionTimeout,
	} {
		settings[name] = strconv.FormatInt(timeout.Milliseconds(), 10)
	}
	return settings
}

// afterConnect sets up a new connection. Its statements are not counted for the request that waits for the connection.
func afterConnect(then func(context.Context, *pgx.Conn) error, role string, settings map[string]string) func(context.Context, *pgx.Conn) error {
	var statements strings.Builder
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if name == "search_path" {
			statements.WriteString("SET search_path = public, pg_temp; ") // two names, not one with a comma in it
			continue
		}
		fmt.Fprintf(&statements, "SET %s = '%s'; ", name, settings[name])
	}
	// PostgreSQL 17 and later have this setting.
	statements.WriteString("SELECT set_config('transaction_timeout', '0', false) WHERE current_setting('server_version_num')::integer >= 170000; ")
	if role != "" {
		statements.WriteString("SET ROLE " + role)
	}
	return func(ctx context.Context, conn *pgx.Conn) error {
		ctx = uncounted(ctx)
		if _, err := conn.Exec(ctx, statements.String()); err != nil {
			return err
		}
		if err := checkSession(ctx, conn); err != nil || then == nil {
			return err
		}
		return then(ctx, conn)
	}
}

func connectable(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err == nil {
		conn.Release()
	}
	return err
}

// refusesSettings reports whether err says that a pooler does not forward startup parameters.
func refusesSettings(err error) bool {
	const protocolViolation = "08P01"
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == protocolViolation && strings.Contains(refused.Message, "startup parameter")
}

// oldestServer is the oldest Postgres version that supports the schema.
const oldestServer = 150000

// checkSession returns an error for anything that a connection cannot set for itself, and says what to do.
func checkSession(ctx context.Context, conn *pgx.Conn) error {
	var database, encoding, replication, strings string
	var version int
	err := conn.QueryRow(ctx, `SELECT current_database()::text, current_setting('server_encoding'), current_setting('session_replication_role'),
		current_setting('standard_conforming_strings'), current_setting('server_version_num')::integer`).
		Scan(&database, &encoding, &replication, &strings, &version)
	switch {
	case err != nil:
		return err
	case version < oldestServer:
		return fmt.Errorf("PostgreSQL %d is too old: Orgmap needs 15 or newer", version/10000)
	case encoding != "UTF8":
		return fmt.Errorf("the database %q stores text as %s, and names of organizations need UTF8: create another one with "+
			"CREATE DATABASE orgmap ENCODING 'UTF8' TEMPLATE template0, restore a dump of this one into it, and set DATABASE_URL to it", database, encoding)
	case replication != "origin":
		return fmt.Errorf("session_replication_role is %q, which turns off the triggers and foreign keys that keep quotas and mappings right: "+
			"have a superuser run ALTER DATABASE %s RESET session_replication_role, the same for the login role with ALTER ROLE, and remove it from postgresql.conf",
			replication, pgx.Identifier{database}.Sanitize())
	case strings != "on":
		return errors.New("standard_conforming_strings cannot be turned on: the pooler before PostgreSQL must hand on SET statements (session mode)")
	}
	return nil
}

// Package pg connects to Postgres with one pool for bun, pgx and River. Read, Write and Batch see one account, whose ID
// is set for row-level security in the transaction itself. Across sees no account; it calls the database functions that
// work across accounts on behalf of the server. The work gets a ReadTx, a Tx or a Batch, so a function's signature
// shows whether it writes.
//
// Whatever role the connection string logs in as, a DB always works as the role orgmap_app, which the migrations create
// and which is subject to row-level security. An Operator works as orgmap_operator; only the command line uses it.
package pg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/multitracer"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"
)

// The roles that the program works as; migrations/roles.sql creates them.
const (
	appRole      = "orgmap_app"
	operatorRole = "orgmap_operator"
)

// Options configures the pool.
type Options struct {
	MaxConnections   int32           // 0: 16
	StatementTimeout time.Duration   // 0: 5 s; longer work sets its own in its transaction
	LockTimeout      time.Duration   // 0: 2 s
	PlanLife         time.Duration   // of plans cached by connections; 0: 10 s
	PerAccount       int             // maximum connections for requests of one account at once; 0: no limit
	Tracer           pgx.QueryTracer // traces every statement and whatever else of pgx it supports; nil: none
}

// idleTransactionTimeout releases the locks of a frozen process, which would block an account's writes.
const idleTransactionTimeout = 15 * time.Second

// DB is the database.
type DB struct {
	pool     *pgxpool.Pool
	bun      *bun.DB
	shares   *shares
	planLife time.Duration
}

// Open connects to the migrated database at url. It fails if its role could bypass row-level security.
func Open(ctx context.Context, url string, options Options) (*DB, error) {
	return open(ctx, url, appRole, options)
}

func open(ctx context.Context, url, role string, options Options) (*DB, error) {
	pool, err := OpenPool(ctx, url, PoolOptions{
		Role:                   role,
		MaxConnections:         cmpOr(options.MaxConnections, 16),
		StatementTimeout:       cmpOr(options.StatementTimeout, 5*time.Second),
		LockTimeout:            cmpOr(options.LockTimeout, 2*time.Second),
		IdleTransactionTimeout: idleTransactionTimeout,
		Prepare:                options.prepare,
	})
	if err != nil {
		return nil, explained(err, role)
	}
	db := &DB{
		pool: pool, bun: bun.NewDB(openSQL(pool), newBinding()), planLife: cmpOr(options.PlanLife, 10*time.Second),
		shares: &shares{limit: options.PerAccount, accounts: map[uuid.UUID]*share{}},
	}
	if err := errors.Join(db.checkRowSecurity(ctx, role), db.checkOwner(ctx)); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// prepare sets up counting and tracing of statements, and reading of large responses in large chunks.
func (o Options) prepare(config *pgxpool.Config) {
	config.ConnConfig.Tracer = statementCounter{}
	if o.Tracer != nil {
		config.ConnConfig.Tracer = multitracer.New(statementCounter{}, o.Tracer)
	}
	config.ConnConfig.BuildFrontend = func(r io.Reader, w io.Writer) *pgproto3.Frontend {
		return pgproto3.NewFrontend(&chunkReader{from: r}, w)
	}
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		if o.Tracer != nil {
			conn.PgConn().CustomData()[tracerKey] = o.Tracer
		}
		return learnEra(ctx, conn)
	}
}

// explained adds what to do to the reason why a database could not be opened, if that is known.
func explained(err error, role string) error {
	const undefinedRole, forbidden = "22023", "42501"
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == forbidden && role == operatorRole {
		return fmt.Errorf("this needs the login that owns the database, since the one given may only serve: "+
			"set ORGMAP_MIGRATION_DATABASE_URL (--migration-database-url): %w", err)
	}
	if errors.As(err, &refused) && (refused.Code == undefinedRole || refused.Code == forbidden) {
		return fmt.Errorf("open Postgres as %s (has it been migrated?): %w", role, err)
	}
	return fmt.Errorf("open Postgres: %w", err)
}

func cmpOr[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// Close closes all connections. It waits until those in use have been returned.
func (d *DB) Close() {
	_ = d.bun.Close()
	d.pool.Close()
}

// acquire takes a connection from the pool. If none is available in time it returns an error with the code
// UNAVAILABLE.
func acquire[Conn any](ctx context.Context, take func(context.Context) (Conn, error)) (Conn, error) {
	waitLimit := waitLimitFrom(ctx)
	waiting, cancel := context.WithTimeout(ctx, waitLimit.remaining())
	defer cancel()
	began := time.Now()
	conn, err := take(waiting)
	if waitLimit != nil {
		waitLimit.Spend(time.Since(began))
	}
	return conn, err
}

// Pool returns the pool for River and the metrics.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Ping checks that Postgres responds and has the schema.
func (d *DB) Ping(ctx context.Context) error {
	_, err := d.pool.Exec(ctx, "SELECT FROM accounts LIMIT 0")
	return err
}

// checkRowSecurity returns an error if this process could bypass row-level security.
func (d *DB) checkRowSecurity(ctx context.Context, expected string) error {
	var role string
	var superuser, bypass, owner bool
	err := d.pool.QueryRow(ctx, `
		SELECT rolname, rolsuper, rolbypassrls,
		       EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid AND relnamespace = 'public'::regnamespace)
		FROM pg_roles WHERE rolname = current_user`).Scan(&role, &superuser, &bypass, &owner)
	if err != nil {
		return fmt.Errorf("open Postgres as %s (has it been migrated?): %w", expected, err)
	}
	if role != expected || superuser || bypass || owner {
		return fmt.Errorf("refusing to start: the role %q could see past row-level security (superuser %t, bypass %t, owns tables %t)", role, superuser, bypass, owner)
	}
	rows, err := d.pool.Query(ctx, UnprotectedTables)
	if err != nil {
		return fmt.Errorf("check row-level security: %w", err)
	}
	unprotected, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("check row-level security: %w", err)
	}
	if len(unprotected) > 0 {
		return fmt.Errorf("refusing to start: row-level security is not enabled and forced on %v", unprotected)
	}
	return nil
}

// checkOwner returns an error if the functions that work across accounts would see no rows. They run as their owner,
// who must inherit from orgmap_operator: the policies let only that role see all accounts.
func (d *DB) checkOwner(ctx context.Context) error {
	var blind *string
	err := d.pool.QueryRow(ctx, `SELECT min(proowner::regrole::text) FROM pg_proc
		WHERE prosecdef AND pronamespace = 'public'::regnamespace AND NOT pg_has_role(proowner, $1, 'USAGE')`, operatorRole).Scan(&blind)
	if err != nil {
		return fmt.Errorf("check the owner of the schema: %w", err)
	}
	if blind != nil {
		return fmt.Errorf("refusing to start: the schema belongs to %[1]s, who does not inherit from %[2]s, so schedules and clean-up would find nothing: "+
			"run ALTER ROLE %[1]s INHERIT, then GRANT %[2]s TO %[1]s (on PostgreSQL 16 and newer: WITH INHERIT TRUE)", *blind, operatorRole)
	}
	return nil
}

// UnprotectedTables is a statement that lists the tenant tables (accounts and every table with an account_id) that do
// not have row-level security both enabled and forced.
const UnprotectedTables = `
	SELECT c.relname::text FROM pg_class c
	WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
	  AND (c.relname = 'accounts' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped))
	  AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
	ORDER BY 1`

// errNestedWrite is a bug in the caller: a write inside a write would commit separately.
var errNestedWrite = errors.New("pg: a write inside a write")

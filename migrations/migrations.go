// Package migrations holds the schema of the store as plain SQL files and brings a database to it.
//
// Any number of servers may start at once: the work is done under one advisory lock, each file in a transaction
// of its own, and a file is marked as applied only after it succeeded.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/migrate"
)

// lockKey is the advisory lock that migrations of one database are done under: "orgmap" in ASCII.
const lockKey = 0x6f72676d6170

// riverVersion is the version of River's own tables. A newer River that needs newer tables gets a migration of its own.
const riverVersion = 8

//go:embed roles.sql *.up.sql *.down.sql
var files embed.FS

// Step is one migration and whether this database has it.
type Step struct {
	Name      string     `json:"name"`
	AppliedAt *time.Time `json:"appliedAt"`
}

// Up brings the database at url to the newest schema; where it is there already, nothing is done.
func Up(ctx context.Context, url string) error {
	return locked(ctx, url, func(ctx context.Context, migrator *migrate.Migrator, conn *pgx.Conn) error {
		roles, err := files.ReadFile("roles.sql")
		if err != nil {
			return err
		}
		if err := ensureRoles(ctx, conn, string(roles)); err != nil {
			return err
		}
		_, err = migrator.Migrate(ctx)
		return err
	})
}

// Down takes away the steps that the newest Up took that had any to take. What they held is lost.
func Down(ctx context.Context, url string) error {
	return locked(ctx, url, func(ctx context.Context, migrator *migrate.Migrator, _ *pgx.Conn) error {
		_, err := migrator.Rollback(ctx)
		return err
	})
}

// Status lists every step in order, with the time it was applied to the database at url.
func Status(ctx context.Context, url string) ([]Step, error) {
	var steps []Step
	err := locked(ctx, url, func(ctx context.Context, migrator *migrate.Migrator, _ *pgx.Conn) error {
		all, err := migrator.MigrationsWithStatus(ctx)
		if err != nil {
			return err
		}
		for _, one := range all {
			step := Step{Name: one.String()}
			if one.IsApplied() {
				at := one.MigratedAt.UTC()
				step.AppliedAt = &at
			}
			steps = append(steps, step)
		}
		return nil
	})
	return steps, err
}

// ensureRoles runs roles.sql. Roles are shared by all databases of a cluster, and the advisory lock covers one
// database: where two are migrated at the same moment, Postgres refuses one of the two writes, and it is tried again.
func ensureRoles(ctx context.Context, conn *pgx.Conn, statements string) error {
	const tries = 5
	var err error
	for range tries {
		if _, err = conn.Exec(ctx, statements); err == nil {
			return nil
		}
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code != pgerrcodeInternal {
			break
		}
	}
	return fmt.Errorf("make the roles orgmap_app and orgmap_operator (the login role needs CREATEROLE the first time): %w", err)
}

// pgerrcodeInternal is what Postgres answers for "tuple concurrently updated".
const pgerrcodeInternal = "XX000"

// locked runs work while this process alone migrates the database.
func locked(ctx context.Context, url string, work func(context.Context, *migrate.Migrator, *pgx.Conn) error) (err error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	config.MaxConns = 3 // the lock's own, bun's, River's
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer pool.Close()
	// The lock belongs to a session: one connection holds it while the others work, and a crash frees it.
	holder, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("migrate: connect: %w", err)
	}
	defer holder.Release()
	if _, err := holder.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(lockKey)); err != nil {
		return fmt.Errorf("migrate: lock: %w", err)
	}
	defer func() {
		_, unlockErr := holder.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(lockKey))
		err = errors.Join(err, unlockErr)
	}()

	connector := stdlib.OpenDBFromPool(pool)
	defer connector.Close()
	migrator, err := newMigrator(connector, pool)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := migrator.Init(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := work(ctx, migrator, holder.Conn()); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func newMigrator(connector *sql.DB, pool *pgxpool.Pool) (*migrate.Migrator, error) {
	all := migrate.NewMigrations()
	if err := all.Discover(files); err != nil {
		return nil, err
	}
	all.Add(riverTables(pool))
	db := bun.NewDB(connector, pgdialect.New())
	return migrate.NewMigrator(db, all, migrate.WithMarkAppliedOnSuccess(true)), nil
}

// riverTables is the one step that is not SQL of ours: River brings its tables itself, at a pinned version.
func riverTables(pool *pgxpool.Pool) migrate.Migration {
	run := func(ctx context.Context, direction rivermigrate.Direction, version int) error {
		migrator, err := rivermigrate.New(riverpgxv5.New(pool), nil)
		if err != nil {
			return err
		}
		_, err = migrator.Migrate(ctx, direction, &rivermigrate.MigrateOpts{TargetVersion: version})
		return err
	}
	return migrate.Migration{
		Name:    "20261123090100",
		Comment: "river",
		Up: func(ctx context.Context, _ *migrate.Migrator, _ *migrate.Migration) error {
			if err := run(ctx, rivermigrate.DirectionUp, riverVersion); err != nil {
				return err
			}
			// River's tables hold job, account and run ids, never a tenant's data: the workers use them whole.
			_, err := pool.Exec(ctx, `GRANT SELECT, INSERT, UPDATE, DELETE ON river_job, river_leader, river_queue, river_notification, river_migration TO orgmap_app;
				GRANT USAGE ON SEQUENCE river_job_id_seq, river_notification_id_seq TO orgmap_app`)
			return err
		},
		Down: func(ctx context.Context, _ *migrate.Migrator, _ *migrate.Migration) error {
			return run(ctx, rivermigrate.DirectionDown, -1)
		},
	}
}

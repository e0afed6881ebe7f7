// Package migrations contains the database schema as plain SQL files and migrates a database to it.
//
// Any number of servers may start at once: an advisory lock lets one of them migrate. Each file
// runs in its own transaction, which also marks the file as applied, so the process may be killed
// at any time. Work that needs Go is done before that, in a way that can be interrupted and
// repeated.
package migrations

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/orgmap/orgmap/internal/pg"
)

// lockKey is the advisory lock for migrating a database: "orgmap" in ASCII.
const lockKey = 0x6f72676d6170

// lockTimeout is how long a step waits for a table that another session has locked.
const lockTimeout = 30 * time.Second

//go:embed roles.sql serving.sql *.up.sql *.down.sql
var files embed.FS

// Step is one migration and when it was applied to this database.
type Step struct {
	Name      string     `json:"name"`
	AppliedAt *time.Time `json:"appliedAt"`
}

// Up migrates the database at url to the newest schema. It does nothing if the schema is current.
func Up(ctx context.Context, url string) error { return UpWithin(ctx, url, lockTimeout) }

// UpWithin is Up with another lock timeout.
func UpWithin(ctx context.Context, url string, lockTimeout time.Duration) error {
	return locked(ctx, url, lockTimeout, func(ctx context.Context, session *session) error {
		if err := ensureRoles(ctx, session.conn, read("roles.sql")); err != nil {
			return err
		}
		applied, err := session.applied(ctx)
		if err != nil {
			return err
		}
		group := 0
		for _, mark := range applied {
			group = max(group, mark.group)
		}
		for _, one := range steps() {
			if _, is := applied[one.version]; is {
				continue
			}
			if err := session.up(ctx, one, group+1); err != nil {
				return explained(one, err, lockTimeout)
			}
		}
		return nil
	})
}

// Down reverts the steps that the most recent Up applied. Their data is lost.
func Down(ctx context.Context, url string) error {
	return locked(ctx, url, lockTimeout, func(ctx context.Context, session *session) error {
		applied, err := session.applied(ctx)
		if err != nil {
			return err
		}
		newest := 0
		for _, mark := range applied {
			newest = max(newest, mark.group)
		}
		all := steps()
		for i := len(all) - 1; i >= 0; i-- {
			if mark, is := applied[all[i].version]; is && mark.group == newest {
				if err := session.down(ctx, all[i]); err != nil {
					return explained(all[i], err, lockTimeout)
				}
			}
		}
		return nil
	})
}

// Status returns every step in order, with the time it was applied to the database at url. It only
// reads.
func Status(ctx context.Context, url string) ([]Step, error) {
	var found []Step
	err := connected(ctx, url, lockTimeout, func(ctx context.Context, session *session) error {
		applied, err := session.applied(ctx)
		if err != nil {
			return err
		}
		for _, one := range steps() {
			step := Step{Name: one.name()}
			if mark, is := applied[one.version]; is {
				step.AppliedAt = &mark.at
			}
			found = append(found, step)
		}
		return nil
	})
	return found, err
}

// explained adds the name of the failed step, and what to do if another session's lock is the
// cause.
func explained(one step, err error, waited time.Duration) error {
	if pg.LockTimedOut(err) {
		return fmt.Errorf("step %s waited %s for a lock that another session holds, and was undone. End that session, which "+
			"SELECT pid, usename, state, query FROM pg_stat_activity shows, or wait for it; then run 'orgmap migrate up' again: %w", one.name(), waited, err)
	}
	return fmt.Errorf("step %s failed and was undone: %w", one.name(), err)
}

// ensureRoles runs roles.sql. Roles are shared by all databases of a cluster, but the advisory lock
// covers only one database: if two are migrated at the same time, Postgres rejects one of the two
// writes, and it is retried.
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

// pgerrcodeInternal is the code of Postgres' error "tuple concurrently updated".
const pgerrcodeInternal = "XX000"

// session is a connection used to migrate.
type session struct {
	pool *pgxpool.Pool // for River's own tables
	conn *pgx.Conn     // holds the advisory lock, if any
}

// connected runs work on a new connection.
func connected(ctx context.Context, url string, lockTimeout time.Duration, work func(context.Context, *session) error) error {
	pool, err := pg.OpenPool(ctx, url, pg.PoolOptions{MaxConnections: 2, LockTimeout: lockTimeout}) // lock, River
	if err != nil {
		return fmt.Errorf("migrate: connect: %w", err)
	}
	defer pool.Close()
	holder, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("migrate: connect: %w", err)
	}
	defer holder.Release()
	if err := work(ctx, &session{pool, holder.Conn()}); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// locked is connected with the advisory lock, so only this process migrates the database. It waits
// without a timeout while another process migrates. The lock belongs to the connection, so a crash
// releases it.
func locked(ctx context.Context, url string, lockTimeout time.Duration, work func(context.Context, *session) error) error {
	return connected(ctx, url, lockTimeout, func(ctx context.Context, session *session) (err error) {
		if _, err := session.conn.Exec(ctx, fmt.Sprintf("BEGIN; SET LOCAL lock_timeout = 0; SELECT pg_advisory_lock(%d); COMMIT", lockKey)); err != nil {
			return fmt.Errorf("lock: %w", err)
		}
		defer func() {
			_, unlockErr := session.conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(lockKey))
			err = errors.Join(err, unlockErr)
		}()
		if _, err := session.conn.Exec(ctx, createMarks); err != nil {
			return advised(err, "give a login that owns the database as ORGMAP_MIGRATION_DATABASE_URL")
		}
		return work(ctx, session)
	})
}

// createMarks creates the table of applied steps. Its name and columns come from bun, which ran the
// migrations before.
const createMarks = `CREATE TABLE IF NOT EXISTS bun_migrations (
	id bigserial NOT NULL PRIMARY KEY, name varchar, group_id bigint, migrated_at timestamptz NOT NULL DEFAULT current_timestamp)`

// mark records that a step was applied.
type mark struct {
	group int // the same for all steps of one Up
	at    time.Time
}

// applied returns the marks by step version; a database that was never migrated has none.
func (s *session) applied(ctx context.Context) (map[string]mark, error) {
	var migrated bool
	if err := s.conn.QueryRow(ctx, "SELECT to_regclass('public.bun_migrations') IS NOT NULL").Scan(&migrated); err != nil || !migrated {
		return nil, err
	}
	rows, err := s.conn.Query(ctx, "SELECT name, group_id, migrated_at FROM bun_migrations")
	if err != nil {
		return nil, err
	}
	applied := map[string]mark{}
	var version string
	var group int
	var at time.Time
	_, err = pgx.ForEachRow(rows, []any{&version, &group, &at}, func() error {
		applied[version] = mark{group, at.UTC()}
		return nil
	})
	return applied, advised(err, "run 'orgmap migrate up' of this version as the login that owns the database")
}

// advised adds advice to a permission error.
func advised(err error, advice string) error {
	const insufficientPrivilege = "42501"
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == insufficientPrivilege {
		return fmt.Errorf("the login may not do this: %s: %w", advice, err)
	}
	return err
}

// up applies a step and marks it, both or neither. A step that is applied but not marked is only
// marked.
func (s *session) up(ctx context.Context, one step, group int) error {
	if one.before != nil {
		if err := one.before(ctx, s.pool); err != nil {
			return err
		}
	}
	return pgx.BeginFunc(ctx, s.conn, func(tx pgx.Tx) error {
		there, err := one.isThere(ctx, tx)
		if err != nil {
			return err
		}
		if !there {
			if _, err := tx.Exec(ctx, one.up); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, "INSERT INTO bun_migrations (name, group_id) VALUES ($1, $2)", one.version, group)
		return err
	})
}

// down reverts a step and removes its mark.
func (s *session) down(ctx context.Context, one step) error {
	err := pgx.BeginFunc(ctx, s.conn, func(tx pgx.Tx) error {
		there := true
		var err error
		if one.present != "" {
			if there, err = one.isThere(ctx, tx); err != nil {
				return err
			}
		}
		if there {
			if _, err := tx.Exec(ctx, one.down); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, "DELETE FROM bun_migrations WHERE name = $1", one.version)
		return err
	})
	if err != nil || one.after == nil {
		return err
	}
	return one.after(ctx, s.pool)
}

// isThere reports whether a step of an older release is in the database.
func (one step) isThere(ctx context.Context, tx pgx.Tx) (there bool, err error) {
	if one.present == "" {
		return false, nil
	}
	err = tx.QueryRow(ctx, "SELECT "+one.present).Scan(&there)
	return there, err
}

func steps() []step {
	names, err := fs.Glob(files, "*.up.sql")
	if err != nil {
		panic(err) // the pattern is valid
	}
	var all []step
	for _, file := range names { // sorted
		version, comment, _ := strings.Cut(strings.TrimSuffix(file, ".tx.up.sql"), "_")
		if version > riverStep && len(all) > 0 && all[len(all)-1].version < riverStep {
			all = append(all, riverTables())
		}
		all = append(all, step{
			version: version, comment: comment, present: present[version], before: before[version],
			up: read(file), down: read(strings.TrimSuffix(file, ".up.sql") + ".down.sql"),
		})
	}
	return all
}

func read(file string) string {
	content, err := files.ReadFile(file)
	if err != nil {
		panic(err) // every step has both files; tests read all of them
	}
	return string(content)
}

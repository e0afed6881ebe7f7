package pg_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }

func open(t *testing.T, options pg.Options) *pg.DB {
	t.Helper()
	db, err := pg.Open(t.Context(), dbtest.Database(t), options)
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

func newAccount(t *testing.T, db *pg.DB) uuid.UUID {
	t.Helper()
	account := id.New()
	require.NoError(t, pgtest.Run(t.Context(), db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO accounts (id, name, organization_limit) VALUES (?, ?, 100000)", account, account.String())
		return err
	}))
	return account
}

func addOrganization(ctx context.Context, tx pg.Tx, account uuid.UUID, name string) error {
	_, err := tx.Exec(ctx, "INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, ?, ?)", account, id.New(), name, strings.ToLower(name))
	return err
}

func countOrganizations(ctx context.Context, tx pg.ReadTx) (count int, err error) {
	err = tx.NewRaw("SELECT count(*) FROM organizations").Scan(ctx, &count) // no WHERE: only row-level security separates accounts
	return count, err
}

func TestRead_SeesNothingWithoutAnAccount(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	require.NoError(t, db.Write(t.Context(), account, func(ctx context.Context, tx pg.Tx) error { return addOrganization(ctx, tx, account, "Acme") }))
	for _, table := range []string{"accounts", "organizations", "connections", "integrations", "external_orgs", "mappings", "refresh_runs", "journal", "api_tokens"} {
		require.NoError(t, db.Read(t.Context(), uuid.Nil, func(ctx context.Context, tx pg.ReadTx) error {
			var count int
			require.NoError(t, tx.NewRaw("SELECT count(*) FROM ?", bun.Ident(table)).Scan(ctx, &count))
			require.Zero(t, count, table)
			return nil
		}))
	}
}

func TestWrite_CannotTouchAnotherAccount(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	ours, theirs := newAccount(t, db), newAccount(t, db)
	require.NoError(t, db.Write(t.Context(), theirs, func(ctx context.Context, tx pg.Tx) error { return addOrganization(ctx, tx, theirs, "Acme") }))

	err := db.Write(t.Context(), ours, func(ctx context.Context, tx pg.Tx) error { return addOrganization(ctx, tx, theirs, "Planted") })
	require.ErrorContains(t, err, "row-level security")
	require.NoError(t, db.Write(t.Context(), ours, func(ctx context.Context, tx pg.Tx) error {
		changed, err := tx.Exec(ctx, "UPDATE organizations SET name = 'Stolen'")
		require.NoError(t, err)
		require.Zero(t, changed)
		return nil
	}))
}

func TestRead_SeparatesAccountsOnSharedConnections(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{MaxConnections: 2})
	accounts := []uuid.UUID{newAccount(t, db), newAccount(t, db)}
	for i, account := range accounts {
		require.NoError(t, db.Write(t.Context(), account, func(ctx context.Context, tx pg.Tx) error {
			for n := range i + 1 {
				if err := addOrganization(ctx, tx, account, fmt.Sprint("Organization ", n)); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	type use struct {
		backend int // the connection
		which   int // the account
	}
	var uses sync.Map
	next := make(chan int)
	var group sync.WaitGroup
	for range 8 { // more than there are connections, but too few for one to time out waiting for the pool
		group.Go(func() {
			for n := range next {
				which := n % 2
				if err := db.Read(t.Context(), accounts[which], func(ctx context.Context, tx pg.ReadTx) error {
					count, err := countOrganizations(ctx, tx)
					if err == nil && count != which+1 {
						err = fmt.Errorf("account %d sees %d organizations", which, count)
					}
					if err != nil {
						return err
					}
					var backend int
					err = tx.NewRaw("SELECT pg_backend_pid()").Scan(ctx, &backend)
					uses.Store(use{backend, which}, true)
					return err
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for n := range 1000 {
		next <- n
	}
	close(next)
	group.Wait()
	both := 0
	uses.Range(func(key, _ any) bool {
		one, _ := key.(use)
		if _, other := uses.Load(use{one.backend, 1 - one.which}); other {
			both++
		}
		return true
	})
	require.GreaterOrEqual(t, both, 2, "a connection has served both accounts")
}

func TestSession_ReadsOneSnapshotUntilItIsClosed(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	ctx, session := db.WithSession(t.Context())
	defer session.Close()
	count := func() (found int) {
		require.NoError(t, db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) (err error) {
			found, err = countOrganizations(ctx, tx)
			return err
		}))
		return found
	}
	add := func(ctx context.Context, name string) {
		require.NoError(t, db.Write(ctx, account, func(ctx context.Context, tx pg.Tx) error { return addOrganization(ctx, tx, account, name) }))
	}
	require.Equal(t, 0, count())
	add(t.Context(), "by somebody else")
	require.Equal(t, 0, count())
	add(ctx, "by the session's own request")
	require.Equal(t, 2, count(), "reads after a write see it")
}

func TestSession_AddsTwoStatementsToAnyNumberOfReads(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	ctx, statements := pg.WithStatementCount(t.Context())
	ctx, session := db.WithSession(ctx)
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			if err := db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) error { _, err := countOrganizations(ctx, tx); return err }); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	session.Close()
	require.EqualValues(t, 2+10, statements.Load(), "begin for the account, ten reads, end")
}

func TestSession_WorksAfterAFailedStatement(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	ctx, session := db.WithSession(t.Context())
	defer session.Close()
	require.Error(t, db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) error {
		_, err := tx.NewRaw("SELECT 1/0").Exec(ctx)
		return err
	}))
	require.NoError(t, db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) error { _, err := countOrganizations(ctx, tx); return err }))
}

func TestWrite_RetriesAfterADeadlock(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	for _, name := range []string{"a", "b"} {
		require.NoError(t, db.Write(t.Context(), account, func(ctx context.Context, tx pg.Tx) error { return addOrganization(ctx, tx, account, name) }))
	}
	var met sync.WaitGroup // both hold their first row before either asks for its second
	met.Add(2)
	var group sync.WaitGroup
	for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		group.Go(func() {
			there := sync.OnceFunc(met.Done)
			defer there() // if this one fails first, the other must not keep waiting
			err := db.Write(t.Context(), account, func(ctx context.Context, tx pg.Tx) error {
				for i, name := range order {
					if i == 1 {
						there()
						met.Wait()
					}
					if _, err := tx.Exec(ctx, "SELECT FROM organizations WHERE name = ? FOR UPDATE", name); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestWrite_DoesNotRetryOtherErrors(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	for statement, code := range map[string]string{
		"SELECT 1/0": "22012",
		"INSERT INTO organizations (account_id, id, name, folded) SELECT id, gen_random_uuid(), 'same', 'same' FROM accounts, generate_series(1, 2)": "23505",
	} {
		tries := 0
		err := db.Write(t.Context(), account, func(ctx context.Context, tx pg.Tx) error {
			tries++
			_, err := tx.Exec(ctx, statement)
			return err
		})
		require.ErrorContains(t, err, code)
		require.Equal(t, 1, tries, statement)
	}
}

func TestRead_RefusesWrites(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	writing := func(ctx context.Context, tx pg.ReadTx) error {
		_, err := tx.NewRaw("INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, 'a', 'a')", account, id.New()).Exec(ctx)
		return err
	}
	require.Error(t, db.Read(t.Context(), account, writing))
	ctx, session := db.WithSession(t.Context())
	defer session.Close()
	require.Error(t, db.Read(ctx, account, writing))
	require.NoError(t, db.Read(t.Context(), account, func(ctx context.Context, tx pg.ReadTx) error {
		count, err := countOrganizations(ctx, tx)
		require.Zero(t, count)
		return err
	}))
}

func TestEra_IsTheServersStartTime(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	ctx, session := db.WithSession(t.Context())
	defer session.Close()
	version, err := session.Open(ctx, account)
	require.NoError(t, err)
	require.NoError(t, db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) error {
		var began int64
		err := tx.NewRaw("SELECT (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint").Scan(ctx, &began)
		require.Equal(t, began, version.Era)
		require.Equal(t, began, tx.Era())
		return err
	}))
}

func TestAfterCommit_RunsOnlyAfterTheCommit(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	told := 0
	failure := errors.New("no")
	err := db.Write(t.Context(), account, func(_ context.Context, tx pg.Tx) error {
		tx.AfterCommit(func() { told++ })
		return failure
	})
	require.ErrorIs(t, err, failure)
	require.Zero(t, told)
	require.NoError(t, db.Write(t.Context(), account, func(_ context.Context, tx pg.Tx) error {
		tx.AfterCommit(func() { told++ })
		require.Zero(t, told)
		return nil
	}))
	require.Equal(t, 1, told)
}

func TestWrite_RefusesANestedWrite(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	require.Error(t, db.Write(t.Context(), account, func(ctx context.Context, _ pg.Tx) error {
		return db.Write(ctx, account, func(context.Context, pg.Tx) error { return nil })
	}))
}

func TestJobs_JoinTheTransaction(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	failure := errors.New("roll back")
	require.ErrorIs(t, db.Write(t.Context(), account, func(ctx context.Context, tx pg.Tx) error {
		native := tx.Jobs()
		_, err := native.Exec(ctx, "CREATE TEMP TABLE staged (name text) ON COMMIT DROP")
		require.NoError(t, err)
		copied, err := native.CopyFrom(ctx, pgx.Identifier{"staged"}, []string{"name"}, pgx.CopyFromRows([][]any{{"a"}, {"b"}}))
		require.NoError(t, err)
		require.EqualValues(t, 2, copied)
		var count int
		require.NoError(t, tx.NewRaw("SELECT count(*) FROM staged").Scan(ctx, &count))
		require.Equal(t, 2, count)
		require.Error(t, native.Commit(ctx))
		return failure
	}), failure)
}

func TestOpen_SetsPlannerCostsForIndexScans(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	var pages, workers string
	require.NoError(t, db.Read(t.Context(), uuid.Nil, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT current_setting('random_page_cost'), current_setting('max_parallel_workers_per_gather')").Scan(ctx, &pages, &workers)
	}))
	require.Equal(t, "1.1 0", pages+" "+workers)
}

func TestOpen_UsesTheRestrictedRoleForAnyLogin(t *testing.T) {
	t.Parallel()
	url := dbtest.Database(t)
	admin, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, admin.Close(context.WithoutCancel(t.Context()))) })
	db := open(t, pg.Options{})
	var role string
	require.NoError(t, db.Read(t.Context(), uuid.Nil, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT current_user").Scan(ctx, &role)
	}))
	require.Equal(t, "orgmap_app", role)

	t.Run("refuses a role that owns a table", func(t *testing.T) {
		_, err := admin.Exec(t.Context(), "CREATE TABLE stray (); ALTER TABLE stray OWNER TO orgmap_app")
		require.NoError(t, err)
		_, err = pg.Open(t.Context(), url, pg.Options{})
		require.ErrorContains(t, err, "refusing to start")
	})
}

func TestRead_StatementTimeoutIsUnavailable(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{StatementTimeout: 2 * time.Second}) // opening the database respects it too
	err := db.Read(t.Context(), id.New(), func(ctx context.Context, tx pg.ReadTx) error {
		_, err := tx.NewRaw("SELECT pg_sleep(30)").Exec(ctx)
		return err
	})
	require.Equal(t, apperr.Unavailable, apperr.CodeOf(err))
}

package pg_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

// adding returns a statement that adds an organization.
func adding(account uuid.UUID, name string) pg.Statement {
	return pg.Statement{
		SQL:       "INSERT INTO organizations (account_id, id, name, folded) VALUES ($1, $2, $3, $3)",
		Arguments: []pg.Argument{pg.UUID(account), pg.UUID(id.New()), pg.Text(name)}, Prepared: true,
	}
}

// counting returns a statement that counts the rows that row-level security shows.
func counting(count *int) pg.Statement {
	return pg.Statement{SQL: "SELECT count(*) FROM organizations", Take: func(row pg.Row) { *count = row.Int(0) }}
}

func TestBatch_IsATransactionOfTwoRoundTrips(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{MaxConnections: 1})
	account, other := newAccount(t, db), newAccount(t, db)
	require.NoError(t, db.Batch(t.Context(), other, func(ctx context.Context, batch pg.Batch) error { return batch.Finish(ctx, adding(other, "Theirs")) }))

	before, after, announced := -1, -1, 0
	ctx, statements := pg.WithStatementCount(t.Context())
	require.NoError(t, db.Batch(ctx, account, func(ctx context.Context, batch pg.Batch) error {
		if err := batch.Send(ctx, counting(&before), adding(account, "One")); err != nil {
			return err
		}
		batch.AfterCommit(func() { announced++ })
		return batch.Finish(ctx, adding(account, "Two"), counting(&after))
	}))
	require.EqualValues(t, 2, statements.Load())
	require.Equal(t, []int{0, 2, 1}, []int{before, after, announced})
	require.Equal(t, 2, count(t, t.Context(), db, account))

	require.NoError(t, db.Batch(t.Context(), account, func(ctx context.Context, batch pg.Batch) error { return batch.Send(ctx, adding(account, "Three")) }), "a batch without Finish")
	require.Equal(t, 3, count(t, t.Context(), db, account), "a batch without Finish is committed too")
}

func TestBatch_IsRolledBackAfterAFailure(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{MaxConnections: 1})
	account := newAccount(t, db)
	require.NoError(t, db.Batch(t.Context(), account, func(ctx context.Context, batch pg.Batch) error { return batch.Finish(ctx, adding(account, "Taken")) }))
	failure := errors.New("it will not")
	misspelt := pg.Statement{SQL: "SELEKT 1", Prepared: true}
	ran := false
	behind := pg.Statement{SQL: "SELECT 1", Take: func(pg.Row) { ran = true }}
	for title, work := range map[string]func(context.Context, pg.Batch) error{
		"an error before anything was sent": func(context.Context, pg.Batch) error { return failure },
		"an error after a statement": func(ctx context.Context, batch pg.Batch) error {
			return errors.Join(batch.Send(ctx, adding(account, "New")), failure)
		},
		"a failed statement": func(ctx context.Context, batch pg.Batch) error {
			return batch.Send(ctx, adding(account, "New"), adding(account, "Taken"), behind)
		},
		"a failed statement of Finish": func(ctx context.Context, batch pg.Batch) error {
			return batch.Finish(ctx, adding(account, "New"), adding(account, "Taken"), behind)
		},
		"an ignored failure before Finish": func(ctx context.Context, batch pg.Batch) error {
			_ = batch.Send(ctx, adding(account, "New"), adding(account, "Taken"))
			return batch.Finish(ctx, behind)
		},
		"an ignored failure without Finish": func(ctx context.Context, batch pg.Batch) error {
			_ = batch.Send(ctx, adding(account, "New"), adding(account, "Taken"))
			return nil
		},
		"a canceled statement": func(ctx context.Context, batch pg.Batch) error {
			over, give := context.WithCancel(ctx)
			give()
			_ = batch.Send(over, adding(account, "New"))
			return batch.Send(ctx, adding(account, "New"))
		},
		"a statement that cannot be parsed": func(ctx context.Context, batch pg.Batch) error {
			return errors.Join(batch.Send(ctx, adding(account, "New")), batch.Finish(ctx, misspelt))
		},
		"a first statement that cannot be parsed": func(ctx context.Context, batch pg.Batch) error { return batch.Send(ctx, misspelt) },
	} {
		for range 3 { // more often than there are connections: each is released in a usable state
			require.Error(t, db.Batch(t.Context(), account, func(ctx context.Context, batch pg.Batch) error {
				batch.AfterCommit(func() { t.Error("AfterCommit ran without a commit: " + title) })
				return work(ctx, batch)
			}), title)
			require.Equal(t, 1, count(t, t.Context(), db, account), title)
		}
	}
	require.False(t, ran, "a statement after the failed one must not run")
	err := db.Batch(t.Context(), account, func(ctx context.Context, batch pg.Batch) error { return batch.Finish(ctx, adding(account, "Taken")) })
	require.True(t, pg.Violates(err, "organizations_name_key"))
	require.EqualValues(t, 0, db.Pool().Stat().AcquiredConns())
}

func TestBatch_RefusesMisuse(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	require.Error(t, db.Batch(t.Context(), account, func(ctx context.Context, batch pg.Batch) error { return db.Read(ctx, account, readNothing) }), "the transaction may not have begun yet")
	require.Error(t, db.Batch(t.Context(), account, func(ctx context.Context, batch pg.Batch) error { return db.Write(ctx, account, nothing) }))
	require.Error(t, db.Batch(t.Context(), account, func(ctx context.Context, batch pg.Batch) error {
		return errors.Join(batch.Finish(ctx), batch.Send(ctx, adding(account, "Late")))
	}))
	require.Error(t, db.Batch(t.Context(), account, func(ctx context.Context, batch pg.Batch) error { return batch.Finish(ctx, adding(id.New(), "Foreign")) }), "row-level security")
	require.Zero(t, count(t, t.Context(), db, account))
}

func TestBatch_JoinsAnEnclosure(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	ctx, enclosure := db.WithEnclosure(t.Context(), account, nothing)
	add := func(name string) error {
		return db.Batch(ctx, account, func(ctx context.Context, batch pg.Batch) error { return batch.Finish(ctx, adding(account, name)) })
	}
	require.NoError(t, add("One"))
	require.True(t, pg.Violates(add("One"), "organizations_name_key"), "a write that fails")
	require.NoError(t, add("Two"), "does not fail the enclosure")
	require.Equal(t, 2, count(t, ctx, db, account))
	require.Zero(t, count(t, t.Context(), db, account), "nothing is committed yet")
	require.NoError(t, enclosure.Commit(func(ctx context.Context, tx pg.Tx) error { return tx.Send(ctx, adding(account, "Last")) }))
	require.Equal(t, 3, count(t, t.Context(), db, account))
}

func TestBatch_RetriesAfterADeadlock(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	require.NoError(t, db.Batch(t.Context(), account, func(ctx context.Context, batch pg.Batch) error {
		return batch.Finish(ctx, adding(account, "a"), adding(account, "b"))
	}))
	locking := func(name string) pg.Statement {
		return pg.Statement{SQL: "SELECT FROM organizations WHERE name = $1 FOR UPDATE", Arguments: []pg.Argument{pg.Text(name)}}
	}
	var met, group sync.WaitGroup // both hold their first row before either asks for its second
	met.Add(2)
	for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		group.Go(func() {
			there := sync.OnceFunc(met.Done)
			defer there() // if this one fails first, the other must not keep waiting
			err := db.Batch(t.Context(), account, func(ctx context.Context, batch pg.Batch) error {
				if err := batch.Send(ctx, locking(order[0])); err != nil {
					return err
				}
				there()
				met.Wait()
				return batch.Finish(ctx, locking(order[1]))
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

// The connection is lost while Finish's statements run, including the commit: it is unknown whether the commit
// succeeded, so the error is UNAVAILABLE.
func TestBatch_LostCommitResponseIsUnavailable(t *testing.T) {
	t.Parallel()
	url := dbtest.Database(t)
	db, err := pg.Open(t.Context(), url, pg.Options{MaxConnections: 1})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	operator, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = operator.Close(context.Background()) })
	account := newAccount(t, db)
	written := make(chan error, 1)
	go func() {
		written <- db.Batch(t.Context(), account, func(ctx context.Context, batch pg.Batch) error {
			return batch.Finish(ctx, adding(account, "One"), pg.Statement{SQL: "SELECT pg_sleep(60) AS ended"})
		})
	}()
	require.Eventually(t, func() bool {
		var ended bool
		err := operator.QueryRow(t.Context(), `SELECT coalesce(bool_or(pg_terminate_backend(pid)), false) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' AND query LIKE '%pg_sleep(60)%'`).Scan(&ended)
		return err == nil && ended
	}, 10*time.Second, 10*time.Millisecond)
	require.Equal(t, apperr.Unavailable, apperr.CodeOf(<-written))
	require.Zero(t, count(t, t.Context(), db, account), "another connection is opened")
}

// A plan made for a table of one row, in which any index is as good, is not kept for long when the table has grown:
// then rows are found by their key.
func TestBatch_PlansAreRenewed(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{MaxConnections: 1, PlanLife: time.Nanosecond})
	account := newAccount(t, db)
	read := func(ids ...uuid.UUID) (rows int) {
		require.NoError(t, db.Batch(t.Context(), account, func(ctx context.Context, batch pg.Batch) error {
			rowsRead := func(sign int) pg.Statement {
				return pg.Statement{
					SQL:  "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'organizations'",
					Take: func(row pg.Row) { rows += sign * row.Int(0) },
				}
			}
			found := 0
			err := batch.Finish(ctx, rowsRead(-1), pg.Statement{
				SQL:       "SELECT o.name FROM unnest($2::uuid[]) AS wanted (id) JOIN organizations o ON o.account_id = $1 AND o.id = wanted.id",
				Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(ids)}, Take: func(pg.Row) { found++ }, Prepared: true,
			}, rowsRead(1))
			require.Equal(t, len(ids), found)
			return err
		}))
		return rows
	}
	made := func(count int) []uuid.UUID {
		ids := make([]uuid.UUID, count)
		for i := range ids {
			ids[i] = id.New()
		}
		require.NoError(t, db.Batch(t.Context(), account, func(ctx context.Context, batch pg.Batch) error {
			return batch.Finish(ctx, pg.Statement{
				SQL:       "INSERT INTO organizations (account_id, id, name, folded) SELECT $1, made, made::text, made::text FROM unnest($2::uuid[]) AS made",
				Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(ids)},
			})
		}))
		return ids
	}
	require.Equal(t, 1, read(made(1)...))
	require.Equal(t, 3, read(made(20_000)[:3]...))
}

func TestStatement_Values(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	many := make([]uuid.UUID, 1000)
	for i := range many {
		many[i] = id.New()
	}
	for _, ids := range [][]uuid.UUID{nil, {}, many[:1], many} {
		found := []uuid.UUID{}
		var empty, null bool
		var text, bytes string
		require.NoError(t, db.Batch(t.Context(), uuid.Nil, func(ctx context.Context, batch pg.Batch) error {
			return batch.Send(ctx,
				pg.Statement{SQL: "SELECT unnest($1::uuid[])", Arguments: []pg.Argument{pg.UUIDs(ids)}, Take: func(row pg.Row) { found = append(found, row.UUID(0)) }},
				pg.Statement{
					SQL: "SELECT $1::uuid[] = '{}', $2::text IS NULL, $3::text, $4::text, NULL", Arguments: []pg.Argument{pg.UUIDs(ids), nil, pg.Text("Ünï\"'"), pg.Text("")},
					Take: func(row pg.Row) {
						empty, null, text, bytes = row.Boolean(0), row.Boolean(1), row.Text(2), row.Text(3)
						require.True(t, row.Null(4))
						require.False(t, row.Null(3))
					},
				})
		}))
		require.Equal(t, append([]uuid.UUID{}, ids...), found)
		require.Equal(t, []any{len(ids) == 0, true, "Ünï\"'", ""}, []any{empty, null, text, bytes})
	}
}

// A plan cached while a table is small must still find rows by their key when the table has grown.
func TestBatch_PlansFindRowsByKey(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{MaxConnections: 1})
	account := newAccount(t, db)
	settings := func(into map[string]string) pg.Statement {
		return pg.Statement{
			SQL: `SELECT name, setting FROM pg_settings
				WHERE name IN ('plan_cache_mode', 'enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'enable_material')`,
			Take: func(row pg.Row) { into[row.Text(0)] = row.Text(1) },
		}
	}
	during := map[string]string{}
	require.NoError(t, db.Batch(t.Context(), account, func(ctx context.Context, batch pg.Batch) error { return batch.Finish(ctx, settings(during)) }))
	require.Equal(t, map[string]string{
		"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off", "enable_material": "off",
	}, during)

	afterwards := map[string]string{}
	require.NoError(t, db.Read(t.Context(), account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.Send(ctx, settings(afterwards))
	}))
	require.Equal(t, "on", afterwards["enable_seqscan"], "the settings end with the transaction")
}

package pg_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/pg"
)

func TestStatement_Rows(t *testing.T) {
	t.Parallel()
	db, err := pg.Open(t.Context(), dbtest.Database(t), pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	read := func(statement string, take func(pg.Row)) error {
		return db.Read(t.Context(), uuid.New(), func(ctx context.Context, tx pg.ReadTx) error {
			return tx.Send(ctx, pg.Statement{SQL: statement, Take: take})
		})
	}

	t.Run("reads each type as it was written", func(t *testing.T) {
		t.Parallel()
		rows := 0
		require.NoError(t, read(`SELECT '01890a5d-ac96-774b-bcce-b302099a8057'::uuid, 'Müller', true, false, (-5)::bigint, -6`, func(row pg.Row) {
			rows++
			require.Equal(t, uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8057"), row.UUID(0))
			require.Equal(t, "Müller", row.Text(1))
			require.True(t, row.Boolean(2))
			require.False(t, row.Boolean(3))
			require.Equal(t, -5, row.Int(4))
			require.Equal(t, -6, row.Int(5))
		}))
		require.Equal(t, 1, rows)
	})
	t.Run("distinguishes NULL from empty values", func(t *testing.T) {
		t.Parallel()
		require.NoError(t, read("SELECT NULL::text, ''", func(row pg.Row) {
			require.True(t, row.Null(0))
			require.False(t, row.Null(1))
			require.Empty(t, row.Text(1))
		}))
	})
	t.Run("reuses the memory of a row for the next one", func(t *testing.T) {
		t.Parallel()
		var texts []string
		require.NoError(t, read("SELECT repeat(n::text, 3) FROM generate_series(1, 3) n", func(row pg.Row) { texts = append(texts, row.Text(0)) }))
		require.Equal(t, []string{"111", "222", "333"}, texts)
	})
	t.Run("passes arguments", func(t *testing.T) {
		t.Parallel()
		one, two := uuid.New(), uuid.New()
		for _, given := range [][]uuid.UUID{nil, {one}, {one, two}} {
			found := []uuid.UUID{}
			require.NoError(t, db.Read(t.Context(), uuid.New(), func(ctx context.Context, tx pg.ReadTx) error {
				return tx.Send(ctx, pg.Statement{
					SQL: "SELECT unnest($1::uuid[]), $2::uuid", Arguments: []pg.Argument{pg.UUIDs(given), pg.UUID(two)}, Prepared: len(given) > 0,
					Take: func(row pg.Row) {
						found = append(found, row.UUID(0))
						require.Equal(t, two, row.UUID(1))
					},
				})
			}))
			require.Equal(t, append([]uuid.UUID{}, given...), found)
		}
	})
	t.Run("returns errors before and between rows", func(t *testing.T) {
		t.Parallel()
		require.ErrorContains(t, read("SELECT nothing", func(pg.Row) {}), "nothing")
		require.ErrorContains(t, read("SELECT 1 / (3 - n) FROM generate_series(1, 5) n", func(pg.Row) {}), "division by zero")
	})
	t.Run("sees the transaction's settings", func(t *testing.T) {
		t.Parallel()
		account, seen := uuid.New(), ""
		require.NoError(t, db.Read(t.Context(), account, func(ctx context.Context, tx pg.ReadTx) error {
			return tx.Send(ctx, pg.Statement{
				SQL:  "SELECT current_setting('app.account_id') || current_setting('transaction_isolation') || current_setting('transaction_read_only')",
				Take: func(row pg.Row) { seen = row.Text(0) },
			})
		}))
		require.Equal(t, account.String()+"repeatable read"+"on", seen)
	})
}

func TestStatement_StalePreparedStatementsAreRenewed(t *testing.T) {
	t.Parallel()
	url := dbtest.Database(t)
	db, err := pg.Open(t.Context(), url, pg.Options{MaxConnections: 1})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	admin, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, admin.Close(context.WithoutCancel(t.Context()))) })
	change := func(statement string) {
		t.Helper()
		_, err := admin.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	change("CREATE TABLE prepared (value text); GRANT SELECT ON prepared TO public; INSERT INTO prepared VALUES ('7')")

	backend := 0
	read := func() error {
		return db.Read(t.Context(), uuid.New(), func(ctx context.Context, tx pg.ReadTx) error {
			return tx.Send(ctx, pg.Statement{
				SQL: "SELECT value, pg_backend_pid()::bigint FROM prepared WHERE $1 <> $1::uuid OR true", Arguments: []pg.Argument{pg.UUID(uuid.New())},
				Take: func(row pg.Row) { backend = row.Int(1) }, Prepared: true,
			})
		})
	}
	for title, breaks := range map[string]func(){
		"a migration changes its columns": func() { change("ALTER TABLE prepared ALTER value TYPE bigint USING value::bigint") },
		"it was discarded": func() {
			require.NoError(t, db.Read(t.Context(), uuid.New(), func(ctx context.Context, tx pg.ReadTx) error {
				_, err := tx.NewRaw("DEALLOCATE ALL").Exec(ctx)
				return err
			}))
		},
	} {
		require.NoError(t, read())
		before := backend
		require.NoError(t, read())
		require.Equal(t, before, backend, title)
		breaks()
		require.Error(t, read(), title)
		require.NoError(t, read(), title)
		require.NotEqual(t, before, backend, title)
	}
}

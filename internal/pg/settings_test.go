package pg_test

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/migrations"
)

// sessionOf reads the settings of one of the program's connections.
func sessionOf(t *testing.T, db *pg.DB) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, db.Read(t.Context(), newAccount(t, db), func(ctx context.Context, tx pg.ReadTx) error {
		var rows []struct{ Name, Setting string }
		defer func() {
			for _, row := range rows {
				found[row.Name] = row.Setting
			}
		}()
		return tx.NewRaw("SELECT name, setting FROM pg_settings WHERE name IN (?)", bun.List(slices.Collect(maps.Keys(dbtest.HostileSettings)))).Scan(ctx, &rows)
	}))
	require.Len(t, found, len(dbtest.HostileSettings))
	return found
}

func TestOpen_OverridesSettingsOfDatabaseRoleAndURL(t *testing.T) {
	t.Parallel()
	want := sessionOf(t, open(t, pg.Options{}))
	database := dbtest.Empty(t)
	dbtest.SetHostile(t, database)
	require.NoError(t, migrations.Up(t.Context(), database))
	for _, address := range []string{"", "?standard_conforming_strings=off&timezone=Asia/Tokyo&search_path=planted", "?options=-c%20standard_conforming_strings%3Doff"} {
		parsed, err := url.Parse(database)
		require.NoError(t, err)
		query := parsed.Query()
		if more, err := url.ParseQuery(strings.TrimPrefix(address, "?")); err == nil {
			maps.Copy(query, more)
		}
		parsed.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20")
		db, err := pg.Open(t.Context(), parsed.String(), pg.Options{})
		require.NoError(t, err)
		require.Equal(t, want, sessionOf(t, db), address)
		db.Close()
	}
}

func TestOpen_TemporaryTablesDoNotShadowTables(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	conn, err := pgx.Connect(t.Context(), db.Pool().Config().ConnString())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	var path string
	require.NoError(t, db.Write(t.Context(), account, func(ctx context.Context, tx pg.Tx) error {
		return tx.NewRaw("SHOW search_path").Scan(ctx, &path)
	}))
	_, err = conn.Exec(t.Context(), "SET search_path = "+path+"; CREATE TEMPORARY TABLE accounts (id uuid)")
	require.NoError(t, err)
	var found int
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM accounts").Scan(&found))
	require.Equal(t, 1, found, "the schema's table, not the temporary one")
}

func TestOpen_RefusesUnsupportedDatabaseSettings(t *testing.T) {
	t.Parallel()
	t.Run("another encoding", func(t *testing.T) {
		t.Parallel()
		for _, encoding := range []string{"LATIN1", "SQL_ASCII"} {
			database := dbtest.Encoded(t, encoding)
			for _, open := range []func() error{
				func() error { return migrations.Up(t.Context(), database) },
				func() error { _, err := pg.Open(t.Context(), database, pg.Options{}); return err },
			} {
				require.ErrorContains(t, open(), encoding+", and names of organizations need UTF8: create another one with CREATE DATABASE")
			}
		}
	})
	t.Run("disabled triggers, also while the program runs", func(t *testing.T) {
		t.Parallel()
		database := dbtest.Database(t)
		db, err := pg.Open(t.Context(), database, pg.Options{})
		require.NoError(t, err)
		defer db.Close()
		conn, err := pgx.Connect(t.Context(), database)
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), "ALTER DATABASE "+pgx.Identifier{conn.Config().Database}.Sanitize()+" SET session_replication_role = replica")
		require.NoError(t, err)
		require.NoError(t, conn.Close(t.Context()))
		_, err = pg.Open(t.Context(), database, pg.Options{})
		require.ErrorContains(t, err, "RESET session_replication_role")
		db.Pool().Reset()
		require.ErrorContains(t, db.Ping(t.Context()), "RESET session_replication_role")
	})
}

// nastyTexts would end a literal, an identifier or a statement if they were pasted into SQL.
var nastyTexts = []string{
	`'`, `''`, `\`, `\'`, `\\'`, `\'||(SELECT current_user)||\'`, `'||(SELECT current_user)||'`, `$1`, `$$`, `$1$`, `?`, `?0`, `??`, `"`, `--`, `/*`, `;`, `E'\''`,
	"U&'\\0041'", "line\nbreak", "\u2028", "\u200b", "😀", `{}`, `{"a":1}`, `NULL`, `%`, `_`, `:=`, `::text`, "\x01", "x\x7f",
}

func TestValues_RoundTrip(t *testing.T) {
	t.Parallel()
	database := dbtest.Database(t)
	dbtest.SetHostile(t, database)
	db, err := pg.Open(t.Context(), database, pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	account := newAccount(t, db)
	require.NoError(t, db.Read(t.Context(), account, func(ctx context.Context, tx pg.ReadTx) error {
		for _, text := range nastyTexts {
			var asText, inList, inBytes, inArray string
			require.NoError(t, tx.NewRaw("SELECT ?::text, (SELECT max(x) FROM unnest(ARRAY[?]) AS x), encode(?::bytea, 'escape'), (?::text[])[2]",
				text, bun.List([]string{text, text}), []byte("plain"), pg.List([]string{"", text})).Scan(ctx, &asText, &inList, &inBytes, &inArray), text)
			require.Equal(t, []string{text, text, "plain", text}, []string{asText, inList, inBytes, inArray})
			var rows string
			composed := tx.NewSelect().ColumnExpr("?::text", text).Where("?::text = ?", text, text)
			require.NoError(t, tx.Send(ctx, pg.Composed(composed, func(row pg.Row) { rows = row.Text(0) })))
			require.Equal(t, text, rows)
		}
		return nil
	}))
	for _, send := range []func(context.Context, pg.ReadTx) error{
		func(ctx context.Context, tx pg.ReadTx) error {
			return tx.NewRaw("SELECT ?::text", "a\x00b").Scan(ctx, new(string))
		},
		func(ctx context.Context, tx pg.ReadTx) error {
			_, err := tx.NewRaw("SELECT ?::text", "a\x00b").Exec(ctx)
			return err
		},
		func(ctx context.Context, tx pg.ReadTx) error {
			return tx.Send(ctx, pg.Composed(tx.NewSelect().ColumnExpr("?::text", "a\x00b"), nil))
		},
	} {
		err := db.Read(t.Context(), account, send)
		var refused *apperr.Error
		require.ErrorAs(t, err, &refused)
		require.Equal(t, apperr.BadUserInput, refused.Code)
	}
}

package pg_test

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/pg"
)

func TestArgument_RoundTrips(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	ask := func(statement string, take func(pg.Row), arguments ...pg.Argument) {
		t.Helper()
		for _, prepared := range []bool{false, true} {
			rows := 0
			require.NoError(t, db.Across(t.Context(), pg.Statement{
				SQL: statement, Arguments: arguments, Prepared: prepared, Take: func(row pg.Row) { rows++; take(row) },
			}))
			require.Positive(t, rows)
		}
	}
	for _, number := range []int64{0, 1, -1, math.MaxInt64, math.MinInt64} {
		ask("SELECT $1::bigint", func(row pg.Row) { require.EqualValues(t, number, row.Int(0)) }, pg.Int(number))
	}
	for _, number := range []float64{0, 0.1, -3e300, math.SmallestNonzeroFloat64} {
		ask("SELECT $1::float8", func(row pg.Row) { require.Equal(t, number, row.Float(0)) }, pg.Float(number)) //nolint:testifylint // exact to the last bit
	}
	ask("SELECT $1::text IS NULL", func(row pg.Row) { require.True(t, row.Boolean(0)) }, nil)

	for _, texts := range [][]string{{""}, {"a", "", "b"}, nastyTexts} {
		var back []string
		ask("SELECT unnest($1::text[])", func(row pg.Row) { back = append(back, row.Text(0)) }, pg.Texts(texts))
		require.Equal(t, append(append([]string{}, texts...), texts...), back, "sending an argument twice gives the same result")
		back = nil
		ask("SELECT unnest($1::bytea[])", func(row pg.Row) { back = append(back, row.Text(0)) }, pg.Hashes(texts, 1))
		require.Equal(t, append(append([]string{}, texts...), texts...), back)
	}
	one, empty := "one", ""
	var back []string
	ask("SELECT coalesce(x, 'NULL') FROM unnest($1::text[]) AS x", func(row pg.Row) { back = append(back, row.Text(0)) }, pg.OptionalTexts([]*string{nil, &one, &empty, nil}))
	require.Equal(t, []string{"NULL", "one", "", "NULL", "NULL", "one", "", "NULL"}, back)
	ask("SELECT cardinality($1::text[]) + cardinality($2::text[])", func(row pg.Row) { require.Equal(t, []byte{0, 0, 0, 0}, row[0]) }, pg.Texts(nil), pg.OptionalTexts(nil))
}

// Across must not see rows of any account, whatever transaction the context belongs to.
func TestAcross_SeesNoRows(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	require.NoError(t, db.Write(t.Context(), account, func(ctx context.Context, tx pg.Tx) error {
		require.NoError(t, addOrganization(ctx, tx, account, "Acme"))
		return db.Across(ctx, pg.Statement{
			SQL: "SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM organizations), current_setting('app.account_id', true)",
			Take: func(row pg.Row) {
				require.Equal(t, []any{0, true}, []any{row.Int(0), row.Null(1) || row.Text(1) == ""})
			},
		})
	}))
}

package pg_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/pg"
)

type color string

// sample has a field of every supported type.
type sample struct {
	bun.BaseModel `bun:"table:samples,alias:s"`

	ID         uuid.UUID `bun:",pk"`
	ParentID   *uuid.UUID
	Name       string
	Nickname   *string
	Color      color
	OtherColor *color `bun:"second_color"`
	Active     bool
	Spare      *bool
	Small      int
	Count      int
	Least      *int
	Sequence   int64
	Before     *int64
	At         time.Time
	Until      *time.Time
	Joined     string `bun:",scanonly"`
	hidden     string
}

const (
	sampleNames = "id, parent_id, name, nickname, color, second_color, active, spare, small, count, least, sequence, before, at, until"
	fullSample  = `SELECT '01890a5d-ac96-774b-bcce-b302099a8057'::uuid, '01890a5d-ac96-774b-bcce-b302099a8058'::uuid, 'Müller', 'Mü', 'red', 'blue', true, false,
		(-1)::smallint, -2, 3, (-4)::bigint, 5::bigint, '2026-05-01 09:30:00.123456+02'::timestamptz, '1999-12-31 23:59:59Z'::timestamptz`
	bareSample = `SELECT '01890a5d-ac96-774b-bcce-b302099a8057'::uuid, NULL::uuid, 'Müller', NULL, 'red', NULL, true, NULL::boolean,
		1::smallint, 2, NULL::integer, 4::bigint, NULL::bigint, '2026-05-01 07:30:00Z'::timestamptz, NULL::timestamptz`
)

func newReading(t *testing.T) (read func(statement string, take func(pg.Row)) error) {
	t.Helper()
	db, err := pg.Open(t.Context(), dbtest.Database(t), pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return func(statement string, take func(pg.Row)) error {
		return db.Read(t.Context(), uuid.New(), func(ctx context.Context, tx pg.ReadTx) error {
			return tx.Send(ctx, pg.Statement{SQL: statement, Take: take})
		})
	}
}

func TestColumns_MatchTheModel(t *testing.T) {
	t.Parallel()
	columns := pg.ColumnsOf[sample]()
	require.Equal(t, sampleNames, columns.Names())
	require.Equal(t, "x."+strings.ReplaceAll(sampleNames, ", ", ", x."), columns.In("x"))
}

func TestColumns_ReadEachType(t *testing.T) {
	t.Parallel()
	read := newReading(t)
	columns := pg.ColumnsOf[sample]()
	first := time.Date(2026, 5, 1, 7, 30, 0, 0, time.UTC)
	full := sample{
		ID: uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8057"), ParentID: new(uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8058")),
		Name: "Müller", Nickname: new("Mü"), Color: "red", OtherColor: new(color("blue")), Active: true, Spare: new(false),
		Small: -1, Count: -2, Least: new(3), Sequence: -4, Before: new(int64(5)), At: first.Add(123456 * time.Microsecond), Until: new(time.Date(1999, 12, 31, 23, 59, 59, 0, time.UTC)),
	}
	bare := sample{ID: full.ID, Name: "Müller", Color: "red", Active: true, Small: 1, Count: 2, Sequence: 4, At: first}
	for statement, want := range map[string]sample{fullSample: full, bareSample: bare} {
		rows := 0
		reader := columns.Reader()
		require.NoError(t, read(statement+", 7, 'behind'", func(row pg.Row) {
			rows++
			var one sample
			for _, behind := range []pg.Row{columns.Read(row, &one), row[15:]} {
				require.Equal(t, 7, behind.Int(0))
				require.Equal(t, "behind", behind.Text(1))
			}
			require.Equal(t, want, one)
			for range 2 { // the texts of the second equal those of the first
				one, behind := reader.Next(row)
				require.Equal(t, want, *one)
				require.Equal(t, 7, behind.Int(0))
			}
		}))
		require.Equal(t, 1, rows)
	}
}

// A LEFT JOIN without a match reads as the zero entity.
func TestColumns_ReadNullAsZero(t *testing.T) {
	t.Parallel()
	one := sample{hidden: "stays"}
	pg.ColumnsOf[sample]().Read(make(pg.Row, 15), &one)
	require.Equal(t, sample{hidden: "stays"}, one)
}

func TestReader_KeepsEachEntity(t *testing.T) {
	t.Parallel()
	type number struct {
		N    int
		Text string
		Same string
	}
	var numbers []*number
	reader := pg.ColumnsOf[number]().Reader()
	require.NoError(t, newReading(t)("SELECT n, repeat(n::text, n::int), 'same' FROM generate_series(0::bigint, 700) n", func(row pg.Row) {
		one, _ := reader.Next(row)
		numbers = append(numbers, one)
	}))
	require.Len(t, numbers, 701)
	for n, one := range numbers {
		require.Equal(t, number{n, strings.Repeat(strconv.Itoa(n), n), "same"}, *one)
	}
}

func TestColumns_PanicNamesTheUnsupportedField(t *testing.T) {
	t.Parallel()
	type odd struct {
		ID    uuid.UUID
		Parts []string
	}
	columns := pg.ColumnsOf[odd]()
	require.Equal(t, "id, parts", columns.Names())
	require.PanicsWithValue(t, "pg: nothing reads a column into pg_test.odd.Parts", func() { columns.Read(make(pg.Row, 2), new(odd)) })
}

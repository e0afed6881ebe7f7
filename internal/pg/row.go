package pg

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Row is one row as Postgres sends it, in the binary form of each type. It is only good until the next one.
type Row [][]byte

// Rows runs a statement in the transaction that ctx belongs to and hands over each row. It is for the few statements that
// bring hundreds of rows for a page: to find out by reflection where each value goes would cost more than all else.
func Rows(ctx context.Context, statement string, take func(Row)) error {
	outer := transactionFrom(ctx)
	if outer == nil {
		panic("pg: Rows outside a transaction")
	}
	ctx, end := sent(ctx, outer.conn, statement)
	reader := outer.conn.PgConn().ExecParams(ctx, statement, nil, nil, nil, []int16{pgx.BinaryFormatCode})
	for reader.NextRow() {
		take(Row(reader.Values()))
	}
	_, err := reader.Close()
	end(err)
	return err
}

// UUID is the value of a column of that type.
func (r Row) UUID(column int) uuid.UUID { return uuid.UUID(r[column]) }

// Text is the value of a column of that type.
func (r Row) Text(column int) string { return string(r[column]) }

// TextLike is Text, without making the same text again where it is that of the row before.
func (r Row) TextLike(column int, before string) string {
	if string(r[column]) == before {
		return before
	}
	return string(r[column])
}

// Boolean is the value of a column of that type.
func (r Row) Boolean(column int) bool { return r[column][0] != 0 }

// Int is the value of a bigint column.
func (r Row) Int(column int) int {
	return int(binary.BigEndian.Uint64(r[column])) //nolint:gosec // two's complement on both sides
}

// postgresEpoch is where Postgres' times begin, which count microseconds.
const postgresEpoch = 946_684_800 * 1_000_000

// Time is the value of a timestamptz column, in UTC.
func (r Row) Time(column int) time.Time {
	return time.UnixMicro(int64(r.Int(column)) + postgresEpoch).UTC()
}

package pg

import (
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Row is one row as Postgres sends it, in the binary form of each type. It is only good until the next one.
type Row [][]byte

// Rows runs a statement in the transaction that ctx belongs to and hands over each row. It is for the few statements that
// bring hundreds of rows for a page: to find out by reflection where each value goes would cost more than all else. One with
// arguments is prepared, once a connection: its text is one of few, and it needs no plan for the very values. One that bun has
// written is planned for its values.
func Rows(ctx context.Context, statement string, take func(Row), arguments ...Argument) error {
	outer := transactionFrom(ctx)
	if outer == nil {
		panic("pg: Rows outside a transaction")
	}
	text, values, err := bind(statement)
	if err != nil {
		return err
	}
	ctx, end := sent(ctx, outer.conn, text)
	if len(arguments) == 0 {
		err = taken(outer.conn.PgConn().ExecParams(ctx, text, textArguments(values), nil, nil, binaryFormat), take)
	} else {
		err = rows(ctx, outer.conn, text, take, arguments)
	}
	end(err)
	return err
}

// rows runs a statement that is prepared.
func rows(ctx context.Context, conn *pgx.Conn, statement string, take func(Row), arguments []Argument) error {
	prepared, err := conn.Prepare(ctx, statement, statement)
	if err != nil {
		return err
	}
	return noneStale(conn, taken(conn.PgConn().ExecStatement(ctx, prepared, valuesOf(arguments), binaryFormat, binaryFormat), take))
}

func taken(reader *pgconn.ResultReader, take func(Row)) error {
	for reader.NextRow() {
		take(Row(reader.Values()))
	}
	_, err := reader.Close()
	return err
}

// noneStale hands on the error that prepared statements ended with. One that is none any more, because a migration changed what
// it gives or somebody discarded it, costs its connection: the next one prepares it anew.
func noneStale(conn *pgx.Conn, err error) error {
	const featureNotSupported, invalidStatementName = "0A000", "26000"
	var refused *pgconn.PgError
	if errors.As(err, &refused) && (refused.Code == featureNotSupported || refused.Code == invalidStatementName) {
		abandon(conn.PgConn())
	}
	return err
}

// Null tells whether the column has no value.
func (r Row) Null(column int) bool { return r[column] == nil }

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

// TextIn is Text, kept among other texts.
func (r Row) TextIn(column int, texts *Texts) string { return texts.keep(r[column]) }

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

// Slab hands out values that lie side by side, a few dozen to an allocation. All of them stay in memory for as long as one does: it is
// for what is thrown away together.
type Slab[T any] struct {
	free []T
	next int // how many the next allocation has
}

// largestSlab is how many values an allocation has at most.
const largestSlab = 128

// New is the next value, as its type has it at first.
func (s *Slab[T]) New() *T {
	if len(s.free) == 0 {
		s.next = min(max(2*s.next, 8), largestSlab)
		s.free = make([]T, s.next)
	}
	made := &s.free[0]
	s.free = s.free[1:]
	return made
}

// Texts keeps texts side by side, as a Slab does values.
type Texts struct{ pieces strings.Builder }

// The pieces that texts are cut from, in bytes.
const (
	smallestPiece = 256
	largestPiece  = 4 << 10
)

func (t *Texts) keep(text []byte) string {
	if room := t.pieces.Cap() - t.pieces.Len(); room < len(text) {
		size := min(max(2*t.pieces.Cap(), smallestPiece), largestPiece)
		t.pieces.Reset() // what was cut from it stays as it is
		t.pieces.Grow(max(size, len(text)))
	}
	start := t.pieces.Len()
	t.pieces.Write(text)
	return t.pieces.String()[start:]
}

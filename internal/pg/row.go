package pg

import (
	"encoding/binary"
	"math"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Row is one row as Postgres sends it, in the binary form of each type. It is only good until the next one.
type Row [][]byte

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
func (r Row) TextIn(column int, texts *TextSlab) string { return texts.keep(r[column]) }

// Boolean is the value of a column of that type.
func (r Row) Boolean(column int) bool { return r[column][0] != 0 }

// Int is the value of a bigint column.
func (r Row) Int(column int) int {
	return int(binary.BigEndian.Uint64(r[column])) //nolint:gosec // two's complement on both sides
}

// Float is the value of a double precision column.
func (r Row) Float(column int) float64 {
	return math.Float64frombits(binary.BigEndian.Uint64(r[column]))
}

// Transaction is the value of an xid column.
func (r Row) Transaction(column int) uint32 { return binary.BigEndian.Uint32(r[column]) }

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

// TextSlab keeps texts side by side, as a Slab does values.
type TextSlab struct{ pieces strings.Builder }

// The pieces that texts are cut from, in bytes.
const (
	smallestPiece = 256
	largestPiece  = 4 << 10
)

func (t *TextSlab) keep(text []byte) string {
	if room := t.pieces.Cap() - t.pieces.Len(); room < len(text) {
		size := min(max(2*t.pieces.Cap(), smallestPiece), largestPiece)
		t.pieces.Reset() // what was cut from it stays as it is
		t.pieces.Grow(max(size, len(text)))
	}
	start := t.pieces.Len()
	t.pieces.Write(text)
	return t.pieces.String()[start:]
}

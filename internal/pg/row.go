package pg

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/google/uuid"
)

// Row is one row as Postgres sends it, in the binary form of each type. It is valid only until the next row.
type Row [][]byte

// Null reports whether the column is NULL.
func (r Row) Null(column int) bool { return r[column] == nil }

// UUID returns the value of a uuid column.
func (r Row) UUID(column int) uuid.UUID { return uuid.UUID(r[column]) }

// Text returns the value of a text column.
func (r Row) Text(column int) string { return string(r[column]) }

// Boolean returns the value of a boolean column.
func (r Row) Boolean(column int) bool { return booleanOf(r[column]) }

// Int returns the value of an integer column of any size.
func (r Row) Int(column int) int { return int(integerOf(r[column])) }

// Float returns the value of a double precision column.
func (r Row) Float(column int) float64 {
	return math.Float64frombits(binary.BigEndian.Uint64(r[column]))
}

// Time returns the value of a timestamptz column, in UTC.
func (r Row) Time(column int) time.Time { return timeOf(r[column]) }

// Transaction returns the value of an xid column.
func (r Row) Transaction(column int) uint32 { return binary.BigEndian.Uint32(r[column]) }

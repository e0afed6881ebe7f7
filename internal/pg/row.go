package pg

import (
	"encoding/binary"
	"math"

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

// Boolean is the value of a column of that type.
func (r Row) Boolean(column int) bool { return booleanOf(r[column]) }

// Int is the value of a column of a whole number.
func (r Row) Int(column int) int { return int(integerOf(r[column])) }

// Float is the value of a double precision column.
func (r Row) Float(column int) float64 {
	return math.Float64frombits(binary.BigEndian.Uint64(r[column]))
}

// Transaction is the value of an xid column.
func (r Row) Transaction(column int) uint32 { return binary.BigEndian.Uint32(r[column]) }

package pg

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// Argument is the value of a placeholder ($1) of a statement, in the binary form of its type; nil is NULL.
type Argument = []byte

// UUID returns value as a uuid.
func UUID(value uuid.UUID) Argument { return value[:] }

// Text returns value as a text.
func Text(value string) Argument { return append(Argument{}, value...) }

// Int returns value as a bigint.
func Int(value int64) Argument { return binary.BigEndian.AppendUint64(nil, uint64(value)) } //nolint:gosec // two's complement on both sides

// Float returns value as a double precision.
func Float(value float64) Argument {
	return binary.BigEndian.AppendUint64(nil, math.Float64bits(value))
}

// Time returns value as a timestamp with time zone, to the microsecond.
func Time(value time.Time) Argument { return Int(value.UnixMicro() - postgresEpoch) }

// UUIDs returns values as an array of uuid.
func UUIDs(values []uuid.UUID) Argument {
	return array(pgtype.UUIDOID, len(values), len(uuid.UUID{}), func(i int) ([]byte, bool) { return values[i][:], true })
}

// Texts returns values as an array of text.
func Texts(values []string) Argument {
	return array(pgtype.TextOID, len(values), typicalText, func(i int) (string, bool) { return values[i], true })
}

// OptionalTexts returns values as an array of text; nil elements are NULL.
func OptionalTexts(values []*string) Argument {
	return array(pgtype.TextOID, len(values), typicalText, func(i int) (string, bool) {
		if values[i] == nil {
			return "", false
		}
		return *values[i], true
	})
}

// Hashes returns values as an array of bytea. size is the approximate length of each, in bytes.
func Hashes(values []string, size int) Argument {
	return array(pgtype.ByteaOID, len(values), size, func(i int) (string, bool) { return values[i], true })
}

// typicalText is the approximate length of a text in a list, in bytes.
const typicalText = 24

// array encodes a one-dimensional array: the number of dimensions, whether any element is NULL, the element type, the
// number of elements and the index of the first; then each element with its length. value returns the i-th element, or
// false if it is NULL. An empty array has no dimensions.
func array[Value ~string | ~[]byte](element uint32, count, size int, value func(i int) (Value, bool)) Argument {
	const word, header = 4, 5
	if count == 0 {
		return appendWords(nil, 0, 0, element)
	}
	const null = 0xFFFFFFFF                                                                              // instead of a length
	to := appendWords(make(Argument, 0, header*word+count*(word+size)), 1, 0, element, uint32(count), 1) //nolint:gosec // no list here is that long
	for i := range count {
		one, is := value(i)
		if !is {
			to = appendWords(to, null)
			binary.BigEndian.PutUint32(to[word:], 1) // some element is NULL
			continue
		}
		to = append(appendWords(to, uint32(len(one))), one...) //nolint:gosec // no element here is that long
	}
	return to
}

func appendWords(to Argument, words ...uint32) Argument {
	for _, one := range words {
		to = binary.BigEndian.AppendUint32(to, one)
	}
	return to
}

// binaryFormat requests Postgres' binary form for all values.
var binaryFormat = []int16{pgx.BinaryFormatCode}

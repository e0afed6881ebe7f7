package pg

import (
	"encoding/binary"
	"math"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// Argument is a value for a placeholder ($1) of a statement, in the binary form of its type; nil is NULL.
type Argument = []byte

// UUID is an argument of that type.
func UUID(value uuid.UUID) Argument { return value[:] }

// Text is an argument of that type.
func Text(value string) Argument { return append(Argument{}, value...) }

// Int is an argument of the type bigint.
func Int(value int64) Argument { return binary.BigEndian.AppendUint64(nil, uint64(value)) } //nolint:gosec // two's complement on both sides

// Float is an argument of the type double precision.
func Float(value float64) Argument {
	return binary.BigEndian.AppendUint64(nil, math.Float64bits(value))
}

// UUIDs is an argument that is an array of them.
func UUIDs(values []uuid.UUID) Argument {
	return array(pgtype.UUIDOID, len(values), len(uuid.UUID{}), func(i int) ([]byte, bool) { return values[i][:], true })
}

// Texts is an argument that is an array of them.
func Texts(values []string) Argument {
	return array(pgtype.TextOID, len(values), typicalText, func(i int) (string, bool) { return values[i], true })
}

// OptionalTexts is an argument that is an array of texts; nil is NULL.
func OptionalTexts(values []*string) Argument {
	return array(pgtype.TextOID, len(values), typicalText, func(i int) (string, bool) {
		if values[i] == nil {
			return "", false
		}
		return *values[i], true
	})
}

// Hashes is an argument that is an array of bytea, each about as long as size.
func Hashes(values []string, size int) Argument {
	return array(pgtype.ByteaOID, len(values), size, func(i int) (string, bool) { return values[i], true })
}

// typicalText is about how many bytes a text of a list has.
const typicalText = 24

// array writes one of a single dimension: how many dimensions, whether any element is NULL, the elements' type, their number and
// that of the first; then each with its length. value gives the i-th element; false: it is NULL. One without elements has no dimension.
func array[Value ~string | ~[]byte](element uint32, count, size int, value func(i int) (Value, bool)) Argument {
	const word, header = 4, 5
	if count == 0 {
		return appendWords(nil, 0, 0, element)
	}
	const null = 0xFFFFFFFF                                                                              // in place of a length
	to := appendWords(make(Argument, 0, header*word+count*(word+size)), 1, 0, element, uint32(count), 1) //nolint:gosec // no list here comes near
	for i := range count {
		one, is := value(i)
		if !is {
			to = appendWords(to, null)
			binary.BigEndian.PutUint32(to[word:], 1) // some element is NULL
			continue
		}
		to = append(appendWords(to, uint32(len(one))), one...) //nolint:gosec // the same
	}
	return to
}

func appendWords(to Argument, words ...uint32) Argument {
	for _, one := range words {
		to = binary.BigEndian.AppendUint32(to, one)
	}
	return to
}

// binaryFormat has all values in Postgres' binary form.
var binaryFormat = []int16{pgx.BinaryFormatCode}

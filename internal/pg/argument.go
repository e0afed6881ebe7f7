package pg

import (
	"encoding/binary"
	"iter"
	"math"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// Argument is a value for a placeholder ($1) of a statement, in the binary form of its type; nil is NULL.
type Argument []byte

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
	return array(pgtype.UUIDOID, len(values), len(uuid.UUID{}), func(yield func([]byte) bool) {
		for i := range values {
			if !yield(values[i][:]) {
				return
			}
		}
	})
}

// Texts is an argument that is an array of them.
func Texts(values []string) Argument {
	return array(pgtype.TextOID, len(values), typicalText, func(yield func([]byte) bool) {
		for _, one := range values {
			if !yield([]byte(one)) {
				return
			}
		}
	})
}

// OptionalTexts is an argument that is an array of texts; nil is NULL.
func OptionalTexts(values []*string) Argument {
	return array(pgtype.TextOID, len(values), typicalText, func(yield func([]byte) bool) {
		for _, one := range values {
			var text []byte
			if one != nil {
				text = append([]byte{}, *one...)
			}
			if !yield(text) {
				return
			}
		}
	})
}

// typicalText is about how many bytes a text of a list has.
const typicalText = 24

// Hashes is an argument that is an array of bytea, each about as long as size.
func Hashes(values [][]byte, size int) Argument {
	return array(pgtype.ByteaOID, len(values), size, slices.Values(values))
}

// array writes one of a single dimension: how many dimensions, whether any element is NULL, the elements' type, their number and
// that of the first; then each with its length. One without elements has no dimension.
func array(element uint32, count, size int, values iter.Seq[[]byte]) Argument {
	const word, header = 4, 5
	if count == 0 {
		return appendWords(nil, 0, 0, element)
	}
	const null = 0xFFFFFFFF                                                                              // in place of a length
	to := appendWords(make(Argument, 0, header*word+count*(word+size)), 1, 0, element, uint32(count), 1) //nolint:gosec // no list here comes near
	for value := range values {
		if value == nil {
			to = appendWords(to, null)
			binary.BigEndian.PutUint32(to[word:], 1) // some element is NULL
			continue
		}
		to = append(appendWords(to, uint32(len(value))), value...) //nolint:gosec // the same
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

// valuesOf are arguments as pgx takes them.
func valuesOf(arguments []Argument) [][]byte {
	values := make([][]byte, len(arguments))
	for i, one := range arguments {
		values[i] = one
	}
	return values
}

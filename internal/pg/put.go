package pg

import (
	"encoding/binary"
	"reflect"
	"time"
	"unsafe"

	"github.com/google/uuid"
)

// put writes a column's value, in Postgres' binary form, to a field of the type that the put was chosen for. before is
// the same field in the previous row.
//
// A field is addressed by its offset in the struct, which reflection determines once instead of once per row. putOf
// chooses by the field's own type, so a value is never written as another type.
type put func(to, before unsafe.Pointer, value []byte, texts *textSlab)

// putOf returns the put for a field of the given type, or nil if there is none.
func putOf(field reflect.Type) put {
	switch {
	case field == reflect.TypeFor[uuid.UUID]():
		return direct(func(value []byte) uuid.UUID { return uuid.UUID(value) })
	case field == reflect.TypeFor[*uuid.UUID]():
		return optional(func(value []byte) uuid.UUID { return uuid.UUID(value) })
	case field == reflect.TypeFor[time.Time]():
		return direct(timeOf)
	case field == reflect.TypeFor[*time.Time]():
		return optional(timeOf)
	case field.Kind() == reflect.Pointer:
		return optionalOf(field.Elem().Kind())
	}
	switch field.Kind() {
	case reflect.String: // named types too: an enumeration is a text
		return putText
	case reflect.Bool:
		return direct(booleanOf)
	case reflect.Int:
		return direct(func(value []byte) int { return int(integerOf(value)) })
	case reflect.Int64:
		return direct(integerOf)
	default:
		return nil
	}
}

// optionalOf returns the put for a pointer to a type of the given kind.
func optionalOf(kind reflect.Kind) put {
	switch kind {
	case reflect.String:
		return func(to, _ unsafe.Pointer, value []byte, texts *textSlab) {
			text := texts.keep(value)
			*(**string)(to) = &text
		}
	case reflect.Bool:
		return optional(booleanOf)
	case reflect.Int:
		return optional(func(value []byte) int { return int(integerOf(value)) })
	case reflect.Int64:
		return optional(integerOf)
	default:
		return nil
	}
}

func direct[V any](decode func([]byte) V) put {
	return func(to, _ unsafe.Pointer, value []byte, _ *textSlab) { *(*V)(to) = decode(value) }
}

func optional[V any](decode func([]byte) V) put {
	return func(to, _ unsafe.Pointer, value []byte, _ *textSlab) {
		decoded := decode(value)
		*(**V)(to) = &decoded
	}
}

func putText(to, before unsafe.Pointer, value []byte, texts *textSlab) {
	if same := *(*string)(before); same == string(value) {
		*(*string)(to) = same
		return
	}
	*(*string)(to) = texts.keep(value)
}

func booleanOf(value []byte) bool { return value[0] != 0 }

// integerOf decodes a smallint, an integer or a bigint.
func integerOf(value []byte) int64 {
	switch len(value) { // two's complement on both sides
	case 2:
		return int64(int16(binary.BigEndian.Uint16(value))) //nolint:gosec // see above
	case 4:
		return int64(int32(binary.BigEndian.Uint32(value))) //nolint:gosec // see above
	}
	return int64(binary.BigEndian.Uint64(value)) //nolint:gosec // see above
}

// postgresEpoch is the start of Postgres' timestamps, in microseconds since the Unix epoch.
const postgresEpoch = 946_684_800 * 1_000_000

// timeOf decodes a timestamptz, in UTC.
func timeOf(value []byte) time.Time { return time.UnixMicro(integerOf(value) + postgresEpoch).UTC() }

package plan

import (
	"strconv"

	"github.com/99designs/gqlgen/graphql"
)

// String appends a string.
func (x *Execution) String(text string) bool {
	x.buffer = appendString(x.buffer, text)
	return true
}

// Text appends a string that appendTo appends without quotes. None of its characters may need escaping.
func (x *Execution) Text(appendTo func([]byte) []byte) bool {
	x.buffer = append(x.buffer, '"')
	x.buffer = append(appendTo(x.buffer), '"')
	return true
}

// Int appends an integer.
func (x *Execution) Int(number int) bool {
	x.buffer = strconv.AppendInt(x.buffer, int64(number), 10)
	return true
}

// Boolean appends true or false.
func (x *Execution) Boolean(value bool) bool {
	x.buffer = strconv.AppendBool(x.buffer, value)
	return true
}

// Value appends a value that a scalar's marshaler returned. If the value is null, Value reports false, and if declared
// is not empty it records that a value of that type is required.
func (x *Execution) Value(value graphql.Marshaler, declared string) bool {
	if value == graphql.Null {
		if declared != "" {
			graphql.AddInvalidNullFromMarshaler(x.here(), declared)
		}
		return false
	}
	value.MarshalGQL(x)
	return true
}

// Write appends JSON written by a marshaler.
func (x *Execution) Write(encoded []byte) (int, error) {
	x.buffer = append(x.buffer, encoded...)
	return len(encoded), nil
}

// WriteString appends JSON written by a marshaler.
func (x *Execution) WriteString(encoded string) (int, error) {
	x.buffer = append(x.buffer, encoded...)
	return len(encoded), nil
}

// appendString appends text in quotes. Few characters need escaping; the text between them is copied in one piece.
func appendString(buffer []byte, text string) []byte {
	const digits = "0123456789ABCDEF"
	buffer = append(buffer, '"')
	copied := 0
	for i := range len(text) {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		buffer = append(buffer, text[copied:i]...)
		copied = i + 1
		switch c {
		case '"', '\\':
			buffer = append(buffer, '\\', c)
		case '\n':
			buffer = append(buffer, '\\', 'n')
		case '\r':
			buffer = append(buffer, '\\', 'r')
		case '\t':
			buffer = append(buffer, '\\', 't')
		default:
			buffer = append(buffer, '\\', 'u', '0', '0', digits[c>>4], digits[c&0xf])
		}
	}
	buffer = append(buffer, text[copied:]...)
	return append(buffer, '"')
}

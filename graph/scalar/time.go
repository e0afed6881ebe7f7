// Package scalar encodes and decodes the schema's own scalars.
package scalar

import (
	"errors"
	"io"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// MarshalTime writes a time as RFC 3339 in UTC.
func MarshalTime(at time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		text := make([]byte, 0, len(time.RFC3339Nano)+2)
		text = append(text, '"')
		text = at.UTC().AppendFormat(text, time.RFC3339Nano)
		_, _ = w.Write(append(text, '"'))
	})
}

// UnmarshalTime reads a time in RFC 3339, in any zone, and returns it in UTC.
func UnmarshalTime(value any) (time.Time, error) {
	text, ok := value.(string)
	if !ok {
		return time.Time{}, errors.New("a time is written as text, such as 2026-05-01T09:30:00Z")
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, errors.New("a time is written as RFC 3339, such as 2026-05-01T09:30:00Z")
	}
	return at.UTC(), nil
}

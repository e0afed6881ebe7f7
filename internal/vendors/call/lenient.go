package call

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/orgmap/orgmap/internal/vendors"
)

// Vendors change how they write a value more often than they document it: numbers become text,
// empty lists become objects, and a list of one becomes its element. The types in this file accept
// all these forms, so connectors use only these types for rows and responses. None of them ever
// fails decoding: an unreadable value counts as missing, and the connector decides what that means.

// maxRows is the limit of rows read from one list: no vendor's page comes near it.
const maxRows = 100_000

// Text decodes a JSON string or number as the text that was sent, so that ids keep all digits; a
// number whose fraction is zero becomes a whole number. Anything else is "".
type Text string

// UnmarshalJSON reads a string or a number.
func (t *Text) UnmarshalJSON(data []byte) error {
	*t = ""
	switch {
	case isString(data):
		var text string
		if json.Unmarshal(data, &text) == nil {
			*t = Text(text)
		}
	case isNumber(data):
		*t = Text(wholeNumber(string(data)))
	}
	return nil
}

// wholeNumber removes a fraction of zeros: some servers write 5 as 5.0.
func wholeNumber(number string) string {
	if whole, fraction, found := strings.Cut(number, "."); found && strings.Trim(fraction, "0") == "" {
		number = whole
	}
	if number == "-0" {
		return "0"
	}
	return number
}

// Number decodes a JSON number, or text that contains one.
type Number struct {
	Value float64
	Given bool // present and finite
}

// UnmarshalJSON reads a number, or text that contains one.
func (n *Number) UnmarshalJSON(data []byte) error {
	*n = Number{}
	var text Text
	_ = text.UnmarshalJSON(data)
	value, err := strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
	if err == nil && !math.IsNaN(value) && !math.IsInf(value, 0) {
		*n = Number{Value: value, Given: true}
	}
	return nil
}

// Count returns the number as a count, or nil if it is not a whole number from 0 to math.MaxInt32.
func (n Number) Count() *int {
	if !n.Given || n.Value < 0 || n.Value > math.MaxInt32 || n.Value != math.Trunc(n.Value) {
		return nil
	}
	count := int(n.Value)
	return &count
}

// Flag decodes true and false, also as text or as 1 and 0.
type Flag struct {
	Value bool
	Given bool
}

// UnmarshalJSON reads a boolean in any of its forms.
func (f *Flag) UnmarshalJSON(data []byte) error {
	*f = Flag{}
	text := Text(data)
	if !bytes.Equal(data, []byte("true")) && !bytes.Equal(data, []byte("false")) {
		_ = text.UnmarshalJSON(data)
	}
	switch strings.ToLower(strings.TrimSpace(string(text))) {
	case "true", "1", "yes", "y":
		*f = Flag{Value: true, Given: true}
	case "false", "0", "no", "n":
		*f = Flag{Given: true}
	}
	return nil
}

// Link decodes the address of a next page. Unlike other text it must not be dropped if it is
// unreadable: the list would seem to end there.
type Link struct {
	Address string // "": no next page
	Odd     bool   // the value is not an address
}

// UnmarshalJSON reads a string; null and false mean that there is no next page.
func (l *Link) UnmarshalJSON(data []byte) error {
	*l = Link{}
	if bytes.Equal(data, []byte("null")) || bytes.Equal(data, []byte("false")) {
		return nil
	}
	var text string
	l.Odd = json.Unmarshal(data, &text) != nil
	l.Address = text
	return nil
}

// Object decodes a JSON object. Languages with only one collection type encode an empty object as
// [].
type Object[T any] struct {
	Value T
	Given bool
}

// UnmarshalJSON reads an object.
func (o *Object[T]) UnmarshalJSON(data []byte) error {
	*o = Object[T]{}
	if isObject(data) && json.Unmarshal(data, &o.Value) == nil {
		o.Given = true
	}
	return nil
}

// List decodes a JSON array row by row, so that one unreadable row does not cost the others. It
// also accepts an object with numeric keys, the empty object included, and an object with the first
// two fields of T as a list of one.
type List[T any] struct {
	Rows       []T
	Unreadable int  // rows that could not be decoded as T
	Given      bool // there was a list, in any form

	bare bool // it was an empty object
}

// UnmarshalJSON reads a list in any of its forms.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	*l = List[T]{}
	switch {
	case isArray(data):
		l.Given = true
	case isObject(data) && isRow[T](data):
		l.Given = true
		l.add(data)
		return nil
	case isObject(data) && isNumbered(data):
		l.Given = true
	default:
		return nil
	}
	l.bare = isObject(data)
	for _, row := range elements(data) {
		l.bare = false
		if l.Len() == maxRows {
			*l = List[T]{}
			return nil
		}
		l.add(row)
	}
	return nil
}

func (l *List[T]) add(data []byte) {
	var row T
	if !isObject(data) || json.Unmarshal(data, &row) != nil {
		l.Unreadable++
		return
	}
	l.Rows = append(l.Rows, row)
}

// Len returns how many rows the vendor sent.
func (l *List[T]) Len() int { return len(l.Rows) + l.Unreadable }

// IsAnswer reports whether the list alone can be a response: {} alone is not.
func (l *List[T]) IsAnswer() bool { return l.Given && !l.bare }

// Skipped returns the unreadable rows, for NewPage.
func (l *List[T]) Skipped() []vendors.SkippedRow {
	skipped := make([]vendors.SkippedRow, l.Unreadable)
	for at := range skipped {
		skipped[at].Reason = vendors.UnreadableRow
	}
	return skipped
}

// isRow reports whether an object has the first two fields of T, which identify a row.
func isRow[T any](data []byte) bool {
	wanted := map[string]bool{}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		if field.Anonymous || !field.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" {
			name = field.Name
		}
		if wanted[strings.ToLower(name)] = true; len(wanted) == 2 {
			break
		}
	}
	for key := range elements(data) {
		delete(wanted, strings.ToLower(key))
	}
	return len(wanted) == 0
}

func isNumbered(data []byte) bool {
	for key := range elements(data) {
		if _, err := strconv.ParseUint(key, 10, 63); err != nil {
			return false
		}
	}
	return true
}

func isString(data []byte) bool { return data[0] == '"' }
func isArray(data []byte) bool  { return data[0] == '[' }
func isObject(data []byte) bool { return data[0] == '{' }
func isNumber(data []byte) bool { return data[0] == '-' || data[0] >= '0' && data[0] <= '9' }

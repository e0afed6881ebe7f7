package page

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Order is the order of a list, and the form of its cursors: one value after the other, ending with an ID that is
// unique in the list.
type Order struct {
	Values     []Value
	Descending bool
}

// Value is one value of a list's cursors.
type Value struct {
	column string // in SQL; "": only in the cursor
	parse  func(text string) (any, error)
}

// Text returns the Value of a text column.
func Text(column string) Value {
	return Value{column, func(text string) (any, error) { return text, nil }}
}

// Time returns the Value of a timestamp column, in RFC 3339.
func Time(column string) Value {
	return Value{column, func(text string) (any, error) {
		at, err := time.Parse(time.RFC3339Nano, text)
		if err == nil && at.UTC().Year() < 1 { // Postgres has no year 0
			err = errForeign
		}
		return at, err
	}}
}

// Int returns the Value of an integer column.
func Int(column string) Value {
	return Value{column, func(text string) (any, error) { return strconv.ParseInt(text, 10, 32) }}
}

// BigInt returns the Value of a bigint column.
func BigInt(column string) Value {
	return Value{column, func(text string) (any, error) { return strconv.ParseInt(text, 10, 64) }}
}

// ID returns the Value of a uuid column.
func ID(column string) Value {
	return Value{column, func(text string) (any, error) { return uuid.Parse(text) }}
}

// Mark returns a fixed text in all cursors of this order, which distinguishes them from cursors of the list's other
// orders.
func Mark(mark string) Value {
	return Value{"", func(text string) (any, error) {
		if text != mark {
			return nil, errForeign
		}
		return text, nil
	}}
}

var errForeign = errors.New("page: a cursor of another list")

// Columns returns the columns that the list is sorted by, in SQL.
func (o Order) Columns() []string {
	columns := make([]string, 0, len(o.Values))
	for _, one := range o.Values {
		if one.column != "" {
			columns = append(columns, one.column)
		}
	}
	return columns
}

// SortKey is the sort values of an item: a value for each column. It stays valid when items are added or removed.
type SortKey []any

// sortKey decodes a cursor; nil: it is not a cursor of this order.
func (o Order) sortKey(cursor Cursor) SortKey {
	if len(cursor) != len(o.Values) || strings.ContainsRune(strings.Join(cursor, ""), 0) { // Postgres' text cannot contain NUL
		return nil
	}
	sortKey := make(SortKey, 0, len(cursor))
	for i, one := range o.Values {
		value, err := one.parse(cursor[i])
		if err != nil {
			return nil
		}
		if one.column != "" {
			sortKey = append(sortKey, value)
		}
	}
	return sortKey
}

// Bound is where a window ends.
type Bound struct {
	SortKey    SortKey
	Comparison string // in SQL, between the columns and the key: "<" or ">"
}

// Bounds returns the window's bounds, or none if the window covers the whole list.
func (w Window) Bounds() (bounds []Bound) {
	after, before := ">", "<"
	if w.Order.Descending {
		after, before = before, after
	}
	if w.After != nil {
		bounds = append(bounds, Bound{w.After, after})
	}
	if w.Before != nil {
		bounds = append(bounds, Bound{w.Before, before})
	}
	return bounds
}

// Direction returns the sort direction of the window's statement, in SQL: "ASC" or "DESC".
func (w Window) Direction() string {
	if w.Order.Descending != w.Backward {
		return "DESC"
	}
	return "ASC"
}

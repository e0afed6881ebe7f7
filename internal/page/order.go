package page

import (
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Order is the order of a list, as a cursor names a place in it: one value after the other, the last one an id that no other item has.
type Order struct {
	Values     []Value
	Descending bool
}

// Value is one value of a list's cursors.
type Value struct {
	column string // in SQL; "": only the cursor has it
	parse  func(text string) (any, error)
}

// Text is a column of texts.
func Text(column string) Value {
	return Value{column, func(text string) (any, error) { return text, nil }}
}

// Time is a column of times, in RFC 3339.
func Time(column string) Value {
	return Value{column, func(text string) (any, error) {
		at, err := time.Parse(time.RFC3339Nano, text)
		if err == nil && at.UTC().Year() < 1 { // Postgres knows no year 0
			err = errForeign
		}
		return at, err
	}}
}

// ID is a column of ids.
func ID(column string) Value {
	return Value{column, func(text string) (any, error) { return uuid.Parse(text) }}
}

// Mark is a text that all cursors of the order have, and those of the list's other orders do not.
func Mark(mark string) Value {
	return Value{"", func(text string) (any, error) {
		if text != mark {
			return nil, errForeign
		}
		return text, nil
	}}
}

var errForeign = errors.New("page: a cursor of another list")

// Columns are the columns that the list is sorted by, in SQL, one after the other.
func (o Order) Columns() []string {
	columns := make([]string, 0, len(o.Values))
	for _, one := range o.Values {
		if one.column != "" {
			columns = append(columns, one.column)
		}
	}
	return columns
}

// Place is where an item stands in an order: a value for each of its columns. Items come and go; a place stays.
type Place []any

// place reads a cursor; nil: it is not one of this order.
func (o Order) place(cursor Cursor) Place {
	if len(cursor) != len(o.Values) || strings.ContainsRune(strings.Join(cursor, ""), 0) { // Postgres' text cannot hold NUL
		return nil
	}
	place := make(Place, 0, len(cursor))
	for i, one := range o.Values {
		value, err := one.parse(cursor[i])
		if err != nil {
			return nil
		}
		if one.column != "" {
			place = append(place, value)
		}
	}
	return place
}

// Bound is a place that a window ends at.
type Bound struct {
	Place      Place
	Comparison string // in SQL, of the columns with the place: "<" or ">"
}

// Bounds are the places that the window lies between; none where it ends with the list.
func (w Window) Bounds() (bounds []Bound) {
	behind, before := ">", "<"
	if w.Order.Descending {
		behind, before = before, behind
	}
	if w.After != nil {
		bounds = append(bounds, Bound{w.After, behind})
	}
	if w.Before != nil {
		bounds = append(bounds, Bound{w.Before, before})
	}
	return bounds
}

// Direction is the one in which the window is walked, in SQL: "ASC" or "DESC".
func (w Window) Direction() string {
	if w.Order.Descending != w.Backward {
		return "DESC"
	}
	return "ASC"
}

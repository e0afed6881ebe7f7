// Package page provides what all lists share: Relay's arguments, keyset pagination, and connections.
package page

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"

	"github.com/orgmap/orgmap/internal/apperr"
)

// The limits of a page.
const (
	DefaultSize = 50
	MaximumSize = 200
)

// Arguments holds Relay's pagination arguments as sent. If a list accepts Offset, it is an alternative to After and
// Before.
type Arguments struct {
	First, Last   *int
	After, Before *string
	Offset        *int
}

// Window is the part of a list that is requested.
type Window struct {
	Order    Order
	Size     int
	Backward bool    // the last Size items instead of the first
	After    SortKey // only items after this key; nil: from the start
	Before   SortKey // only items before this key; nil: to the end
	Offset   int
}

// Cursor holds the sort values of one item, ending with its ID. It names a position in the list that stays valid when
// items are added or removed. Its public form is opaque.
type Cursor []string

// String returns the public form.
func (c Cursor) String() string { return base64.RawURLEncoding.EncodeToString(c.appendJSON(nil)) }

// appendJSON appends the values as a JSON array. It is optimized because every item of every page has a cursor.
func (c Cursor) appendJSON(to []byte) []byte {
	const digits = "0123456789abcdef"
	to = append(to, '[')
	for i, value := range c {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(to, '"')
		for at := range len(value) {
			switch char := value[at]; {
			case char < ' ':
				to = append(to, '\\', 'u', '0', '0', digits[char>>4], digits[char&0xf])
			case char == '"' || char == '\\':
				to = append(to, '\\', char)
			default:
				to = append(to, char)
			}
		}
		to = append(to, '"')
	}
	return append(to, ']')
}

// Window validates the arguments and combines them; cursors must belong to the order. Errors have the code
// BAD_USER_INPUT and name the argument.
func (a Arguments) Window(order Order) (Window, error) {
	if a.First != nil && a.Last != nil {
		return Window{}, apperr.New(apperr.BadUserInput, "Give first or last, not both.")
	}
	window := Window{Order: order, Size: DefaultSize, Backward: a.Last != nil}
	for name, size := range map[string]*int{"first": a.First, "last": a.Last} {
		if size == nil {
			continue
		}
		if *size < 1 || *size > MaximumSize {
			return Window{}, apperr.New(apperr.BadUserInput, "%s must be from 1 to %d, not %d.", name, MaximumSize, *size)
		}
		window.Size = *size
	}
	var err error
	if window.After, err = order.parse("after", a.After); err != nil {
		return Window{}, err
	}
	if window.Before, err = order.parse("before", a.Before); err != nil {
		return Window{}, err
	}
	if a.Offset != nil {
		if *a.Offset < 0 {
			return Window{}, apperr.New(apperr.BadUserInput, "offset must not be negative.")
		}
		if window.After != nil || window.Before != nil || window.Backward {
			return Window{}, apperr.New(apperr.BadUserInput, "offset goes with first alone, not with after, before or last.")
		}
		window.Offset = *a.Offset
	}
	return window, nil
}

func (o Order) parse(argument string, text *string) (SortKey, error) {
	if text == nil {
		return nil, nil
	}
	cursor, ok := ParseCursor(*text)
	sortKey := o.sortKey(cursor)
	if !ok || sortKey == nil {
		return nil, apperr.New(apperr.BadUserInput, "%s is not a cursor of this list.", argument)
	}
	return sortKey, nil
}

// ParseCursor returns the values of a cursor of any list, or false if the text is none.
func ParseCursor(text string) (cursor Cursor, ok bool) {
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(decoded, &cursor)
	}
	return cursor, err == nil
}

// Info describes what precedes and follows a page: Relay's PageInfo.
type Info struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// Edge is an item with its cursor.
type Edge[T any] struct {
	Cursor string
	Node   T
}

// Connection is a page of a list.
type Connection[T any] struct {
	Edges    []Edge[T]
	PageInfo Info
	total    func(context.Context) (int, error)
}

// Nodes returns the items without their cursors.
func (c *Connection[T]) Nodes() []T {
	nodes := make([]T, len(c.Edges))
	for i := range c.Edges {
		nodes[i] = c.Edges[i].Node
	}
	return nodes
}

// TotalCount counts the whole list. It queries the database, so it is called only if the field is selected.
func (c *Connection[T]) TotalCount(ctx context.Context) (int, error) { return c.total(ctx) }

// New returns a page of the items that a statement returned for window: at most window.Size+1 of them, in the window's
// order (from the end if window.Backward). cursor returns an item's cursor, total counts the whole list.
func New[T any](window Window, items []T, cursor func(T) Cursor, total func(context.Context) (int, error)) *Connection[T] {
	more := len(items) > window.Size
	if more {
		items = items[:window.Size]
	}
	if window.Backward {
		slices.Reverse(items)
	}
	connection := &Connection[T]{Edges: make([]Edge[T], len(items)), total: total}
	for i, text := range cursorTexts(items, cursor) {
		connection.Edges[i] = Edge[T]{Cursor: text, Node: items[i]}
	}
	info := &connection.PageInfo
	if window.Backward {
		info.HasPreviousPage, info.HasNextPage = more, window.Before != nil
	} else {
		info.HasNextPage, info.HasPreviousPage = more, window.After != nil || window.Offset > 0
	}
	if len(items) > 0 {
		info.StartCursor, info.EndCursor = &connection.Edges[0].Cursor, &connection.Edges[len(items)-1].Cursor
	}
	return connection
}

// Map returns the connection with each item replaced by what convert returns for it.
func Map[From, To any](from *Connection[From], convert func(From) To) *Connection[To] {
	to := &Connection[To]{Edges: make([]Edge[To], len(from.Edges)), PageInfo: from.PageInfo, total: from.total}
	for i, one := range from.Edges {
		to.Edges[i] = Edge[To]{Cursor: one.Cursor, Node: convert(one.Node)}
	}
	return to
}

// cursorTexts returns the public forms of the items' cursors. They share one string to save allocations.
func cursorTexts[T any](items []T, cursor func(T) Cursor) []string {
	var decoded, encoded []byte
	ends := make([]int, len(items))
	for i, item := range items {
		decoded = cursor(item).appendJSON(decoded[:0])
		if i == 0 { // the others have about the same length
			encoded = make([]byte, 0, len(items)*base64.RawURLEncoding.EncodedLen(len(decoded)+4))
		}
		encoded = base64.RawURLEncoding.AppendEncode(encoded, decoded)
		ends[i] = len(encoded)
	}
	whole, start, texts := string(encoded), 0, make([]string, len(items))
	for i, end := range ends {
		texts[i], start = whole[start:end], end
	}
	return texts
}

package pg

import (
	"fmt"
	"reflect"
	"strings"
	"unsafe"

	"github.com/uptrace/bun/dialect/pgdialect"
)

// Columns are the columns that an entity is stored in. Its bun model is their only list: whatever selects or returns the entity
// takes their names from here, and reads their values here or by the model. A field that is new in the model is read everywhere.
type Columns[T any] struct {
	names  []string
	stored []stored
	unread string // the first field whose type has no reader; "": every field has one
}

// stored is where a column's value goes.
type stored struct {
	offset uintptr // in the entity
	put    put
}

// ColumnsOf returns the columns of the bun model T: those of its fields that are not scanonly, in the order of the fields.
func ColumnsOf[T any]() *Columns[T] {
	model := reflect.TypeFor[T]()
	columns := &Columns[T]{}
	for _, field := range pgdialect.New().Tables().Get(model).Fields {
		columns.names = append(columns.names, field.Name)
		put := putOf(field.StructField.Type)
		if (put == nil || len(field.Index) > 1) && columns.unread == "" {
			columns.unread = fmt.Sprintf("%s.%s", model, field.GoName)
		}
		columns.stored = append(columns.stored, stored{field.StructField.Offset, put})
	}
	return columns
}

// Names lists the columns for a SELECT or a RETURNING.
func (c *Columns[T]) Names() string { return strings.Join(c.names, ", ") }

// In lists the columns of the table or alias of that name.
func (c *Columns[T]) In(alias string) string {
	return alias + "." + strings.Join(c.names, ", "+alias+".")
}

// Read fills the entity from a row that begins with the columns, and returns what is behind them. What is NULL becomes the zero
// value. Its texts have memory of their own: it is for entities that are kept.
func (c *Columns[T]) Read(row Row, into *T) (rest Row) { return c.read(row, into, new(T), nil) }

// read fills an entity. Texts that are the same as those of the one before share their memory, others are kept in texts.
func (c *Columns[T]) read(row Row, into, before *T, texts *textSlab) (rest Row) {
	if c.unread != "" {
		panic("pg: nothing reads a column into " + c.unread)
	}
	for i, column := range c.stored {
		if row[i] != nil {
			column.put(unsafe.Add(unsafe.Pointer(into), column.offset), unsafe.Add(unsafe.Pointer(before), column.offset), row[i], texts)
		}
	}
	return row[len(c.stored):]
}

// Reader returns a reader of the rows of one statement.
func (c *Columns[T]) Reader() *Reader[T] { return &Reader[T]{columns: c, before: new(T)} }

// Reader reads entities that are thrown away together, such as a page: what one of them takes stays in memory for as long as
// another does. A page has hundreds, and to allocate each with its texts would cost more than to read it.
type Reader[T any] struct {
	columns *Columns[T]
	values  slab[T]
	texts   textSlab
	before  *T
}

// Next returns the entity of a row that begins with the columns, and what is behind them. What is NULL becomes the zero value.
func (r *Reader[T]) Next(row Row) (next *T, rest Row) {
	next = r.values.next()
	rest = r.columns.read(row, next, r.before, &r.texts)
	r.before = next
	return next, rest
}

// slab hands out values that lie side by side, a few dozen to an allocation.
type slab[T any] struct {
	free []T
	size int // of the last allocation
}

// largestSlab is how many values an allocation has at most.
const largestSlab = 128

func (s *slab[T]) next() *T {
	if len(s.free) == 0 {
		s.size = min(max(2*s.size, 8), largestSlab)
		s.free = make([]T, s.size)
	}
	next := &s.free[0]
	s.free = s.free[1:]
	return next
}

// textSlab keeps texts side by side. nil: each has memory of its own.
type textSlab struct{ pieces strings.Builder }

// The pieces that texts are cut from, in bytes.
const (
	smallestPiece = 256
	largestPiece  = 4 << 10
)

func (t *textSlab) keep(text []byte) string {
	if t == nil {
		return string(text)
	}
	if room := t.pieces.Cap() - t.pieces.Len(); room < len(text) {
		size := min(max(2*t.pieces.Cap(), smallestPiece), largestPiece)
		t.pieces.Reset() // what was cut from it stays as it is
		t.pieces.Grow(max(size, len(text)))
	}
	start := t.pieces.Len()
	t.pieces.Write(text)
	return t.pieces.String()[start:]
}

package pg

import (
	"fmt"
	"reflect"
	"strings"
	"unsafe"

	"github.com/uptrace/bun/dialect/pgdialect"
)

// Columns lists the columns that an entity is stored in, derived from its bun model. All statements that select or
// return the entity take the names from here and read the values here or through the model, so a field that is added to
// the model is read everywhere.
type Columns[T any] struct {
	names  []string
	stored []stored
	unread string // the first field whose type cannot be read; "": none
}

// stored says where to write a column's value.
type stored struct {
	offset uintptr // in the entity
	put    put
}

// ColumnsOf returns the columns of the bun model T: its fields in order, without the scanonly ones.
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

// Names returns the column names for a SELECT or RETURNING.
func (c *Columns[T]) Names() string { return strings.Join(c.names, ", ") }

// In returns the column names qualified with alias, the name or alias of the table.
func (c *Columns[T]) In(alias string) string {
	return alias + "." + strings.Join(c.names, ", "+alias+".")
}

// Read fills the entity from a row that begins with the columns and returns the rest of the row. NULL becomes the zero
// value. Each text gets its own memory, so use Read for entities that are kept.
func (c *Columns[T]) Read(row Row, into *T) (rest Row) { return c.read(row, into, new(T), nil) }

// read fills an entity. A text equal to the same field of before shares its memory; other texts are stored in texts.
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

// Reader reads entities that are discarded together, such as a page: the memory of all stays allocated until the last
// one is unused. A page has hundreds of entities; allocating each with its texts would cost more than reading it.
type Reader[T any] struct {
	columns *Columns[T]
	values  slab[T]
	texts   textSlab
	before  *T
}

// Next returns the entity of a row that begins with the columns, and the rest of the row. NULL becomes the zero value.
func (r *Reader[T]) Next(row Row) (next *T, rest Row) {
	next = r.values.next()
	rest = r.columns.read(row, next, r.before, &r.texts)
	r.before = next
	return next, rest
}

// slab allocates values in contiguous blocks of up to a few dozen.
type slab[T any] struct {
	free []T
	size int // of the last allocation
}

// largestSlab is the maximum number of values per allocation.
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

// textSlab stores texts contiguously. With a nil textSlab each text is allocated separately.
type textSlab struct{ buffer strings.Builder }

// Sizes of the buffers that texts are cut from, in bytes.
const (
	smallestBuffer = 256
	largestBuffer  = 4 << 10
)

func (t *textSlab) keep(text []byte) string {
	if t == nil {
		return string(text)
	}
	if room := t.buffer.Cap() - t.buffer.Len(); room < len(text) {
		size := min(max(2*t.buffer.Cap(), smallestBuffer), largestBuffer)
		t.buffer.Reset() // texts already cut from the old buffer stay valid
		t.buffer.Grow(max(size, len(text)))
	}
	start := t.buffer.Len()
	t.buffer.Write(text)
	return t.buffer.String()[start:]
}

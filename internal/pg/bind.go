package pg

import (
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun/dialect"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/schema"

	"github.com/orgmap/orgmap/internal/apperr"
)

// binding is bun's dialect for Postgres, except that no value becomes part of a statement's text. Where bun would quote a
// value, binding marks it, and bind replaces it with a placeholder and sends it beside the text. So neither a setting of the
// database nor a character of the value decides where the value ends.
type binding struct {
	*pgdialect.Dialect
	tables *schema.Tables
}

func newBinding() *binding {
	b := &binding{Dialect: pgdialect.New()}
	b.tables = schema.NewTables(b)
	return b
}

// Tables returns the models that bun knows.
func (b *binding) Tables() *schema.Tables { return b.tables }

// OnTable prepares a model: its lists are bound as well, and a NULL clears a pointer that held a value.
func (b *binding) OnTable(table *schema.Table) {
	b.Dialect.OnTable(table)
	for _, field := range table.FieldMap {
		if field.Tag.HasOption("array") {
			field.Append = appendList
		}
		field.Scan = clearedByNull(field.Scan)
	}
}

// AppendString marks a text.
func (*binding) AppendString(to []byte, text string) []byte {
	to = append(to, mark)
	to = binary.AppendUvarint(to, uint64(len(text)))
	return append(to, text...)
}

// AppendBytes marks bytes in the text form of bytea.
func (b *binding) AppendBytes(to, value []byte) []byte {
	if value == nil {
		return dialect.AppendNull(to)
	}
	return b.AppendString(to, `\x`+hex.EncodeToString(value))
}

// AppendJSON marks a JSON text.
func (b *binding) AppendJSON(to, value []byte) []byte { return b.AppendString(to, string(value)) }

// AppendTime marks a time.
func (b *binding) AppendTime(to []byte, value time.Time) []byte {
	return b.AppendString(to, value.UTC().Format("2006-01-02 15:04:05.999999-07:00"))
}

// mark begins a value in a statement that bun has written; its length and the value follow. SQL itself has no such byte.
const mark = 0

// errNul is what a text ends with that Postgres could not store.
var errNul = apperr.New(apperr.BadUserInput, "A value contains the character U+0000, which cannot be stored. Remove it.")

// bind takes the values out of a statement that bun has written and leaves the placeholders $1, $2 and so on. Postgres
// determines each value's type from its place, as it does for a literal, and plans for the very values.
func bind(statement string) (text string, values []string, err error) {
	next := strings.IndexByte(statement, mark)
	if next < 0 {
		return statement, nil, nil
	}
	var rest strings.Builder
	rest.Grow(len(statement))
	for ; next >= 0; next = strings.IndexByte(statement, mark) {
		rest.WriteString(statement[:next])
		length, header := binary.Uvarint([]byte(statement[next+1 : min(len(statement), next+1+binary.MaxVarintLen64)]))
		start := next + 1 + header
		end := start + int(length) //nolint:gosec // AppendString wrote it
		values = append(values, statement[start:end])
		if strings.IndexByte(statement[start:end], 0) >= 0 {
			return "", nil, errNul
		}
		rest.WriteByte('$')
		rest.WriteString(strconv.Itoa(len(values)))
		statement = statement[end:]
	}
	rest.WriteString(statement)
	return rest.String(), values, nil
}

// named returns the values as database/sql hands them to a driver.
func named(values []string) []driver.NamedValue {
	arguments := make([]driver.NamedValue, len(values))
	for i, value := range values {
		arguments[i] = driver.NamedValue{Ordinal: i + 1, Value: value}
	}
	return arguments
}

// textArguments returns the values in Postgres' text form.
func textArguments(values []string) [][]byte {
	arguments := make([][]byte, len(values))
	for i, value := range values {
		arguments[i] = []byte(value)
	}
	return arguments
}

// element is a type that the elements of a bound list may have.
type element interface {
	string | *string | uuid.UUID | int64
}

// List is a value for a placeholder of bun that is an array.
func List[Element element](elements []Element) schema.QueryAppender {
	return list[Element](elements)
}

type list[Element element] []Element

// AppendQuery marks the list.
func (l list[Element]) AppendQuery(gen schema.QueryGen, to []byte) ([]byte, error) {
	return appendList(gen, to, reflect.ValueOf([]Element(l))), nil
}

// appendList marks a slice in the text form of an array, which is the same for every type of its elements.
func appendList(gen schema.QueryGen, to []byte, elements reflect.Value) []byte {
	var text strings.Builder
	text.WriteByte('{')
	for i := range elements.Len() {
		if i > 0 {
			text.WriteByte(',')
		}
		element := elements.Index(i)
		if element.Kind() == reflect.Pointer && element.IsNil() {
			text.WriteString("NULL")
			continue
		}
		text.WriteByte('"')
		_, _ = inArray.WriteString(&text, elementText(reflect.Indirect(element)))
		text.WriteByte('"')
	}
	text.WriteByte('}')
	return gen.Dialect().AppendString(to, text.String())
}

// inArray escapes the two characters that mean something inside a quoted element.
var inArray = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func elementText(element reflect.Value) string {
	switch value := element.Interface().(type) {
	case uuid.UUID:
		return value.String()
	case int64:
		return strconv.FormatInt(value, 10)
	default:
		return element.String()
	}
}

// clearedByNull returns a scanner that leaves nil in a pointer where bun would leave a pointer to a zero value if the pointer
// held something before.
func clearedByNull(scan schema.ScannerFunc) schema.ScannerFunc {
	return func(into reflect.Value, value any) error {
		if value == nil && into.Kind() == reflect.Pointer && into.CanSet() {
			into.SetZero()
			return nil
		}
		return scan(into, value)
	}
}

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

// binding is bun's Postgres dialect, except that no value becomes part of a statement's text. It marks values that bun
// would quote; bind replaces each with a placeholder and sends the values separately. That way no database setting and
// no character in a value can change where the value ends.
type binding struct {
	*pgdialect.Dialect
	tables *schema.Tables
}

func newBinding() *binding {
	b := &binding{Dialect: pgdialect.New()}
	b.tables = schema.NewTables(b)
	return b
}

// Tables returns bun's models.
func (b *binding) Tables() *schema.Tables { return b.tables }

// OnTable prepares a model: it binds lists too, and makes a NULL clear a pointer that held a value.
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

// mark starts a value in a statement composed by bun; the value's length and the value follow. SQL never contains this
// byte.
const mark = 0

// errNul is returned for a text that Postgres cannot store.
var errNul = apperr.New(apperr.BadUserInput, "A value contains the character U+0000, which cannot be stored. Remove it.")

// bind moves the values out of a statement composed by bun and leaves the placeholders $1, $2 and so on. Postgres
// infers each value's type from its context, as for a literal, and plans for the actual values.
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

// named returns the values as database/sql passes them to a driver.
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

// element is the set of types that a bound list may contain.
type element interface {
	string | *string | uuid.UUID | int64
}

// List returns elements as an array for one of bun's placeholders.
func List[Element element](elements []Element) schema.QueryAppender {
	return list[Element](elements)
}

type list[Element element] []Element

// AppendQuery marks the list.
func (l list[Element]) AppendQuery(gen schema.QueryGen, to []byte) ([]byte, error) {
	return appendList(gen, to, reflect.ValueOf([]Element(l))), nil
}

// appendList marks a slice as an array in text form, which looks the same for every element type.
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

// inArray escapes the two characters that have a meaning inside a quoted element.
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

// clearedByNull returns a scanner that sets a pointer to nil on NULL. bun leaves a pointer to a zero value if the
// pointer was set before.
func clearedByNull(scan schema.ScannerFunc) schema.ScannerFunc {
	return func(into reflect.Value, value any) error {
		if value == nil && into.Kind() == reflect.Pointer && into.CanSet() {
			into.SetZero()
			return nil
		}
		return scan(into, value)
	}
}

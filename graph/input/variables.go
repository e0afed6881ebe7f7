package input

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// coercion reads the variables of one request and collects their errors.
type coercion struct {
	reader *Reader
	path   []string // to the current value
	errors gqlerror.List
}

func (c *coercion) failf(format string, arguments ...any) {
	if len(c.errors) == c.reader.most {
		return
	}
	c.errors = append(c.errors, withCode(&gqlerror.Error{
		Message: fmt.Sprintf("Variable %q %s.", strings.Join(c.path, ""), fmt.Sprintf(format, arguments...)),
	}))
}

func (c *coercion) forbidden(name, expected string) {
	c.path = append(c.path[:0], "$"+name)
	c.failf("must not be null: it is used where %s is needed", expected)
}

// value coerces a value decoded from JSON. If that fails, it records the error and returns nil.
func (c *coercion) value(of *ast.Type, value any) any {
	definition := c.reader.schema.Types[of.Name()]
	switch {
	case value == nil && of.NonNull:
		c.failf("must not be null: it must be %s", article(of))
		return nil
	case value == nil:
		return nil
	case of.Elem != nil:
		return c.list(of, value)
	case definition == nil:
		return nil // validation has refused the document
	case definition.Kind == ast.InputObject:
		return c.object(definition, value)
	case definition.Kind == ast.Enum:
		name, isText := value.(string)
		if !isText || definition.EnumValues.ForName(name) == nil {
			c.mistaken(of, value)
			return nil
		}
		return name
	}
	read, ok := readScalar(definition.Name, value)
	if !ok {
		c.mistaken(of, value)
		return nil
	}
	return read
}

// mistaken records that a value does not have the type.
func (c *coercion) mistaken(of *ast.Type, value any) {
	secret := c.reader.secret[of.Name()] || c.inSecret()
	c.failf("must be %s, not %s", article(of), shown(value, secret))
}

// inSecret reports whether the current value is inside a secret type.
func (c *coercion) inSecret() bool { return slices.Contains(c.path, secretStep) }

// secretStep is an empty step of a path that marks the inside of a secret type.
const secretStep = ""

// list reads a list. A value that is not a list is read as a list of one.
func (c *coercion) list(of *ast.Type, value any) any {
	items, isList := value.([]any)
	if !isList {
		return []any{c.value(of.Elem, value)}
	}
	read := make([]any, len(items))
	for i, item := range items {
		c.path = append(c.path, "["+strconv.Itoa(i)+"]")
		read[i] = c.value(of.Elem, item)
		c.path = c.path[:len(c.path)-1]
	}
	return read
}

func (c *coercion) object(definition *ast.Definition, value any) any {
	depth := len(c.path)
	defer func() { c.path = c.path[:depth] }()
	if c.reader.secret[definition.Name] {
		c.path = append(c.path, secretStep)
	}
	fields, isObject := value.(map[string]any)
	if !isObject {
		c.mistaken(&ast.Type{NamedType: definition.Name}, value)
		return nil
	}
	inside := len(c.path)
	read := make(map[string]any, len(definition.Fields))
	for _, field := range definition.Fields {
		c.path = append(c.path[:inside], "."+field.Name)
		given, present := fields[field.Name]
		switch {
		case present:
			read[field.Name] = c.value(field.Type, given)
		case field.DefaultValue != nil:
			read[field.Name] = c.literal(field.Type, field.DefaultValue)
		case field.Type.NonNull:
			c.failf("is missing: it must be %s", article(field.Type))
		}
	}
	c.unknown(definition, fields, inside)
	return read
}

// unknown records the fields that the type does not have, sorted by name.
func (c *coercion) unknown(definition *ast.Definition, fields map[string]any, inside int) {
	var names []string
	for name := range fields {
		if definition.Fields.ForName(name) == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names[:min(len(names), c.reader.most)] {
		c.path = c.path[:inside]
		if c.inSecret() {
			c.failf("has a field that %s does not have", definition.Name)
			return
		}
		c.failf("has a field %s, which %s does not have", shown(name, false), definition.Name)
	}
}

// literal reads a default, which was validated with its document or schema.
func (c *coercion) literal(of *ast.Type, value *ast.Value) any {
	plain, err := value.Value(nil)
	if err != nil {
		c.failf("has a default that cannot be read")
		return nil
	}
	return c.value(of, plain)
}

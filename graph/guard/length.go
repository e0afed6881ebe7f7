package guard

import (
	_ "embed"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// LengthDirective declares @length; it belongs in the schema.
//
//go:embed length.graphqls
var LengthDirective string

const codeBadInput = "BAD_USER_INPUT"

// slot is an argument or input field that holds a list, a text, or an object containing lists and texts.
type slot struct {
	most   int // maximum elements of a list, or characters of a text
	each   int // maximum characters of each text in a list
	list   bool
	fields map[string]*slot // of an input object, or of a list's elements
}

// slots are the arguments and input fields of a schema whose values are measured.
type slots struct {
	schema    *ast.Schema
	arguments map[*ast.ArgumentDefinition]*slot
	objects   map[string]map[string]*slot // by name of the input type
}

// slotsOf returns the slots of a schema, or an error for an invalid @length.
func slotsOf(schema *ast.Schema) (map[*ast.ArgumentDefinition]*slot, error) {
	s := slots{schema: schema, arguments: map[*ast.ArgumentDefinition]*slot{}, objects: map[string]map[string]*slot{}}
	for _, definition := range schema.Types {
		for _, field := range definition.Fields {
			for _, argument := range field.Arguments {
				one, err := s.of(argument.Type, argument.Directives)
				if err != nil {
					return nil, fmt.Errorf("%s.%s(%s:): %w", definition.Name, field.Name, argument.Name, err)
				}
				if one != nil {
					s.arguments[argument] = one
				}
			}
		}
	}
	return s.arguments, nil
}

// of returns the slot of a value, or nil if it contains nothing to measure.
func (s slots) of(typ *ast.Type, directives ast.DirectiveList) (*slot, error) {
	one := &slot{list: typ.Elem != nil}
	var err error
	if directive := directives.ForName("length"); directive != nil {
		if one.most, err = positive(directive, "max"); err != nil {
			return nil, err
		}
		if directive.Arguments.ForName("each") != nil {
			if one.each, err = positive(directive, "each"); err != nil {
				return nil, err
			}
			if !one.list {
				return nil, errors.New("@length(each:) is for lists of texts")
			}
		}
	}
	if one.fields, err = s.object(s.schema.Types[typ.Name()]); err != nil {
		return nil, err
	}
	if !one.list && one.most == 0 && len(one.fields) == 0 {
		return nil, nil //nolint:nilnil // most arguments are numbers, enums and ids
	}
	return one, nil
}

func positive(directive *ast.Directive, argument string) (int, error) {
	number, err := strconv.Atoi(directive.Arguments.ForName(argument).Value.Raw)
	if err != nil || number < 1 {
		return 0, fmt.Errorf("@length(%s:) is no positive number", argument)
	}
	return number, nil
}

// object returns the slots of an input object's fields.
func (s slots) object(definition *ast.Definition) (map[string]*slot, error) {
	if definition == nil || definition.Kind != ast.InputObject {
		return nil, nil
	}
	if known, is := s.objects[definition.Name]; is {
		return known, nil
	}
	fields := map[string]*slot{}
	s.objects[definition.Name] = fields // an input object may contain itself
	for _, field := range definition.Fields {
		one, err := s.of(field.Type, field.Directives)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", definition.Name, field.Name, err)
		}
		if one != nil {
			fields[field.Name] = one
		}
	}
	return fields, nil
}

// measurement holds the totals for the values passed to one field.
type measurement struct {
	elements int // of all lists
	longest  int // most elements of a list that is not inside another list
	path     []string
	refusal  *gqlerror.Error
}

// measure measures a value, as deep as its slot reaches.
func (in *measurement) measure(of *slot, value any, inList bool) {
	if value == nil || in.refusal != nil {
		return
	}
	if of.list {
		in.elementsOf(of, value, inList)
		return
	}
	switch value := value.(type) {
	case string:
		if of.most > 0 && len(value) > of.most { // a character has at least one byte
			in.bound(utf8.RuneCountInString(value), of.most, "characters")
		}
	case map[string]any:
		for name, field := range of.fields {
			if inner, given := value[name]; given {
				in.path = append(in.path, name)
				in.measure(field, inner, inList)
				in.path = in.path[:len(in.path)-1]
			}
		}
	}
}

func (in *measurement) elementsOf(of *slot, value any, inList bool) {
	elements, isList := value.([]any)
	count := len(elements)
	if !isList {
		elements, count = []any{value}, 1 // GraphQL accepts a single value as a list of one
		if typed := reflect.ValueOf(value); typed.Kind() == reflect.Slice {
			elements, count = texts(value), typed.Len() // numbers contain nothing to measure
		}
	}
	if of.most > 0 {
		in.bound(count, of.most, "elements")
	}
	in.elements = add(in.elements, count)
	if !inList {
		in.longest = max(in.longest, count)
	}
	if len(of.fields) == 0 && of.each == 0 {
		return
	}
	element := &slot{most: of.each, fields: of.fields}
	for i, one := range elements {
		if in.refusal != nil {
			return
		}
		in.path = append(in.path, strconv.Itoa(i))
		in.measure(element, one, true)
		in.path = in.path[:len(in.path)-1]
	}
}

// texts returns the elements of a list of texts, or nil for any other list.
func texts(list any) []any {
	typed, _ := list.([]string)
	elements := make([]any, len(typed))
	for i, one := range typed {
		elements[i] = one
	}
	return elements
}

func (in *measurement) bound(count, most int, what string) {
	if count <= most || in.refusal != nil {
		return
	}
	path := strings.Join(in.path, ".")
	in.refusal = withCode(codeBadInput, fmt.Sprintf("%s has %d %s, and the maximum is %d.", path, count, what, most))
	in.refusal.Extensions["argument"] = path
	in.refusal.Extensions["count"] = count
	in.refusal.Extensions["maximum"] = most
}

// measure measures the arguments of a field. The first value that is too long refuses the operation.
func (b *bill) measure(field *ast.Field) (elements, longest int) {
	if field.Definition == nil || len(field.Definition.Arguments) == 0 {
		return 0, 0
	}
	measured := measurement{}
	for _, argument := range field.Definition.Arguments {
		if of := b.prices.inputs[argument]; of != nil {
			measured.path = append(measured.path[:0], field.Name, argument.Name)
			measured.measure(of, b.argument(field, argument.Name), false)
		}
	}
	if b.refusal == nil {
		b.refusal = measured.refusal
	}
	return measured.elements, measured.longest
}

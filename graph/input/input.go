// Package input coerces the values of a request: variables as the client sent them, and literals in the document. It
// follows the specification's rules of input coercion exactly, once, before anything is executed. Later code, such as
// gqlgen's own coercion, is more lenient, but gets only values that have passed here.
package input

import (
	"slices"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Reader reads the values of requests for one schema.
type Reader struct {
	schema *ast.Schema
	secret map[string]bool // types whose values no message quotes
	most   int             // maximum errors to report
}

// New returns a reader that reports at most the given number of errors. It never quotes values inside the secret input
// types.
func New(schema *ast.Schema, most int, secret ...string) *Reader {
	r := &Reader{schema: schema, secret: map[string]bool{}, most: most}
	for _, name := range secret {
		r.secret[name] = true
	}
	for grown := true; grown; { // containers too: the secret may be at the wrong depth
		grown = false
		for _, definition := range schema.Types {
			if definition.Kind == ast.InputObject && !r.secret[definition.Name] && slices.ContainsFunc(definition.Fields, r.holdsSecret) {
				r.secret[definition.Name], grown = true, true
			}
		}
	}
	return r
}

func (r *Reader) holdsSecret(field *ast.FieldDefinition) bool { return r.secret[field.Type.Name()] }

// Variables returns the operation's variables coerced to their types, with defaults for those omitted. It is an error
// if a nullable variable that is used where null is forbidden is null, whether or not @skip or @include exclude that
// use.
func (r *Reader) Variables(
	operation *ast.OperationDefinition, fragments ast.FragmentDefinitionList, given map[string]any,
) (map[string]any, gqlerror.List) {
	c := coercion{reader: r}
	read := make(map[string]any, len(operation.VariableDefinitions))
	hasNull := false
	for _, definition := range operation.VariableDefinitions {
		c.path = append(c.path[:0], "$"+definition.Variable)
		value, present := given[definition.Variable]
		switch {
		case present:
			read[definition.Variable] = c.value(definition.Type, value)
		case definition.DefaultValue != nil:
			read[definition.Variable] = c.literal(definition.Type, definition.DefaultValue)
		case definition.Type.NonNull:
			c.failf("is missing: it must be %s", article(definition.Type))
		}
		value, present = read[definition.Variable]
		hasNull = hasNull || present && value == nil
	}
	if hasNull && len(c.errors) == 0 {
		n := nulls{variables: read, fragments: fragments, seen: map[string]bool{}, reported: map[string]bool{}, fail: c.forbidden}
		n.directives(operation.Directives)
		n.set(operation.SelectionSet)
	}
	if len(c.errors) > 0 {
		return nil, c.errors
	}
	return read, nil
}

func withCode(err *gqlerror.Error) *gqlerror.Error {
	errcode.Set(err, errcode.ValidationFailed)
	return err
}

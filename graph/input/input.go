// Package input decides what the values of a request mean: variables as the client sent them, and literals of the document. It
// follows the specification's rules of input coercion to the letter, once, before anything is executed; what is behind it, gqlgen's
// own reading among it, is more tolerant and gets only what has passed here.
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
	secret map[string]bool // types whose values are never quoted in a message
	most   int             // errors told at once
}

// New returns a reader that tells at most that many errors at once. Values inside the secret input types are never quoted.
func New(schema *ast.Schema, most int, secret ...string) *Reader {
	r := &Reader{schema: schema, secret: map[string]bool{}, most: most}
	for _, name := range secret {
		r.secret[name] = true
	}
	for grown := true; grown; { // what holds a secret type is one: a client may put the secret at the wrong depth
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

// Variables returns the operation's variables as its types read them, with the defaults of those that were left out. A variable
// that is declared nullable, used where null is forbidden, and given as null is an error, whether or not @skip or @include leave
// that place out.
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
		n := nulls{variables: read, fragments: fragments, seen: map[string]bool{}, told: map[string]bool{}, fail: c.forbidden}
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

package plan

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// choices encodes the variables that affect how an event is rendered: all that are used below the subscription's field.
func choices(names []string, variables map[string]any) (string, error) {
	if len(names) == 0 {
		return "", nil
	}
	chosen := make(map[string]any, len(names))
	for _, name := range names {
		if value, given := variables[name]; given {
			chosen[name] = value
		}
	}
	encoded, err := json.Marshal(chosen)
	if err != nil {
		return "", fmt.Errorf("variables: %w", err)
	}
	return string(encoded), nil
}

// innerVariables returns the sorted names of the variables used anywhere but in the arguments of the operation's own
// fields.
func innerVariables(operation *graphql.OperationContext) []string {
	seen := map[string]bool{}
	var value func(*ast.Value)
	value = func(of *ast.Value) {
		if of == nil {
			return
		}
		if of.Kind == ast.Variable {
			seen[of.Raw] = true
		}
		for _, child := range of.Children {
			value(child.Value)
		}
	}
	eachArgument(operation, func(argument *ast.Argument, of location) {
		if of != outerField {
			value(argument.Value)
		}
	})
	return slices.Sorted(maps.Keys(seen))
}

// location is what an argument belongs to.
type location int

const (
	directive  location = iota
	outerField          // a root field of the operation
	innerField          // a field below a root field
)

// eachArgument visits the arguments of the operation and of the document's fragments.
func eachArgument(operation *graphql.OperationContext, visit func(argument *ast.Argument, of location)) {
	directives := func(list ast.DirectiveList) {
		for _, one := range list {
			for _, argument := range one.Arguments {
				visit(argument, directive)
			}
		}
	}
	var walk func(ast.SelectionSet, location)
	walk = func(set ast.SelectionSet, of location) {
		for _, selection := range set {
			switch selection := selection.(type) {
			case *ast.Field:
				for _, argument := range selection.Arguments {
					visit(argument, of)
				}
				directives(selection.Directives)
				walk(selection.SelectionSet, innerField)
			case *ast.InlineFragment:
				directives(selection.Directives)
				walk(selection.SelectionSet, of)
			case *ast.FragmentSpread:
				directives(selection.Directives)
			}
		}
	}
	walk(operation.Operation.SelectionSet, outerField)
	for _, fragment := range operation.Doc.Fragments { // may be spread at the root; too many is safe
		walk(fragment.SelectionSet, innerField)
	}
}

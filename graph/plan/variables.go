package plan

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// choices encodes the variables that decide what is rendered of an event: all that are used below the subscription's field.
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

// innerVariables are the variables used anywhere but in the arguments of the operation's own fields, sorted.
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
	arguments := func(list ast.ArgumentList) {
		for _, argument := range list {
			value(argument.Value)
		}
	}
	directives := func(list ast.DirectiveList) {
		for _, directive := range list {
			arguments(directive.Arguments)
		}
	}
	var walk func(set ast.SelectionSet, inner bool)
	walk = func(set ast.SelectionSet, inner bool) {
		for _, selection := range set {
			switch selection := selection.(type) {
			case *ast.Field:
				if inner {
					arguments(selection.Arguments)
				}
				directives(selection.Directives)
				walk(selection.SelectionSet, true)
			case *ast.InlineFragment:
				directives(selection.Directives)
				walk(selection.SelectionSet, inner)
			case *ast.FragmentSpread:
				directives(selection.Directives)
			}
		}
	}
	walk(operation.Operation.SelectionSet, false)
	for _, fragment := range operation.Doc.Fragments { // of which one may be below the field: rather too many than too few
		walk(fragment.SelectionSet, true)
	}
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	slices.SortFunc(names, strings.Compare)
	return names
}

package input

import "github.com/vektah/gqlparser/v2/ast"

// nulls finds variables that are null where null is forbidden. Validation allows a nullable variable with a default
// there.
type nulls struct {
	variables map[string]any
	fragments ast.FragmentDefinitionList
	seen      map[string]bool // fragments
	reported  map[string]bool // variables
	fail      func(name, expected string)
}

func (n *nulls) set(selections ast.SelectionSet) {
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			n.arguments(selection.Arguments)
			n.directives(selection.Directives)
			n.set(selection.SelectionSet)
		case *ast.InlineFragment:
			n.directives(selection.Directives)
			n.set(selection.SelectionSet)
		case *ast.FragmentSpread:
			n.directives(selection.Directives)
			if definition := n.fragments.ForName(selection.Name); definition != nil && !n.seen[selection.Name] {
				n.seen[selection.Name] = true
				n.directives(definition.Directives)
				n.set(definition.SelectionSet)
			}
		}
	}
}

func (n *nulls) directives(directives ast.DirectiveList) {
	for _, directive := range directives {
		n.arguments(directive.Arguments)
	}
}

func (n *nulls) arguments(arguments ast.ArgumentList) {
	for _, argument := range arguments {
		n.value(argument.Value)
	}
}

func (n *nulls) value(value *ast.Value) {
	for _, child := range value.Children {
		n.value(child.Value)
	}
	if value.Kind != ast.Variable || value.ExpectedType == nil || !value.ExpectedType.NonNull || n.reported[value.Raw] {
		return
	}
	if given, present := n.variables[value.Raw]; present && given == nil {
		n.reported[value.Raw] = true
		n.fail(value.Raw, article(value.ExpectedType))
	}
}

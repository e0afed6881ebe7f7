package cache

import (
	_ "embed"

	"github.com/vektah/gqlparser/v2/ast"
)

// Directives declares @volatile and @personal; it belongs in the schema.
//
//go:embed volatile.graphqls
var Directives string

// coverage holds the fields whose values depend on more than account, role and version.
type coverage struct {
	volatile, personal map[*ast.FieldDefinition]bool
}

func coverageOf(schema *ast.Schema) coverage {
	c := coverage{volatile: map[*ast.FieldDefinition]bool{}, personal: map[*ast.FieldDefinition]bool{}}
	for _, definition := range schema.Types {
		for _, field := range definition.Fields {
			result := schema.Types[field.Type.Name()]
			c.volatile[field] = field.Directives.ForName("volatile") != nil || marked(definition) || result != nil && marked(result)
			c.personal[field] = field.Directives.ForName("personal") != nil
		}
	}
	return c
}

func marked(definition *ast.Definition) bool { return definition.Directives.ForName("volatile") != nil }

// selects reports whether an operation selects anything volatile or personal anywhere, even if @skip excludes it this
// time.
func (c coverage) selects(operation *ast.OperationDefinition) (volatile, personal bool) {
	var seen map[*ast.FragmentDefinition]bool
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch selection := selection.(type) {
			case *ast.Field:
				volatile = volatile || c.volatile[selection.Definition]
				personal = personal || c.personal[selection.Definition]
				walk(selection.SelectionSet)
			case *ast.InlineFragment:
				walk(selection.SelectionSet)
			case *ast.FragmentSpread:
				if seen[selection.Definition] {
					continue
				}
				if seen == nil {
					seen = map[*ast.FragmentDefinition]bool{}
				}
				seen[selection.Definition] = true
				walk(selection.Definition.SelectionSet)
			}
		}
	}
	walk(operation.SelectionSet)
	return volatile, personal
}

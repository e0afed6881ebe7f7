package guard

import "github.com/vektah/gqlparser/v2/ast"

// Approximate sizes of the parts of a parsed document in bytes, including positions and slack in slices. A test
// compares the sum with the heap.
const (
	fieldBytes    = 300
	fragmentBytes = 250 // inline or spread
	valueBytes    = 280 // with its name
	headerBytes   = 400 // of an operation, fragment, directive or variable
)

// Weigh returns about how many bytes a parsed document takes besides its text.
func Weigh(document *ast.QueryDocument) int64 {
	total := int64(headerBytes)
	for _, operation := range document.Operations {
		total += headerBytes + directivesBytes(operation.Directives) + setBytes(operation.SelectionSet)
		for _, variable := range operation.VariableDefinitions {
			total += headerBytes + directivesBytes(variable.Directives) + valueTreeBytes(variable.DefaultValue)
		}
	}
	for _, fragment := range document.Fragments {
		total += headerBytes + directivesBytes(fragment.Directives) + setBytes(fragment.SelectionSet)
	}
	return total
}

func setBytes(set ast.SelectionSet) (total int64) {
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			total += fieldBytes + argumentsBytes(selection.Arguments) + directivesBytes(selection.Directives) + setBytes(selection.SelectionSet)
		case *ast.InlineFragment:
			total += fragmentBytes + directivesBytes(selection.Directives) + setBytes(selection.SelectionSet)
		case *ast.FragmentSpread:
			total += fragmentBytes + directivesBytes(selection.Directives)
		}
	}
	return total
}

func directivesBytes(list ast.DirectiveList) (total int64) {
	for _, directive := range list {
		total += headerBytes + argumentsBytes(directive.Arguments)
	}
	return total
}

func argumentsBytes(list ast.ArgumentList) (total int64) {
	for _, argument := range list {
		total += valueBytes + valueTreeBytes(argument.Value)
	}
	return total
}

func valueTreeBytes(value *ast.Value) int64 {
	if value == nil {
		return 0
	}
	total := int64(valueBytes)
	for _, child := range value.Children {
		total += valueTreeBytes(child.Value)
	}
	return total
}

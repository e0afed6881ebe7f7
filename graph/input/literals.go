package input

import (
	"encoding/json"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// Literals returns the validation rule that a document's literals have the expected types. It replaces the library's
// ValuesOfCorrectType, which accepts 64-bit integers for Int, {} for any scalar, and anything for our own scalars.
func Literals() core.Rule {
	return core.Rule{Name: "Literals", RuleFunc: func(observers *core.Events, addError core.AddErrFunc) {
		observers.OnValue(func(_ *core.Walker, value *ast.Value) {
			if value.Definition == nil || value.ExpectedType == nil || value.Kind == ast.Variable {
				return
			}
			for _, message := range misfits(value) {
				addError(core.Message("%s", message), core.At(value.Position))
			}
		})
	}}
}

// misfits returns what is wrong with a literal, ignoring the values inside it.
func misfits(value *ast.Value) []string {
	expected := value.ExpectedType
	if value.Kind == ast.NullValue {
		if expected.NonNull {
			return []string{fmt.Sprintf("Expected %s, found null.", article(expected))}
		}
		return nil
	}
	if value.Kind == ast.ListValue {
		if expected.Elem == nil {
			return []string{fmt.Sprintf("Expected %s, found a list.", article(expected))}
		}
		return nil
	}
	for expected.Elem != nil {
		expected = expected.Elem // a single value stands for a list of one
	}
	if value.Definition.Kind == ast.InputObject && value.Kind == ast.ObjectValue {
		return fields(value)
	}
	if fits(value) {
		return nil
	}
	return []string{fmt.Sprintf("Expected %s, found %s.", article(expected), found(value))}
}

func fits(value *ast.Value) bool {
	switch value.Definition.Kind {
	case ast.Enum:
		return value.Kind == ast.EnumValue && value.Definition.EnumValues.ForName(value.Raw) != nil
	case ast.Scalar:
		plain, ok := plainOf(value)
		if !ok {
			return false
		}
		_, ok = readScalar(value.Definition.Name, plain)
		return ok
	default:
		return false
	}
}

// plainOf returns a scalar's literal as JSON would decode it. A number with a fraction is no Int, even if the fraction
// is zero.
func plainOf(value *ast.Value) (plain any, ok bool) {
	switch value.Kind {
	case ast.IntValue:
		_, err := json.Number(value.Raw).Int64() // later code cannot read more digits
		return json.Number(value.Raw), err == nil
	case ast.FloatValue:
		return json.Number(value.Raw), value.Definition.Name == "Float"
	case ast.StringValue, ast.BlockValue:
		return value.Raw, true
	case ast.BooleanValue:
		return value.Raw == "true", true
	default:
		return nil, false
	}
}

func fields(value *ast.Value) (problems []string) {
	definition := value.Definition
	for _, field := range definition.Fields {
		if field.Type.NonNull && field.DefaultValue == nil && value.Children.ForName(field.Name) == nil {
			problems = append(problems, fmt.Sprintf("%s.%s is missing: it must be %s.", definition.Name, field.Name, article(field.Type)))
		}
	}
	for _, child := range value.Children {
		if definition.Fields.ForName(child.Name) == nil {
			problems = append(problems, fmt.Sprintf("%s has no field %q.", definition.Name, cut(child.Name)))
		}
	}
	return problems
}

// found returns the kind of a literal. The literal itself is left out: the error's location shows it, and it may be a
// secret.
func found(value *ast.Value) string {
	switch value.Kind {
	case ast.ObjectValue:
		return "an object"
	case ast.EnumValue:
		return "a name"
	case ast.BooleanValue:
		return "a Boolean"
	case ast.IntValue, ast.FloatValue:
		return "a number"
	default:
		return "a string"
	}
}

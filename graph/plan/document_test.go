package plan_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// author writes random documents that a schema allows, nearly always: two fields that do not go together under one name
// happen, and are refused by validation.
type author struct {
	*rand.Rand
	schema   *ast.Schema
	names    int      // given so far
	parts    int      // written so far
	ids      []string // of nodes that there are; nil: none are known
	declared []string

	conditions int
	variables  map[string]any
	fragments  []string
}

// The sizes of documents: what the guard lets through, and small enough for hundreds of them.
const (
	deepest        = 5  // fields inside each other
	longest        = 60 // fields and fragments, after which only leaves follow
	mostConditions = 12
)

// operation writes a document with one operation of the kind, and the values of its variables.
func (a *author) operation(kind ast.Operation) (text string, variables map[string]any) {
	a.variables = map[string]any{}
	root := map[ast.Operation]*ast.Definition{ast.Query: a.schema.Query, ast.Mutation: a.schema.Mutation, ast.Subscription: a.schema.Subscription}[kind]
	var selection string
	if kind == ast.Subscription {
		selection = "{ " + a.field(root, deepest, false) + " }"
	} else {
		selection = a.selection(root, deepest)
	}
	header := string(kind) + " Random"
	if len(a.declared) > 0 {
		header += "(" + strings.Join(a.declared, ", ") + ")"
	}
	return header + " " + selection + "\n" + strings.Join(a.fragments, "\n"), a.variables
}

func (a *author) chance(of float64) bool { return a.Float64() < of }

func (a *author) name(prefix string) string {
	a.names++
	return fmt.Sprintf("%s%d", prefix, a.names)
}

func (a *author) selection(of *ast.Definition, depth int) string {
	var parts []string
	for range 1 + a.IntN(4) {
		parts = append(parts, a.part(of, depth))
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

func (a *author) part(of *ast.Definition, depth int) string {
	if a.parts++; a.parts > longest {
		return a.field(of, 0, true)
	}
	isRoot := of == a.schema.Query || of == a.schema.Mutation
	switch at := a.Float64(); {
	case at < 0.06:
		return "__typename" + a.directive()
	case at < 0.15:
		return "... " + a.directive() + a.selection(of, depth)
	case at < 0.24 && !isRoot:
		on := a.overlapping(of)
		return "... on " + on.Name + a.directive() + " " + a.selection(on, depth)
	case at < 0.33:
		on := a.overlapping(of)
		name := a.name("Fragment")
		selection := a.selection(on, depth)
		a.fragments = append(a.fragments, "fragment "+name+" on "+on.Name+" "+selection)
		return strings.Repeat("..."+name+" ", 1+a.IntN(2)) + "..." + name + a.directive()
	default:
		return a.field(of, depth, true)
	}
}

// overlapping is a type that a fragment inside of the other may name.
func (a *author) overlapping(of *ast.Definition) *ast.Definition {
	choices := []*ast.Definition{of}
	for _, possible := range a.schema.GetPossibleTypes(of) {
		choices = append(choices, possible)
		choices = append(choices, a.schema.GetImplements(possible)...)
	}
	return choices[a.IntN(len(choices))]
}

func (a *author) field(of *ast.Definition, depth int, conditional bool) string {
	var choices []*ast.FieldDefinition
	for _, field := range of.Fields {
		isLeaf := a.schema.Types[field.Type.Name()].IsLeafType()
		if !strings.HasPrefix(field.Name, "__") && (isLeaf || depth > 0) {
			choices = append(choices, field)
		}
	}
	if len(choices) == 0 {
		return "__typename"
	}
	field := choices[a.IntN(len(choices))]
	text := field.Name
	if len(field.Arguments) > 0 || a.chance(0.2) {
		text = a.name("a") + ": " + text
	}
	text += a.arguments(field.Arguments)
	if conditional {
		text += a.directive()
	}
	if child := a.schema.Types[field.Type.Name()]; child.IsCompositeType() {
		text += " " + a.selection(child, depth-1)
	}
	return text
}

func (a *author) directive() string {
	if a.conditions == mostConditions || a.chance(0.85) {
		return ""
	}
	a.conditions++
	condition := fmt.Sprint(a.chance(0.5))
	if a.chance(0.6) {
		condition = a.variable(ast.NonNullNamedType("Boolean", nil))
	}
	return " @" + []string{"skip", "include"}[a.IntN(2)] + "(if: " + condition + ")"
}

func (a *author) arguments(of ast.ArgumentDefinitionList) string {
	var parts []string
	for _, argument := range of {
		if argument.Type.NonNull || a.chance(0.4) {
			parts = append(parts, argument.Name+": "+a.value(argument.Type, true))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// variable declares one of the type and gives it a value, or none where it may have none.
func (a *author) variable(of *ast.Type) string {
	name := a.name("v")
	declaration := "$" + name + ": " + of.String()
	literal, value := a.literal(of)
	if a.chance(0.2) {
		declaration += " = " + literal
		if a.chance(0.5) {
			a.declared = append(a.declared, declaration)
			return "$" + name
		}
	}
	a.declared = append(a.declared, declaration)
	switch {
	case !of.NonNull && a.chance(0.2): // left out
	case !of.NonNull && a.chance(0.25):
		a.variables[name] = nil
	default:
		a.variables[name] = value
	}
	return "$" + name
}

func (a *author) value(of *ast.Type, mayVary bool) string {
	if mayVary && a.chance(0.5) {
		return a.variable(of)
	}
	text, _ := a.literal(of)
	return text
}

// literal is a value as it stands in a document, and as JSON has it.
func (a *author) literal(of *ast.Type) (string, any) {
	if !of.NonNull && a.chance(0.1) {
		return "null", nil
	}
	if of.Elem != nil {
		texts, values := []string{}, []any{}
		for range a.IntN(3) {
			text, value := a.literal(of.Elem)
			texts, values = append(texts, text), append(values, value)
		}
		return "[" + strings.Join(texts, ", ") + "]", values
	}
	definition := a.schema.Types[of.NamedType]
	switch {
	case definition.Kind == ast.Enum:
		value := definition.EnumValues[a.IntN(len(definition.EnumValues))].Name
		return value, value
	case definition.Kind == ast.InputObject:
		texts, values := []string{}, map[string]any{}
		for _, field := range definition.Fields {
			if field.Type.NonNull || a.chance(0.5) {
				text, value := a.literal(field.Type)
				texts, values[field.Name] = append(texts, field.Name+": "+text), value
			}
		}
		return "{" + strings.Join(texts, ", ") + "}", values
	case of.NamedType == "Int":
		value := []int{a.IntN(100), -1, 3_000_000_000}[max(0, a.IntN(12)-9)]
		return fmt.Sprint(value), value
	case of.NamedType == "Boolean":
		value := a.chance(0.5)
		return fmt.Sprint(value), value
	case of.NamedType == "ID" && len(a.ids) > 0 && a.chance(0.9):
		value := a.ids[a.IntN(len(a.ids))]
		return `"` + value + `"`, value
	default:
		value := fmt.Sprintf("text %d", a.IntN(5))
		return `"` + value + `"`, value
	}
}

// Package documenttest generates random GraphQL documents for tests that execute each one in two ways and compare the
// responses.
package documenttest

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Author writes one random document. It usually fits the schema. Sometimes two fields conflict under one name, or a
// value is slightly out of range, so that validation has something to refuse.
type Author struct {
	*rand.Rand

	Schema *ast.Schema
	IDs    []string // ids of existing nodes; may be empty

	names    int      // number of names used
	parts    int      // number of parts written
	declared []string // variables

	conditions int
	variables  map[string]any
	fragments  []string
}

// Limits that keep documents below those of the guard, and small enough to execute hundreds of them.
const (
	deepest        = 5  // levels of nested fields
	longest        = 60 // fields and fragments; after that, only leaves are added
	mostConditions = 12
)

// Operation returns a document with one operation of the given kind, and values for its variables.
func (a *Author) Operation(kind ast.Operation) (text string, variables map[string]any) {
	a.variables = map[string]any{}
	root := map[ast.Operation]*ast.Definition{ast.Query: a.Schema.Query, ast.Mutation: a.Schema.Mutation, ast.Subscription: a.Schema.Subscription}[kind]
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

func (a *Author) chance(of float64) bool { return a.Float64() < of }

func (a *Author) name(prefix string) string {
	a.names++
	return fmt.Sprintf("%s%d", prefix, a.names)
}

func (a *Author) selection(of *ast.Definition, depth int) string {
	var parts []string
	for range 1 + a.IntN(4) {
		parts = append(parts, a.part(of, depth))
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

func (a *Author) part(of *ast.Definition, depth int) string {
	if a.parts++; a.parts > longest {
		return a.field(of, 0, true)
	}
	isRoot := of == a.Schema.Query || of == a.Schema.Mutation
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

// overlapping returns a type that a fragment inside of may name.
func (a *Author) overlapping(of *ast.Definition) *ast.Definition {
	choices := []*ast.Definition{of}
	for _, possible := range a.Schema.GetPossibleTypes(of) {
		choices = append(choices, possible)
		choices = append(choices, a.Schema.GetImplements(possible)...)
	}
	return choices[a.IntN(len(choices))]
}

func (a *Author) field(of *ast.Definition, depth int, conditional bool) string {
	var choices []*ast.FieldDefinition
	for _, field := range of.Fields {
		isLeaf := a.Schema.Types[field.Type.Name()].IsLeafType()
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
	directive := func() string {
		if conditional {
			return a.directive()
		}
		return ""
	}
	child := a.Schema.Types[field.Type.Name()]
	if !child.IsCompositeType() {
		return text + directive()
	}
	whole := text + directive() + " " + a.selection(child, depth-1)
	if conditional && a.chance(0.1) { // the same field again: its selections are merged
		whole += " " + text + directive() + " " + a.selection(child, depth-1)
	}
	return whole
}

func (a *Author) directive() string {
	if a.conditions == mostConditions || a.chance(0.85) {
		return ""
	}
	a.conditions++
	condition := strconv.FormatBool(a.chance(0.5))
	switch at := a.Float64(); {
	case at < 0.45:
		condition = a.variable(ast.NonNullNamedType("Boolean", nil))
	case at < 0.6:
		condition = a.optionalCondition()
	}
	return " @" + []string{"skip", "include"}[a.IntN(2)] + "(if: " + condition + ")"
}

// optionalCondition declares a Boolean variable with a default and sometimes omits its value. The value is never null,
// which would be refused.
func (a *Author) optionalCondition() string {
	name := a.name("v")
	a.declared = append(a.declared, fmt.Sprintf("$%s: Boolean = %t", name, a.chance(0.5)))
	if a.chance(0.5) {
		a.variables[name] = a.chance(0.5)
	}
	return "$" + name
}

func (a *Author) arguments(of ast.ArgumentDefinitionList) string {
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

// variable declares a variable of the type and gives it a value, or sometimes none if that is allowed.
func (a *Author) variable(of *ast.Type) string {
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
	case !of.NonNull && a.chance(0.2): // omitted
	case !of.NonNull && a.chance(0.25):
		a.variables[name] = nil
	default:
		a.variables[name] = value
	}
	return "$" + name
}

func (a *Author) value(of *ast.Type, mayVary bool) string {
	if mayVary && a.chance(0.5) {
		return a.variable(of)
	}
	text, _ := a.literal(of)
	return text
}

// literal returns a value as a GraphQL literal, and as decoded from JSON.
func (a *Author) literal(of *ast.Type) (string, any) {
	if !of.NonNull && a.chance(0.1) {
		return "null", nil
	}
	if of.Elem != nil && a.chance(0.15) { // a single value is a list of one
		return a.literal(ast.NonNullNamedType(of.Elem.Name(), nil))
	}
	if of.Elem != nil {
		texts, values := []string{}, []any{}
		for range a.IntN(3) {
			text, value := a.literal(of.Elem)
			texts, values = append(texts, text), append(values, value)
		}
		return "[" + strings.Join(texts, ", ") + "]", values
	}
	definition := a.Schema.Types[of.NamedType]
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
		value := a.IntN(100)
		if a.chance(0.2) {
			value = integers[a.IntN(len(integers))]
		}
		return strconv.Itoa(value), value
	case of.NamedType == "Boolean":
		value := a.chance(0.5)
		return strconv.FormatBool(value), value
	case of.NamedType == "ID" && len(a.IDs) > 0 && a.chance(0.9):
		value := a.IDs[a.IntN(len(a.IDs))]
		return `"` + value + `"`, value
	case of.NamedType == "ID" && a.chance(0.2): // an integer is also an ID
		value := integers[a.IntN(len(integers))]
		return strconv.Itoa(value), value
	default:
		value := "text " + strconv.Itoa(a.IntN(5))
		if a.chance(0.3) {
			value = texts[a.IntN(len(texts))]
		}
		literal, _ := json.Marshal(value) // JSON's escapes are valid in GraphQL strings
		return string(literal), value
	}
}

// Edge cases of the scalars, valid and invalid.
var (
	integers = []int{0, -1, math.MaxInt32, math.MinInt32, math.MaxInt32 + 1, math.MinInt32 - 1}
	texts    = []string{
		"", " ", "\"quoted\" \\ and / 'single'", "line\nbreak\ttab", "\x00", "\u200b", "Müller & Söhne", "İstanbul ΣΟΦΟΣ", "😀",
		"2026-02-30T00:00:00Z", "2026-11-29T12:00:00+01:00", "Infinity", "null",
	}
)

package graph_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/gen"
)

// Every list and text that a client can make long has a maximum in the schema. Ids need none: a malformed id matches
// nothing.
func TestSchema_LimitsEveryInputListAndText(t *testing.T) {
	t.Parallel()
	schema := gen.NewExecutableSchema(gen.Config{}).Schema()
	lists, texts := 0, 0
	demand := func(place string, of *ast.Type, directives ast.DirectiveList) {
		isText := of.Elem == nil && (of.NamedType == "String" || of.NamedType == "URL")
		if definition := schema.Types[of.Name()]; definition.Kind == ast.Scalar && of.Elem == nil && !isText {
			require.Contains(t, "ID Int Float Boolean Time", definition.Name, "%s: say here whether the scalar can be long", place)
		}
		if of.Elem == nil && !isText {
			return
		}
		if of.Elem != nil {
			lists++
			require.NotContains(t, of.Elem.String(), "[", "%s: a list of lists needs a bound for each", place)
			if name := of.Elem.Name(); name == "String" || name == "URL" {
				directive := directives.ForName("length")
				require.True(t, directive != nil && directive.Arguments.ForName("each") != nil, "%s needs @length(each:)", place)
			}
		} else {
			texts++
		}
		require.NotNil(t, directives.ForName("length"), "%s needs @length(max:)", place)
	}
	for _, definition := range schema.Types {
		if strings.HasPrefix(definition.Name, "__") {
			continue
		}
		for _, field := range definition.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			if definition.Kind == ast.InputObject {
				demand(definition.Name+"."+field.Name, field.Type, field.Directives)
			}
			for _, argument := range field.Arguments {
				demand(definition.Name+"."+field.Name+"("+argument.Name+":)", argument.Type, argument.Directives)
			}
		}
	}
	require.Greater(t, lists, 8)
	require.Greater(t, texts, 8)
}

func TestSchema_DescribesEverything(t *testing.T) {
	t.Parallel()
	described := 0
	demand := func(place, description string) {
		described++
		require.NotEmpty(t, description, "%s needs a description", place)
	}
	for _, definition := range gen.NewExecutableSchema(gen.Config{}).Schema().Types {
		if definition.BuiltIn {
			continue
		}
		demand(definition.Name, definition.Description)
		for _, value := range definition.EnumValues {
			demand(definition.Name+"."+value.Name, value.Description)
		}
		for _, field := range definition.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			demand(definition.Name+"."+field.Name, field.Description)
			for _, argument := range field.Arguments {
				demand(definition.Name+"."+field.Name+"("+argument.Name+":)", argument.Description)
			}
		}
	}
	require.Greater(t, described, 300)
}

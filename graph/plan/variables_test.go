package plan

import (
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

func TestInnerVariables_AreThoseThatAffectTheRendering(t *testing.T) {
	t.Parallel()
	document, err := parser.ParseQuery(&ast.Source{Input: `
		subscription($after: String, $a: ID, $b: Boolean, $c: ID, $d: ID) {
			accountChanges(after: $after) @include(if: $b) { mappings(integrationIds: [$a]) { id } ...F }
		}
		fragment F on X { deep(in: {one: {two: $c}}) { id } }`})
	require.NoError(t, err)
	operation := &graphql.OperationContext{Operation: document.Operations[0], Doc: document}
	names := innerVariables(operation)
	require.Equal(t, []string{"a", "b", "c"}, names)
	one, err := choices(names, map[string]any{"after": "x", "a": "1", "d": "9"})
	require.NoError(t, err)
	other, err := choices(names, map[string]any{"after": "y", "a": "1"})
	require.NoError(t, err)
	require.Equal(t, one, other, "the cursor to resume from does not affect the rendering")
	different, err := choices(names, map[string]any{"after": "x", "a": "2"})
	require.NoError(t, err)
	require.NotEqual(t, one, different)
}

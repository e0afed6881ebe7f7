package graph

import (
	"maps"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/gen"
)

// announced returns the schema without the directives that the parser adds and nothing here carries out: what introspection lists must
// work.
func announced() *ast.Schema {
	schema := *gen.NewExecutableSchema(gen.Config{}).Schema()
	schema.Directives = maps.Clone(schema.Directives)
	delete(schema.Directives, "defer")
	return &schema
}

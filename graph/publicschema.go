package graph

import (
	"maps"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/gen"
)

// publicSchema returns the schema without @defer, which the parser adds and this server does not support. Introspection
// must list only directives that work.
func publicSchema() *ast.Schema {
	schema := *gen.NewExecutableSchema(gen.Config{}).Schema()
	schema.Directives = maps.Clone(schema.Directives)
	delete(schema.Directives, "defer")
	return &schema
}

package graph

import (
	"bytes"
	"maps"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

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

// SDL returns the schema in the schema definition language, with all descriptions: what introspection tells.
var SDL = sync.OnceValue(func() []byte { //nolint:gochecknoglobals // a constant that is expensive to make
	var text bytes.Buffer
	formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatSchema(publicSchema())
	return text.Bytes()
})

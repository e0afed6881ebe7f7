package guard_test

import (
	_ "embed"
	"sync"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/guard"
)

//go:embed testdata/schema.graphqls
var schemaText string

// schema is representative of the project's: as many types, the same shapes. Nothing changes it, so all tests share one.
var schema = sync.OnceValue(func() *ast.Schema {
	return gqlparser.MustLoadSchema(
		&ast.Source{Name: "schema.graphqls", Input: schemaText},
		&ast.Source{Name: "cost.graphqls", Input: guard.CostDirective},
	)
})

package guard_test

import (
	_ "embed"
	"regexp"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/guard"
)

//go:embed testdata/schema.graphqls
var schemaText string

// schema resembles the project's schema: as many types of the same shapes. It is read-only, so all tests share it.
var schema = sync.OnceValue(func() *ast.Schema {
	return gqlparser.MustLoadSchema(
		&ast.Source{Name: "schema.graphqls", Input: schemaText},
		&ast.Source{Name: "cost.graphqls", Input: guard.CostDirective},
	)
})

// TestSchema_SecretsAreInSecretInputs fails if an input field whose name suggests a secret may be quoted in a message.
func TestSchema_SecretsAreInSecretInputs(t *testing.T) {
	t.Parallel()
	sounds := regexp.MustCompile(`(?i)credential|secret|password|token|passphrase|apikey`)
	for _, definition := range gen.NewExecutableSchema(gen.Config{}).Schema().Types {
		if definition.Kind != ast.InputObject || definition.Name == "CredentialInput" {
			continue
		}
		for _, field := range definition.Fields {
			if sounds.MatchString(field.Name) && field.Type.Name() != "ID" { // the ID of a token is public
				require.Equal(t, "CredentialInput", field.Type.Name(), "%s.%s: add %s to secretInputs", definition.Name, field.Name, definition.Name)
			}
		}
	}
}

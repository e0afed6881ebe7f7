package input_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/input"
)

func TestMessages_NameTheVariableAndTheValue(t *testing.T) {
	t.Parallel()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: schemaText()})
	reader := input.New(schema, 2)
	long := strings.Repeat("é", 200)
	for _, test := range []struct{ query, variables, want string }{
		{`query($v: Int!) { f0(v: $v) }`, `{}`, `Variable "$v" is missing: it must be an Int.`},
		{`query($v: Int!) { f0(v: $v) }`, `{"v":null}`, `Variable "$v" must not be null: it must be an Int.`},
		{`query($v: Int!) { f0(v: $v) }`, `{"v":5.5}`, `Variable "$v" must be an Int, not 5.5.`},
		{`query($v: Int!) { f0(v: $v) }`, `{"v":"3"}`, `Variable "$v" must be an Int, not "3".`},
		{`query($v: Int!) { f0(v: $v) }`, `{"v":"` + long + `"}`, `Variable "$v" must be an Int, not "` + strings.Repeat("é", 40) + `…".`},
		{`query($v: Int!) { f0(v: $v) }`, `{"v":[1]}`, `Variable "$v" must be an Int, not a list.`},
		{`query($v: [[Int!]!]!) { f18(v: $v) }`, `{"v":[[1],[2,true]]}`, `Variable "$v[1][1]" must be an Int, not true.`},
		{`query($v: Point) { f22(v: $v) }`, `{"v":{"x":1,"next":{"x":1,"color":"red"}}}`, `Variable "$v.next.color" must be a Color, not "red".`},
		{`query($v: Point) { f22(v: $v) }`, `{"v":{"x":1,"next":{}}}`, `Variable "$v.next.x" is missing: it must be an Int.`},
		{`query($v: Point) { f22(v: $v) }`, `{"v":{"x":1,"zz":1}}`, `Variable "$v" has a field "zz", which Point does not have.`},
		{`query($v: Point) { f22(v: $v) }`, `{"v":"x"}`, `Variable "$v" must be a Point, not "x".`},
		{`query($v: Int = 1) { two(b: [$v]) }`, `{"v":null}`, `Variable "$v" must not be null: it is used where an Int is needed.`},
	} {
		_, problems := read(schema, reader, request{test.query, json.RawMessage(test.variables)})
		require.Len(t, problems, 1, test.query)
		require.Equal(t, test.want, problems[0].Message)
		require.Equal(t, map[string]any{"code": "GRAPHQL_VALIDATION_FAILED"}, problems[0].Extensions)
	}
	_, problems := read(schema, reader, request{`query($v: [Int]) { f14(v: $v) }`, json.RawMessage(`{"v":["a","b","c"]}`)})
	require.Len(t, problems, 2, "the list of errors is bounded")
}

// TestMessages_QuoteNoCredential puts a secret everywhere a client may put one by mistake.
func TestMessages_QuoteNoCredential(t *testing.T) {
	t.Parallel()
	schema := gen.NewExecutableSchema(gen.Config{}).Schema()
	reader := input.New(schema, 8, "CredentialInput")
	connect := `mutation($v: ConnectIntegrationInput!) { connectIntegration(input: $v) { userErrors { code } } }`
	const secret = "hunter2"
	for _, test := range []struct{ query, variables string }{
		{connect, `{"v":"hunter2"}`},
		{connect, `{"v":["hunter2"]}`},
		{connect, `{"v":{"application":"HUDU","credentials":"hunter2"}}`},
		{connect, `{"v":{"application":"HUDU","credentials":["hunter2"]}}`},
		{connect, `{"v":{"application":"HUDU","credentials":[{"name":"key","value":["hunter2"]}]}}`},
		{connect, `{"v":{"application":"HUDU","credentials":[{"name":"key","hunter2":"x"}]}}`},
		{connect, `{"v":{"application":"HUDU","credentials":[{"hunter2":"hunter2"}]}}`},
		{connect, `{"v":{"application":"hunter2","credentials":[]}}`},
		{`mutation($v: [CredentialInput!]!) { connectIntegration(input: {application: HUDU, credentials: $v}) { userErrors { code } } }`, `{"v":"hunter2"}`},
		{`mutation { connectIntegration(input: {application: HUDU, credentials: "hunter2"}) { userErrors { code } } }`, ``},
		{`mutation { connectIntegration(input: {application: HUDU, credentials: [{name: "key", value: hunter2}]}) { userErrors { code } } }`, ``},
	} {
		_, problems := read(schema, reader, request{test.query, json.RawMessage(test.variables)})
		require.NotEmpty(t, problems, test.variables)
		require.NotContains(t, problems.Error(), secret, test.variables)
	}
	numbers := strings.NewReplacer("hunter2", "1234567")
	_, problems := read(schema, reader, request{connect, json.RawMessage(numbers.Replace(`{"v":{"application":"HUDU","credentials":[{"name":"key","value":hunter2}]}}`))})
	require.Equal(t, `Variable "$v.credentials[0].value" must be a String, not a number.`, problems[0].Message)
}

// TestSchema_HasOnlySupportedInputTypes fails for a scalar, or another kind of input type, that the reader does not
// handle.
func TestSchema_HasOnlySupportedInputTypes(t *testing.T) {
	t.Parallel()
	known := map[string]bool{"Int": true, "Float": true, "String": true, "Boolean": true, "ID": true, "Time": true, "URL": true}
	for name, definition := range gen.NewExecutableSchema(gen.Config{}).Schema().Types {
		if definition.Kind == ast.Scalar {
			require.True(t, known[name], "%s: say in readScalar what its values are", name)
		}
		require.Nil(t, definition.Directives.ForName("oneOf"), "%s: @oneOf is not read", name)
	}
}

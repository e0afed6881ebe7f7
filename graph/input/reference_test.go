package input_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/orgmap/orgmap/graph/guard"
	"github.com/orgmap/orgmap/graph/input"
	"github.com/orgmap/orgmap/internal/nodetest"
)

// types returns the types of the variables and arguments in the test schema: for example, f3 has an argument v of the
// fourth type.
func types() []string {
	return []string{
		"Int", "Int!", "Float", "Float!", "String", "String!", "Boolean", "Boolean!", "ID", "ID!", "Color", "Color!", "Time", "URL!",
		"[Int]", "[Int!]", "[Int!]!", "[[Int]]", "[[Int!]!]!", "[String!]", "[ID!]!", "[Color!]", "Point", "Point!", "[Point!]!", "[Time!]",
	}
}

func schemaText() string {
	var text strings.Builder
	text.WriteString(`scalar Time scalar URL enum Color { RED GREEN }
input Point { x: Int! y: Int! = 7 name: String color: Color = RED ids: [ID!] = ["a"] next: Point at: Time }
type Query {`)
	for i, name := range types() {
		fmt.Fprintf(&text, " f%d(v: %s): String", i, name)
	}
	text.WriteString(` two(a: Int! = 3, b: [Int!]! = [1]): String }`)
	return text.String()
}

// values returns JSON values for variables.
func values() []string {
	return []string{
		`null`, `0`, `1`, `-1`, `-0`, `5.0`, `5.5`, `1e3`, `1e-3`, `2147483647`, `2147483648`, `-2147483648`, `-2147483649`, `1e400`, `1e20`,
		`""`, `"3"`, `"5.5"`, `"a"`, `"RED"`, `"red"`, `"BLUE"`, `"true"`, `"null"`, `true`, `false`,
		`"2026-05-01T09:30:00Z"`, `"2026-05-01"`, `"2026-13-01T09:30:00Z"`, `"https://a.example"`,
		`[]`, `[null]`, `[1]`, `[1,null]`, `[1,"2"]`, `["a"]`, `["a",5]`, `[true]`, `[[1]]`, `[[]]`, `[[null]]`, `[[1],2]`, `[1,[2]]`, `["RED"]`, `["RED","red"]`,
		`{}`, `{"x":1}`, `{"x":"1"}`, `{"x":1,"y":null}`, `{"x":1,"y":2.0}`, `{"x":1,"z":1}`, `{"x":1,"__typename":"Point"}`, `{"x":1,"name":null}`, `{"x":1,"name":5}`,
		`{"x":1,"color":null}`, `{"x":1,"color":"GREEN"}`, `{"x":1,"color":1}`, `{"x":1,"ids":"b"}`, `{"x":1,"ids":[1,"c"]}`, `{"x":1,"ids":[null]}`, `{"x":1,"ids":null}`,
		`{"x":1,"next":{"x":2}}`, `{"x":1,"next":{"y":2}}`, `{"x":1,"next":[{"x":2}]}`, `{"x":1,"at":5}`, `{"x":1,"at":"2026-05-01T09:30:00+02:00"}`,
		`[{"x":1}]`, `[{"x":1},{"x":null}]`, `[{"x":1},null]`,
	}
}

// literals returns values for documents.
func literals() []string {
	return []string{
		`null`, `0`, `-1`, `5.0`, `5.5`, `1e3`, `2147483647`, `2147483648`, `-2147483649`, `""`, `"3"`, `"""a"""`, `"RED"`, `RED`, `red`, `BLUE`, `true`, `false`,
		`"2026-05-01T09:30:00Z"`, `"2026-05-01"`, `[]`, `[null]`, `[1]`, `[1, null]`, `[1, "2"]`, `["a"]`, `[RED]`, `[[1]]`, `[[]]`, `[[null]]`, `[[1], 2]`, `[1, [2]]`,
		`{}`, `{x: 1}`, `{x: "1"}`, `{x: 3000000000}`, `{x: 1, y: null}`, `{x: 1, z: 1}`, `{x: 1, color: GREEN}`, `{x: 1, color: "GREEN"}`, `{x: 1, ids: "b"}`, `{x: 1, ids: [1, 2.5]}`,
		`{x: 1, next: {x: 2}}`, `{x: 1, next: {}}`, `{x: 1, at: 5}`, `{x: 1, at: "x"}`, `[{x: 1}]`, `[{x: 1}, null]`, `[{x: 1, y: {}}]`,
	}
}

// places returns documents that use a variable $v where null is forbidden, or in a value there, and the type they
// declare for it.
func places() []string {
	return []string{
		`query($v: Int = 1) { two(a: $v) }`, `query($v: Int) { two(a: $v) }`, `query($v: Int = null) { two(a: $v) }`,
		`query($v: [Int!] = [2]) { two(b: $v) }`, `query($v: Int = 1) { two(b: [$v]) }`, `query($v: Int = 1) { two(b: [1, $v]) }`, `query($v: Int) { two(b: [$v]) }`,
		`query($v: Int = 1) { f22(v: {x: $v}) }`, `query($v: Int) { f22(v: {x: 1, y: $v}) }`, `query($v: Int = 1) { f22(v: {x: 1, next: {x: $v}}) }`,
		`query($v: Int = 1) { f24(v: [{x: $v}]) }`, `query($v: ID = "a") { f22(v: {x: 1, ids: [$v]}) }`, `query($v: Int) { f14(v: [$v]) }`, `query($v: Int) { f0(v: $v) }`,
		`query($v: Int = 1) { f18(v: [[$v]]) }`, `query($v: Boolean = true) { __typename @skip(if: $v) }`, `query($v: Boolean = false) { __typename @include(if: $v) }`,
		`query($v: Boolean) { __typename @skip(if: $v) }`, `query($v: Boolean! = false) { __typename @skip(if: $v) }`,
		`query($v: Boolean = false) { ... @include(if: $v) { __typename } }`, `query($v: Boolean = false) { ...F @skip(if: $v) } fragment F on Query { __typename }`,
		`query($v: Int = 1) { ...F } fragment F on Query { two(a: $v) }`, `query($v: Int = 1) { ...F } fragment F on Query { ... { two(b: [$v]) } }`,
	}
}

type request struct {
	Query     string          `json:"query"`
	Variables json.RawMessage `json:"variables,omitempty"`
}

func requests() (all []request) {
	for i, name := range types() {
		plain := fmt.Sprintf(`query($v: %s) { f%d(v: $v) }`, name, i)
		all = append(all, request{Query: plain})
		for _, value := range values() {
			all = append(all, request{plain, json.RawMessage(`{"v":` + value + `}`)})
		}
		for _, literal := range literals() {
			all = append(all, request{Query: fmt.Sprintf(`{ f%d(v: %s) }`, i, literal)})
			withDefault := fmt.Sprintf(`query($v: %s = %s) { f%d(v: $v) }`, name, literal, i)
			all = append(all, request{Query: withDefault}, request{withDefault, json.RawMessage(`{"v":null}`)})
		}
	}
	for _, place := range places() {
		all = append(all, request{Query: place})
		for _, value := range []string{`null`, `1`, `"1"`, `true`, `[null]`, `[1]`} {
			all = append(all, request{place, json.RawMessage(`{"v":` + value + `}`)})
		}
	}
	return all
}

// read does what the guard does with a request.
func read(schema *ast.Schema, reader *input.Reader, sent request) (variables map[string]any, refused gqlerror.List) {
	document, err := gqlparser.LoadQueryWithRules(schema, sent.Query, guard.Rules(8))
	if err != nil {
		return nil, err
	}
	var given map[string]any
	if len(sent.Variables) > 0 {
		decoder := json.NewDecoder(bytes.NewReader(sent.Variables))
		decoder.UseNumber()
		if err := decoder.Decode(&given); err != nil {
			panic(err)
		}
	}
	return reader.Variables(document.Operations[0], document.Fragments, given)
}

// TestValues_AreCoercedLikeInGraphQLJS compares some thousands of values, types and places with graphql-js: both must
// accept or refuse the same, and coerce accepted values to the same result.
func TestValues_AreCoercedLikeInGraphQLJS(t *testing.T) {
	t.Parallel()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: schemaText()})
	reader := input.New(schema, 8)
	writer, answers := nodetest.Start(t, "values.mjs")
	require.NoError(t, writer.Encode(schemaText()))
	accepted, refused := 0, 0
	for _, sent := range requests() {
		var reference verdict
		require.NoError(t, writer.Encode(sent))
		require.NoError(t, answers.Decode(&reference))
		if reference.Accepted {
			accepted++
		} else {
			refused++
		}
		if difference := reference.difference(t, schema, reader, sent); difference != "" {
			t.Errorf("%s with %s: %s", sent.Query, sent.Variables, difference)
		}
	}
	t.Logf("%d accepted, %d refused", accepted, refused)
	require.Greater(t, accepted, 500)
	require.Greater(t, refused, 2000)
}

// verdict is what the reference does with a request.
type verdict struct {
	Accepted  bool
	Why       string
	Variables map[string]any
}

// difference returns how our result differs from the reference's.
func (v verdict) difference(t *testing.T, schema *ast.Schema, reader *input.Reader, sent request) string {
	t.Helper()
	variables, problems := read(schema, reader, sent)
	switch {
	case !v.Accepted && len(problems) == 0:
		return "accepted, and refused by the reference: " + v.Why
	case !v.Accepted:
		return ""
	case len(problems) > 0:
		return "refused, and accepted by the reference: " + problems.Error()
	}
	text, err := json.Marshal(variables)
	require.NoError(t, err)
	want, err := json.Marshal(v.Variables)
	require.NoError(t, err)
	if v.Variables == nil {
		want = []byte("{}")
	}
	var ours, theirs any
	require.NoError(t, json.Unmarshal(text, &ours))
	require.NoError(t, json.Unmarshal(want, &theirs))
	if !reflect.DeepEqual(theirs, ours) {
		return fmt.Sprintf("came to %s, and with the reference to %s", text, want)
	}
	// Later code accepts everything that has passed here, and does not change it.
	document, list := gqlparser.LoadQueryWithRules(schema, sent.Query, guard.Rules(8))
	require.Empty(t, list)
	again, err := validator.VariableValues(schema, document.Operations[0], variables)
	if err != nil || !reflect.DeepEqual(variables, again) {
		return fmt.Sprintf("changed behind from %v to %v: %v", variables, again, err)
	}
	return ""
}

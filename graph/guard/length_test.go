package guard_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/graph/guard"
)

const measured = guard.CostParts // this many elements cost 1

// inputs returns a schema with lists and texts in every possible position.
func inputs() *ast.Schema {
	return gqlparser.MustLoadSchema(&ast.Source{Input: guard.CostDirective + guard.LengthDirective + `
		type Query {
			things(ids: [ID!] @length(max: 3), search: String @length(max: 4), filter: Filter): [Thing!]!
			thing(id: ID!): Thing
		}
		type Mutation { save(input: Save!): Saved! }
		type Saved { things: [Thing!]! userErrors: [Thing!]! }
		type Thing { id: ID! part(ids: [ID!] @length(max: 3)): Thing }
		input Filter { in: [ID!] @length(max: 2) names: [String!] @length(max: 3, each: 4) and: Filter all: [Filter!] @length(max: 2) }
		input Save { cells: [Cell!]! @length(max: 1000) }
		input Cell { name: String @length(max: 4) ids: [ID!]! @length(max: 5) }`})
}

// admit passes a document through a guard.
func admit(t require.TestingT, document *ast.Schema, query string, variables map[string]any) (guard.Cost, *gqlerror.Error) {
	g := guard.New(guard.DefaultLimits())
	require.NoError(t, g.Validate(executable{document}))
	parsed, errs := gqlparser.LoadQueryWithRules(document, query, guard.Rules(8))
	require.Empty(t, errs, query)
	operation := &graphql.OperationContext{Doc: parsed, Operation: parsed.Operations[0], Variables: variables}
	refusal := g.MutateOperationContext(nil, operation) //nolint:staticcheck // it does not use the context
	cost, _ := guard.CostOf(operation)
	return cost, refusal
}

func list(n int) []any {
	all := make([]any, n)
	for i := range all {
		all[i] = "x"
	}
	return all
}

func TestLength_IsEnforcedHoweverAValueIsPassed(t *testing.T) {
	t.Parallel()
	document := inputs()
	for _, test := range []struct {
		query     string
		variables map[string]any
		refusal   string
	}{
		{`{ things(ids: ["a", "b", "c"]) { id } }`, nil, ""},
		{`{ things(ids: ["a", "b", "c", "d"]) { id } }`, nil, "things.ids has 4 elements, and the maximum is 3."},
		{`{ things(ids: ["a", "a", "a", "a"]) { id } }`, nil, "things.ids has 4 elements, and the maximum is 3."},
		{`{ a: things(ids: "a") { id } }`, nil, ""},
		{`query($i: [ID!]) { things(ids: $i) { id } }`, map[string]any{"i": list(3)}, ""},
		{`query($i: [ID!]) { things(ids: $i) { id } }`, map[string]any{"i": list(4)}, "things.ids has 4 elements, and the maximum is 3."},
		{`query($i: [ID!]) { things(ids: $i) { id } }`, map[string]any{"i": []string{"a", "b", "c", "d"}}, "things.ids has 4 elements, and the maximum is 3."},
		{`query($i: [ID!]) { things(ids: $i) { id } }`, map[string]any{"i": nil}, ""},
		{`query($i: [ID!]) { things(ids: $i) { id } }`, nil, ""},
		{`query($i: [ID!] = ["a", "b", "c", "d"]) { things(ids: $i) { id } }`, nil, "things.ids has 4 elements, and the maximum is 3."},
		{`query($a: ID!) { things(ids: [$a, $a, $a, $a]) { id } }`, map[string]any{"a": "x"}, "things.ids has 4 elements, and the maximum is 3."},
		{`{ things(filter: {in: ["a", "b", "c"]}) { id } }`, nil, "things.filter.in has 3 elements, and the maximum is 2."},
		{`query($i: [ID!]) { things(filter: {and: {and: {in: $i}}}) { id } }`, map[string]any{"i": list(3)}, "things.filter.and.and.in has 3 elements, and the maximum is 2."},
		{`query($f: Filter) { things(filter: $f) { id } }`, map[string]any{"f": map[string]any{"all": []any{map[string]any{}, map[string]any{"in": list(7)}}}}, "things.filter.all.1.in has 7 elements, and the maximum is 2."},
		{`query($f: Filter!) { things(filter: {all: [$f, $f, $f]}) { id } }`, map[string]any{"f": map[string]any{}}, "things.filter.all has 3 elements, and the maximum is 2."},
		{`{ things(filter: {names: ["äöüß", "a", ""]}) { id } }`, nil, ""},
		{`{ things(filter: {names: ["a", "äöüß!"]}) { id } }`, nil, "things.filter.names.1 has 5 characters, and the maximum is 4."},
		{`{ things(filter: {names: "äöüß!"}) { id } }`, nil, "things.filter.names.0 has 5 characters, and the maximum is 4."},
		{`{ things(filter: {names: ["a", "b", "c", "d"]}) { id } }`, nil, "things.filter.names has 4 elements, and the maximum is 3."},
		{`query($n: [String!]) { things(filter: {names: $n}) { id } }`, map[string]any{"n": []string{"a", "12345"}}, "things.filter.names.1 has 5 characters, and the maximum is 4."},
		{`query($n: [String!]) { things(filter: {and: {names: $n}}) { id } }`, map[string]any{"n": []any{"12345", "a"}}, "things.filter.and.names.0 has 5 characters, and the maximum is 4."},
		{`query($n: String!) { things(filter: {names: ["a", $n]}) { id } }`, map[string]any{"n": "12345"}, "things.filter.names.1 has 5 characters, and the maximum is 4."},
		{`{ things(search: "äöüß") { id } }`, nil, ""},
		{`{ things(search: "äöüß!") { id } }`, nil, "things.search has 5 characters, and the maximum is 4."},
		{`query($s: String) { things(search: $s) { id } }`, map[string]any{"s": strings.Repeat("x", 1<<20)}, "things.search has 1048576 characters, and the maximum is 4."},
		{`query($i: [ID!]) { thing(id: 1) { ...F } } fragment F on Thing { part { part(ids: $i) { id } } }`, map[string]any{"i": list(4)}, "part.ids has 4 elements, and the maximum is 3."},
		{`query($i: [ID!]) { thing(id: 1) { id @include(if: true) part(ids: $i) @skip(if: true) { id } } }`, map[string]any{"i": list(4)}, ""},
		{`mutation($c: [Cell!]!) { save(input: {cells: $c}) { things { id } } }`, map[string]any{"c": []any{map[string]any{"ids": list(5), "name": "Acme!"}}}, "save.input.cells.0.name has 5 characters, and the maximum is 4."},
		{`mutation($s: Save!) { save(input: $s) { things { id } } }`, map[string]any{"s": map[string]any{"cells": map[string]any{"ids": list(6)}}}, "save.input.cells.0.ids has 6 elements, and the maximum is 5."},
	} {
		_, refusal := admit(t, document, test.query, test.variables)
		if test.refusal == "" {
			require.Nil(t, refusal, test.query)
			continue
		}
		require.NotNil(t, refusal, test.query)
		require.Equal(t, test.refusal, refusal.Message, test.query)
		require.Equal(t, "BAD_USER_INPUT", refusal.Extensions["code"])
		require.Regexp(t, fmt.Sprintf("^%s has %d .* is %d\\.$", refusal.Extensions["argument"], refusal.Extensions["count"], refusal.Extensions["maximum"]), refusal.Message)
	}
}

// A list costs the same however it is written: its price is its number of elements.
func TestLength_IsPartOfTheCost(t *testing.T) {
	t.Parallel()
	document := inputs()
	const save = `mutation($c: [Cell!]!) { save(input: {cells: $c}) { things { id part { id } } } }`
	rapid.Check(t, func(t *rapid.T) {
		cells, elements := make([]any, rapid.IntRange(0, 1000).Draw(t, "cells")), 0
		for i := range cells {
			ids := list(rapid.IntRange(0, 5).Draw(t, "ids"))
			cells[i] = map[string]any{"ids": ids}
			elements += 1 + len(ids)
		}
		cost, refusal := admit(t, document, save, map[string]any{"c": cells})
		require.Nil(t, refusal)
		payload := max(10, len(cells)) // things: as many as cells, with one part each
		require.Equal(t, (11*measured+payload+elements)/measured, cost.Requested)
	})
}

func TestLength_OfAQueryArgumentIsChargedOnce(t *testing.T) {
	t.Parallel()
	document := gqlparser.MustLoadSchema(&ast.Source{Input: guard.CostDirective + guard.LengthDirective + `
		type Query { things: [Thing!]! } type Thing { parts(ids: [ID!] @length(max: 1000)): Thing id: ID! }`})
	cost, refusal := admit(t, document, `query($i: [ID!]) { things { parts(ids: $i) { id } } }`, map[string]any{"i": list(1000)})
	require.Nil(t, refusal)
	require.Equal(t, 1+(10+1000)/measured, cost.Requested, "the list is charged once, not for every item")
	cost, _ = admit(t, document, `query($i: [ID!]) { things { ...F ...G } } fragment F on Thing { a: parts(ids: $i) { id } } fragment G on Thing { b: parts(ids: $i) { id } c: parts(ids: $i) { id } }`, map[string]any{"i": list(1000)})
	require.Equal(t, 1+(30+3000)/measured, cost.Requested)
}

func TestLengthDirective_IsValidated(t *testing.T) {
	t.Parallel()
	for _, max := range []string{"0", "-1"} {
		document := gqlparser.MustLoadSchema(&ast.Source{Input: guard.LengthDirective + `type Query { a(b: In): Int } input In { c: [Int] @length(max: ` + max + `) }`})
		require.ErrorContains(t, guard.New(guard.DefaultLimits()).Validate(executable{document}), "In.c: @length(max:)")
	}
	for field, refusal := range map[string]string{
		"[String] @length(max: 1, each: 0)": "In.c: @length(each:) is no positive number",
		"String @length(max: 1, each: 1)":   "In.c: @length(each:) is for lists of texts",
	} {
		document := gqlparser.MustLoadSchema(&ast.Source{Input: guard.LengthDirective + `type Query { a(b: In): Int } input In { c: ` + field + ` }`})
		require.ErrorContains(t, guard.New(guard.DefaultLimits()).Validate(executable{document}), refusal)
	}
}

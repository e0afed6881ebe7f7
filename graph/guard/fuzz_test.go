package guard_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/orgmap/orgmap/graph/guard"
)

// FuzzCheck looks for a document that passes the guard but keeps parsing and validation busy, and for one that the
// guard counts differently from the parser.
func FuzzCheck(f *testing.F) {
	for _, shape := range shapes() {
		f.Add(shape(3))
		f.Add(shape(largest(shape, guard.DefaultLimits())))
	}
	for _, query := range []string{grid, introspection, "", "{", "}", "...", "@", "{...@a{b}}", "query A($a:[B!]!=[{c:1}]@d){e:f(g:$a)@h{i}}", "\xef\xbb\xbf{a}", "{a}#"} {
		f.Add(query)
	}
	limits := guard.DefaultLimits()
	f.Fuzz(func(t *testing.T, query string) {
		var err error
		requireWithin(t, budget, func() { err = guard.Check(query, limits) }, "the check")
		if err != nil {
			return
		}
		requireWithin(t, budget, func() { validate(t, query) }, "parsing and validation")
		requireCounted(t, query, limits)
	})
}

// requireCounted counts in the parsed document, slowly and simply, what the guard counts in the text.
func requireCounted(t *testing.T, query string, limits guard.Limits) {
	t.Helper()
	document, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil || len(document.Fragments) > 12 {
		return // simple counting is exponential for nested fragment spreads
	}
	c := counter{document: document}
	for _, operation := range document.Operations {
		c.directives += len(operation.Directives)
		for _, variable := range operation.VariableDefinitions {
			c.directives += len(variable.Directives)
		}
		c.selections(operation.SelectionSet)
		require.LessOrEqual(t, c.depth(operation.SelectionSet, nil, true), limits.Depth)
		roots := limits.RootFields
		if operation.Operation == ast.Mutation {
			roots = limits.Mutations
		}
		require.LessOrEqual(t, c.roots(operation.SelectionSet, nil), roots)
	}
	for _, fragment := range document.Fragments {
		c.fragments++
		c.directives += len(fragment.Directives)
		c.selections(fragment.SelectionSet)
	}
	require.LessOrEqual(t, c.aliases, limits.Aliases)
	require.LessOrEqual(t, c.directives, limits.Directives)
	require.LessOrEqual(t, c.fragments, limits.Fragments)
}

type counter struct {
	document                       *ast.QueryDocument
	aliases, directives, fragments int
}

func (c *counter) selections(set ast.SelectionSet) {
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			if selection.Alias != selection.Name {
				c.aliases++
			}
			c.directives += len(selection.Directives)
			c.selections(selection.SelectionSet)
		case *ast.InlineFragment:
			c.directives += len(selection.Directives)
			c.selections(selection.SelectionSet)
		case *ast.FragmentSpread:
			c.fragments++
			c.directives += len(selection.Directives)
		}
	}
}

// depth ignores fields under __schema and __type, if root says that the set may have them. path holds the fragments on
// the way, to stop at cycles.
func (c *counter) depth(set ast.SelectionSet, path []string, root bool) int {
	deepest := 0
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			inner := 0
			if !root || selection.Name != "__schema" && selection.Name != "__type" {
				inner = c.depth(selection.SelectionSet, path, false)
			}
			deepest = max(deepest, 1+inner)
		case *ast.InlineFragment:
			deepest = max(deepest, c.depth(selection.SelectionSet, path, root))
		case *ast.FragmentSpread:
			if fragment := c.fragment(selection.Name, path); fragment != nil {
				deepest = max(deepest, c.depth(fragment.SelectionSet, append(path, selection.Name), false))
			}
		}
	}
	return deepest
}

func (c *counter) roots(set ast.SelectionSet, path []string) int {
	total := 0
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			total++
		case *ast.InlineFragment:
			total += c.roots(selection.SelectionSet, path)
		case *ast.FragmentSpread:
			if fragment := c.fragment(selection.Name, path); fragment != nil {
				total += c.roots(fragment.SelectionSet, append(path, selection.Name))
			}
		}
	}
	return total
}

func (c *counter) fragment(name string, path []string) *ast.FragmentDefinition {
	for _, on := range path {
		if on == name {
			return nil
		}
	}
	return c.document.Fragments.ForName(name)
}

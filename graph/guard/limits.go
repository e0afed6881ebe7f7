// Package guard refuses operations that would cost the server too much, before they run: first by the text of the
// document, in linear time and before anything else reads it, then by what the operation would fetch.
package guard

import (
	"fmt"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Limits bound what one document may contain. All are inclusive.
type Limits struct {
	Bytes  int // of the text
	Tokens int // including comments
	// Nesting is how deep brackets of any kind may nest: parsers recurse for each, and a stack overflow kills the
	// process.
	Nesting    int
	NameBytes  int // of one name; error messages repeat names
	Depth      int // of fields, including those in fragments
	RootFields int // of a query or subscription, including those in fragments
	Mutations  int // root fields of a mutation, which run one after the other
	Aliases    int
	Directives int // uses in the document
	Fragments  int // definitions plus spreads
	// Introspection is the maximum depth under __schema and __type, in place of Depth: types nest deeper than any page
	// does.
	Introspection int
	// Comparisons bounds the pairs of fields with the same response name that validation compares. The work is
	// quadratic: 1,500 tokens could take seconds.
	Comparisons int
	// Fields bounds how many fields an operation selects. A fragment's fields count at every spread, and an interface's
	// fields count for each of its types. Nested fragment spreads can select millions with a few hundred bytes.
	Fields int
	Cost   int // of one query or subscription; see @cost
	// MutationCost applies to mutations instead of Cost: one may send 10,000 ids or save 1,000 cells.
	MutationCost int
	Errors       int // in one response; vulnerability scanners take ten for an unbounded list
}

// DefaultLimits returns limits that are generous for pages and tools, and keep every check below 50 ms in the worst
// case.
func DefaultLimits() Limits {
	return Limits{
		Bytes: 64 << 10, Tokens: 1500, Nesting: 40, NameBytes: 128,
		Depth: 12, RootFields: 10, Mutations: 5, Aliases: 30, Directives: 20, Fragments: 50, Introspection: 20,
		Comparisons: 10_000, Fields: 5000, Cost: 1000, MutationCost: 5000, Errors: 8,
	}
}

// cost returns the maximum cost of an operation of the given kind.
func (l Limits) cost(kind ast.Operation) int {
	if kind == ast.Mutation {
		return l.MutationCost
	}
	return l.Cost
}

const codeTooComplex = "COMPLEXITY_LIMIT_EXCEEDED"

func tooComplex(format string, values ...any) *gqlerror.Error {
	return withCode(codeTooComplex, fmt.Sprintf(format, values...))
}

// exceeds returns the error for a document that exceeds a limit. It does not say by how much, because counting stops at
// the limit.
func exceeds(limit int, what string) *gqlerror.Error {
	err := tooComplex("The document has more than %d %s.", limit, what)
	err.Extensions["limit"] = limit
	return err
}

func withCode(code, message string) *gqlerror.Error {
	err := &gqlerror.Error{Message: message}
	errcode.Set(err, code)
	return err
}

// Package guard refuses operations that would cost the server more than a client may ask for, before they cost it: first by
// the text of the document, in linear time and before anything else looks at it, then by what it would fetch.
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
	Tokens int // comments count too
	// Nesting is how deep brackets of any kind may nest: parsers call themselves once for each, and a stack that overflows
	// takes the whole process along.
	Nesting    int
	NameBytes  int // of one name; names come back in error messages
	Depth      int // of fields, through fragments too
	RootFields int // of a query or subscription, through fragments too
	Mutations  int // root fields of a mutation: they run one after the other
	Aliases    int
	Directives int // as used in the document
	Fragments  int // definitions and spreads together
	// Introspection is the depth allowed under __schema and __type instead of Depth: what types are made of nests deeper
	// than any page does.
	Introspection int
	// Comparisons bounds the pairs of fields with the same response name that validation has to compare: it is quadratic,
	// and 1,500 tokens could keep it busy for seconds.
	Comparisons int
	// Fields bounds what an operation selects, with the fields of a fragment counted wherever it is spread and those of an
	// interface once for each of its types. Fragments that spread each other select millions with a few hundred bytes.
	Fields int
	Cost   int // of one query or subscription; see the directive @cost
	// MutationCost is for mutations instead: one may bring 10,000 ids or save 1,000 cells.
	MutationCost int
	Errors       int // in one response; scanners take ten for a list without bound
}

// DefaultLimits are generous for pages and tools, and keep every check below 50 ms in the worst case.
func DefaultLimits() Limits {
	return Limits{
		Bytes: 64 << 10, Tokens: 1500, Nesting: 40, NameBytes: 128,
		Depth: 12, RootFields: 10, Mutations: 5, Aliases: 30, Directives: 20, Fragments: 50, Introspection: 20,
		Comparisons: 10_000, Fields: 5000, Cost: 1000, MutationCost: 5000, Errors: 8,
	}
}

// cost is the most that an operation of the kind may cost.
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

// exceeds says which limit a document is over. What it does contain is not told: counting stops at the limit.
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

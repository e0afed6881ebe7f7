// Package plan executes operations faster than gqlgen's executor. It compiles the selection of a document once, into
// steps that append JSON; gqlgen's generated code instead creates a context, a tree of marshalers and often a goroutine
// for each field of each object. Parsing, validation, extensions, and interceptors of operations, responses and root
// fields remain gqlgen's, and so do resolvers, argument decoding, errors and nulls: the responses are the same.
//
// Operations that the tables do not cover, such as introspection, are left to gqlgen's executor. Interceptors of single
// fields (AroundFields) are not called for operations that the tables cover.
package plan

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Types maps the names of a schema's object types to their tables. They are generated beside gqlgen's own code.
type Types map[string]*Type

// Type is an object type.
type Type struct {
	Name       string
	Implements []string // its own name and its interfaces' names: the type conditions that match it
	Fields     map[string]*Field
}

// Field is a field of an object type.
type Field struct {
	// Append appends the field's value for object. If it reports false, the value is null, and if the field is non-null
	// an error has been recorded.
	Append func(x *Execution, s *Step, object any) bool
	// Open starts the stream of a Subscription field. It returns nil if the stream did not start; the error has been
	// recorded.
	Open func(x *Execution, s *Step) *Stream
	// Arguments decodes the arguments; nil: the field has none.
	Arguments func(ctx context.Context, raw map[string]any) (map[string]any, error)
	Children  []string // the object types that it may hold, in the order of Append's child indexes
	NonNull   bool
	Resolver  bool // resolved by a method of the resolvers
	Method    bool // resolved by a method of any kind
}

// Selection is what is selected of an object, in the order of the response.
type Selection struct {
	steps []Step
}

// Step is one field of a selection.
type Step struct {
	key        []byte // the encoded response name, `"name":`, followed by the value if it is constant
	field      *Field // nil: the value is part of key
	object     string // the type that declares the field
	collected  graphql.CollectedField
	selections []*Selection // one for each of the field's Children
	arguments  int          // index of its arguments in an execution
	cost, each int          // of resolving it, and of each item of its list
}

// errUnplanned means that the operation is left to gqlgen's executor.
var errUnplanned = errors.New("plan: not covered")

const (
	// maximumSteps caps a plan's size: nested fragment spreads expand exponentially. Larger operations are left to
	// gqlgen's executor, which visits only fields that have data; the guard caps what they may select and return.
	maximumSteps = 2_000
	// stepBytes is about what a step takes, with its key and its slot in the selection; selectionBytes is what each
	// selection takes that gqlgen collected for the step. A test compares the sum with the heap.
	stepBytes      = 400
	selectionBytes = 16
)

// compiler compiles one operation for one combination of @skip and @include conditions.
type compiler struct {
	types     Types
	operation *graphql.OperationContext
	costs     Costs
	steps     int
	bytes     int64
	arguments int
}

func (c *compiler) selection(of *Type, set ast.SelectionSet) (*Selection, error) {
	if of == nil {
		return nil, errUnplanned
	}
	collected := graphql.CollectFields(c.operation, set, of.Implements)
	if !c.fits(collected) {
		return nil, errUnplanned
	}
	selection := &Selection{steps: make([]Step, 0, len(collected))}
	seen := make(map[string]bool, len(collected))
	for _, field := range collected {
		if seen[field.Alias] {
			continue
		}
		seen[field.Alias] = true
		step, err := c.step(of, field)
		if err != nil {
			return nil, err
		}
		selection.steps = append(selection.steps, step)
	}
	return selection, nil
}

// fits adds the collected fields to the plan's size, and reports whether the plan is still within its limits.
func (c *compiler) fits(collected []graphql.CollectedField) bool {
	c.steps += 1 + len(collected)
	c.bytes += stepBytes * int64(1+len(collected))
	for _, field := range collected {
		c.bytes += int64(len(field.Alias)) + selectionBytes*int64(cap(field.Selections))
	}
	return c.steps <= maximumSteps && c.bytes <= largestPlans
}

func (c *compiler) step(of *Type, collected graphql.CollectedField) (Step, error) {
	step := Step{key: append(quoted(collected.Alias), ':'), object: of.Name, collected: collected}
	if collected.Name == "__typename" {
		step.key = append(step.key, quoted(of.Name)...)
		return step, nil
	}
	step.field = of.Fields[collected.Name]
	if step.field == nil || len(collected.Deferrables) > 0 {
		return Step{}, errUnplanned
	}
	if step.field.Arguments != nil {
		step.arguments = c.arguments
		c.arguments++
	}
	if c.costs != nil {
		cost, each := c.costs.Price(collected.Definition)
		if each {
			step.each = cost
		} else {
			step.cost = cost
		}
	}
	for _, child := range step.field.Children {
		selection, err := c.selection(c.types[child], collected.Selections)
		if err != nil {
			return Step{}, err
		}
		step.selections = append(step.selections, selection)
	}
	return step, nil
}

func quoted(text string) []byte {
	encoded, err := json.Marshal(text)
	if err != nil {
		panic("plan: strings always encode: " + err.Error())
	}
	return encoded
}

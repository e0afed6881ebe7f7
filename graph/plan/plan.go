// Package plan answers operations faster than gqlgen's own executor does. What a document selects is compiled once, into
// steps that append JSON; gqlgen's generated code makes a context, a tree of marshalers and often a goroutine for each
// field of each object instead. Parsing, validation, extensions and interceptors of operations, responses and root fields
// stay gqlgen's, and so do resolvers, argument decoding, errors and nulls: the answers are the same.
//
// What the tables do not cover, introspection for one, is answered by the executor beneath. Interceptors of single fields
// (AroundFields) are not called for what the tables do cover.
package plan

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Types are the object types of a schema by their names. They are generated beside gqlgen's own code.
type Types map[string]*Type

// Type is an object type.
type Type struct {
	Name       string
	Implements []string // its own name and those of its interfaces: what fragments on it may name
	Fields     map[string]*Field
}

// Field is a field of an object type.
type Field struct {
	// Append appends the field of object, or reports false: then it is null, and whoever asked has been told why where it
	// must not be.
	Append func(x *Execution, s *Step, object any) bool
	// Open starts a stream, for a field of the type Subscription; nil says that it did not start and why was told.
	Open func(x *Execution, s *Step) *Stream
	// Arguments decodes the arguments; nil: it has none.
	Arguments func(ctx context.Context, raw map[string]any) (map[string]any, error)
	Children  []string // the object types that it may hold, in the order in which Append knows them
	NonNull   bool
	Resolver  bool // it is resolved by a method of the resolvers
	Method    bool // it is resolved by a method of any kind
}

// Selection is what is asked of an object, in the order of the answer.
type Selection struct {
	steps []Step
}

// Step is one field of a selection.
type Step struct {
	key        []byte // its response name as it stands in the answer: `"name":`, and the value too where that is always the same
	field      *Field // nil where the value is part of the key
	object     string // the type that it is a field of
	collected  graphql.CollectedField
	selections []*Selection // of its children, one for each of the field's Children
	arguments  int          // where an execution keeps them
	cost, each int          // of resolving it, and of each item of its list
}

// errUnplanned says that an operation is left to the executor beneath.
var errUnplanned = errors.New("plan: not covered")

const (
	// maximumSteps bounds a plan: fragments that spread each other make many steps of a short text. What has more is left to the
	// executor beneath, which looks only at what there is data for; the guard bounds what it may select and find.
	maximumSteps = 2_000
	// stepBytes is about what a step takes with its key and its place in a selection, and selectionBytes what each selection takes
	// that gqlgen has collected for it. A test compares the sum with the heap.
	stepBytes      = 400
	selectionBytes = 16
)

// compiler compiles one operation under one set of conditions.
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

// fits counts what was collected in, and reports whether the plan is still within its bounds.
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

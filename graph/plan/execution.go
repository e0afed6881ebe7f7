package plan

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// Execution is one answer in the making. Fields are resolved one after the other.
type Execution struct {
	ctx       context.Context // of the root field that is being resolved
	operation *graphql.OperationContext
	buffer    []byte
	path      []frame          // to what is being resolved, from below the root
	arguments []map[string]any // decoded, by Step.arguments; nil: not yet
	cost      int              // of the fields resolved so far
	known     []any            // objects that Known gave, one of each type
	source    any              // of a subscription, a Source of its events; nil: a channel brings them
}

// frame is one step of a path: into a field, or into an item of a list.
type frame struct {
	step  *Step // nil: an item
	index int
}

// Context is what resolvers are called with.
func (x *Execution) Context() context.Context { return x.ctx }

// Arguments are the decoded arguments of the step. They do not depend on the object, so that they are decoded once an
// answer; resolvers must not change them. Where they cannot be decoded, it tells so and reports false.
func (x *Execution) Arguments(s *Step) (arguments map[string]any, ok bool) {
	if known := x.arguments[s.arguments]; known != nil {
		return known, true
	}
	ctx := x.here()
	arguments, err := s.field.Arguments(ctx, s.collected.ArgumentMap(x.operation.Variables))
	if err != nil {
		x.operation.Error(ctx, err)
		return nil, false
	}
	x.arguments[s.arguments] = arguments
	return arguments, true
}

// Object appends an object of the step's child of that number. It reports false where a field is null that must not be.
func (x *Execution) Object(s *Step, child int, object any) bool {
	selection, start, depth := s.selections[child], len(x.buffer), len(x.path)
	x.path = append(x.path, frame{})
	x.buffer = append(x.buffer, '{')
	valid := true
	for next := 0; next < len(selection.steps); {
		var all bool
		next, all = x.fields(selection.steps, next, object)
		valid = valid && all
	}
	x.path = x.path[:depth]
	if !valid {
		x.buffer = x.buffer[:start]
		return false
	}
	x.buffer = append(x.buffer, '}')
	return true
}

// fields appends the fields of object from one on, and returns where to go on: behind the last, or behind one that
// panicked. It reports false where a field is null that must not be; the others are resolved all the same, for their errors.
func (x *Execution) fields(steps []Step, from int, object any) (next int, valid bool) {
	depth, mark := len(x.path)-1, 0
	next, valid = from, true
	defer func() {
		if cause := recover(); cause != nil {
			x.path = x.path[:depth+1]
			x.panicked(cause)
			valid = x.null(steps[next].field, mark) && valid
			next++
		}
	}()
	for ; next < len(steps); next++ {
		step := &steps[next]
		if next > 0 {
			x.buffer = append(x.buffer, ',')
		}
		x.buffer = append(x.buffer, step.key...)
		if step.field == nil {
			continue
		}
		mark = len(x.buffer)
		x.path[depth].step = step
		x.cost += step.cost
		if !step.field.Append(x, step, object) {
			valid = x.null(step.field, mark) && valid
		}
	}
	return next, valid
}

// null puts null where the field's value would begin, and reports whether it may stand there.
func (x *Execution) null(field *Field, mark int) bool {
	x.buffer = append(x.buffer[:mark], "null"...)
	return !field.NonNull
}

// List appends a list whose items element appends. Where an item is null that is required, it reports false.
func (x *Execution) List(length int, required bool, element func(i int) bool) bool {
	start, depth := len(x.buffer), len(x.path)
	if of := x.path[depth-1].step; of != nil { // and not a list in a list
		x.cost += length * of.each
	}
	x.path = append(x.path, frame{})
	x.buffer = append(x.buffer, '[')
	valid := true
	for i := range length {
		if i > 0 {
			x.buffer = append(x.buffer, ',')
		}
		x.path[depth].index = i
		mark := len(x.buffer)
		if !x.item(element, i) {
			x.buffer = append(x.buffer[:mark], "null"...)
			valid = valid && !required
		}
	}
	x.path = x.path[:depth]
	if !valid {
		x.buffer = x.buffer[:start]
		return false
	}
	x.buffer = append(x.buffer, ']')
	return true
}

// item appends one item; where that panics, it is null.
func (x *Execution) item(element func(i int) bool, i int) (ok bool) {
	depth := len(x.path)
	defer func() {
		if cause := recover(); cause != nil {
			x.path = x.path[:depth]
			x.panicked(cause)
			ok = false
		}
	}()
	return element(i)
}

// Fail tells that the field could not be resolved. It always reports false.
func (x *Execution) Fail(err error) bool {
	ctx := x.here()
	x.operation.Error(ctx, graphql.AddFieldLocationToError(ctx, err))
	return false
}

// Missing tells that there is nothing where the schema demands something of the declared type. It always reports false.
func (x *Execution) Missing(declared string) bool {
	graphql.AddInvalidNullError(x.here(), declared)
	return false
}

func (x *Execution) panicked(cause any) {
	ctx := x.here()
	x.operation.Error(ctx, x.operation.Recover(ctx, cause))
}

// here is a context that knows the path to what is being resolved, as resolvers and presenters of gqlgen's executor find
// it. It is made only where something has to be told.
func (x *Execution) here() context.Context {
	ctx := x.ctx
	for _, at := range x.path {
		field := &graphql.FieldContext{Index: &at.index}
		if at.step != nil {
			field = &graphql.FieldContext{
				Object: at.step.object, Field: at.step.collected,
				IsMethod: at.step.field.Method, IsResolver: at.step.field.Resolver,
			}
		}
		ctx = graphql.WithFieldContext(ctx, field)
	}
	return ctx
}

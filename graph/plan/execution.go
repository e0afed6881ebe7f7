package plan

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// Execution is one response being built. Fields are resolved one after the other.
type Execution struct {
	ctx       context.Context // of the root field being resolved
	operation *graphql.OperationContext
	buffer    []byte
	path      []frame          // to the current field or item, starting below the root
	arguments []map[string]any // decoded, indexed by Step.arguments; nil: not decoded yet
	cost      int              // of the fields resolved so far
	known     []any            // scratch objects returned by Known, one for each type
	source    any              // of a subscription: the Source of its events; nil: a channel delivers them
}

// frame is one element of a path: a field, or an item of a list.
type frame struct {
	step  *Step // nil: an item
	index int
}

// Context returns the context for resolvers.
func (x *Execution) Context() context.Context { return x.ctx }

// Arguments returns the decoded arguments of the step. They do not depend on the object, so they are decoded once for
// each response; resolvers must not change them. If they cannot be decoded, Arguments records the error and reports
// false.
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

// Object appends object as the step's child type with index child. It reports false if a non-null field is null.
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

// fields appends the fields of object, starting with steps[from]. It returns the index to continue at: after the last
// field, or after one that panicked. It reports false if a non-null field is null; the other fields are still resolved,
// for their errors.
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

// null replaces what was appended since mark by null, and reports whether the field may be null.
func (x *Execution) null(field *Field, mark int) bool {
	x.buffer = append(x.buffer[:mark], "null"...)
	return !field.NonNull
}

// List appends a list whose items are appended by element. It reports false if an item is null although items are
// required.
func (x *Execution) List(length int, required bool, element func(i int) bool) bool {
	start, depth := len(x.buffer), len(x.path)
	if of := x.path[depth-1].step; of != nil { // not a list inside a list
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

// item appends one item. If that panics, item reports false, so the item becomes null.
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

// Fail records that the field could not be resolved. It always reports false.
func (x *Execution) Fail(err error) bool {
	ctx := x.here()
	x.operation.Error(ctx, graphql.AddFieldLocationToError(ctx, err))
	return false
}

// Missing records that a value of the declared type is required but missing. It always reports false.
func (x *Execution) Missing(declared string) bool {
	graphql.AddInvalidNullError(x.here(), declared)
	return false
}

func (x *Execution) panicked(cause any) {
	ctx := x.here()
	x.operation.Error(ctx, x.operation.Recover(ctx, cause))
}

// here returns a context with the path to the current field or item, in the form that resolvers and error presenters
// get from gqlgen's executor. It is built only when an error has to be reported.
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

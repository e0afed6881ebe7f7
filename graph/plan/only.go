package plan

import (
	"context"
	"slices"
)

type executionKey struct{}

// Only tells a resolver whether nothing is asked of its object but these fields: then it need not read what it knows
// already. Under the executor beneath, which cannot tell, it reports false. A resolver asks before it starts anything else.
func Only(ctx context.Context, fields ...string) bool {
	x, planned := ctx.Value(executionKey{}).(*Execution)
	return planned && x.only(fields)
}

// Known gives a resolver an object to fill, as Only tells that it may: nil where it may not. The fields must hold plain values.
// The object is the same for all of its type, one after the other: those that follow overwrite it when it is in the answer.
func Known[T any](ctx context.Context, fields ...string) *T {
	x, planned := ctx.Value(executionKey{}).(*Execution)
	if !planned || !x.only(fields) {
		return nil
	}
	for _, known := range x.known {
		if object, is := known.(*T); is {
			return object
		}
	}
	object := new(T)
	x.known = append(x.known, object)
	return object
}

func (x *Execution) only(fields []string) bool {
	step := x.path[len(x.path)-1].step
	if len(step.selections) != 1 {
		return false
	}
	steps := step.selections[0].steps
	for i := range steps {
		if steps[i].field != nil && !slices.Contains(fields, steps[i].collected.Name) {
			return false
		}
	}
	return true
}

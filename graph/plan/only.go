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
	return planned && x.asked().only(fields)
}

// OnlyOf is Only for the objects that a field of the resolver's object holds; also true where that field is not asked for.
func OnlyOf(ctx context.Context, field string, fields ...string) bool {
	x, planned := ctx.Value(executionKey{}).(*Execution)
	if !planned {
		return false
	}
	asked := x.asked()
	if asked == nil {
		return false
	}
	for i := range asked.steps {
		step := &asked.steps[i]
		if step.field == nil || step.collected.Name != field {
			continue
		}
		if len(step.selections) != 1 || !step.selections[0].only(fields) {
			return false
		}
	}
	return true
}

// Known gives a resolver an object to fill, as Only tells that it may: nil where it may not. The fields must hold plain values.
// The object is the same for all of its type, one after the other: those that follow overwrite it when it is in the answer.
func Known[T any](ctx context.Context, fields ...string) *T {
	x, planned := ctx.Value(executionKey{}).(*Execution)
	if !planned || !x.asked().only(fields) {
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

// asked is what is asked of the object that is being resolved; nil where that depends on its type.
func (x *Execution) asked() *Selection {
	step := x.path[len(x.path)-1].step
	if len(step.selections) != 1 {
		return nil
	}
	return step.selections[0]
}

// only tells whether a selection has no fields but these; no selection: that is not known.
func (s *Selection) only(fields []string) bool {
	if s == nil {
		return false
	}
	for i := range s.steps {
		if s.steps[i].field != nil && !slices.Contains(fields, s.steps[i].collected.Name) {
			return false
		}
	}
	return true
}

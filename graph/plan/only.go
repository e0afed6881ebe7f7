package plan

import (
	"context"
	"slices"
)

type executionKey struct{}

// Only reports whether the operation selects no fields of the resolver's object but the given ones; then the resolver
// can skip reading data it already has. Under gqlgen's executor, which cannot tell, it reports false. Call it before
// starting any other work.
func Only(ctx context.Context, fields ...string) bool {
	x, planned := ctx.Value(executionKey{}).(*Execution)
	return planned && x.selection().only(fields)
}

// OnlyOf is Only for the objects in a field of the resolver's object. It also reports true if that field is not
// selected.
func OnlyOf(ctx context.Context, field string, fields ...string) bool {
	x, planned := ctx.Value(executionKey{}).(*Execution)
	if !planned {
		return false
	}
	selected := x.selection()
	if selected == nil {
		return false
	}
	for i := range selected.steps {
		step := &selected.steps[i]
		if step.field == nil || step.collected.Name != field {
			continue
		}
		if len(step.selections) != 1 || !step.selections[0].only(fields) {
			return false
		}
	}
	return true
}

// Known returns a scratch object for the resolver to fill if only the given fields are selected, else nil. The fields
// must hold plain values. The object is reused for the next object of its type, as soon as the current one is in the
// response; do not keep it.
func Known[T any](ctx context.Context, fields ...string) *T {
	x, planned := ctx.Value(executionKey{}).(*Execution)
	if !planned || !x.selection().only(fields) {
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

// selection returns the selection on the object being resolved, or nil if it depends on the object's type.
func (x *Execution) selection() *Selection {
	step := x.path[len(x.path)-1].step
	if len(step.selections) != 1 {
		return nil
	}
	return step.selections[0]
}

// only reports whether the selection has no other fields than the given ones. A nil selection is unknown, so it reports
// false.
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

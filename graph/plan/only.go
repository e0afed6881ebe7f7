package plan

import (
	"context"
	"slices"
)

type executionKey struct{}

// Only tells a resolver whether nothing is asked of its object but these fields: then it need not read what it knows
// already. Under the executor beneath, which cannot tell, it reports false. A resolver asks before it starts anything else.
func Only(ctx context.Context, fields ...string) bool {
	x, ok := ctx.Value(executionKey{}).(*Execution)
	if !ok {
		return false
	}
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

package plan_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// Not parallel, because bytes are counted for the whole process.
func TestPlans_GridPageAllocatesFewBytes(t *testing.T) { //nolint:paralleltest // see above
	o := newOffice(t, 60)
	answered := 0
	page := func() {
		response := o.planPage(t.Context(), map[string]any{"first": 50})
		if len(response.Errors) > 0 {
			t.Error(response.Errors)
		}
		answered = len(response.Data)
	}
	o.remember(t)
	page() // compiles the plan and connects
	const pages = 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range pages {
		page()
	}
	runtime.ReadMemStats(&after)
	taken := int(after.TotalAlloc-before.TotalAlloc) / pages
	t.Logf("a page of %d bytes takes %d bytes of memory", answered, taken)
	const bound = 220 << 10 // gqlgen's executor takes 3 MB with the same resolvers
	require.Less(t, taken, bound)
	require.Less(t, taken, 4*answered, "the response, the bytes from Postgres and little else")
}

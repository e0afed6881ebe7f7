package guard_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/guard"
)

// A document that the server has not seen; cached documents are not checked again.
func BenchmarkCheck(b *testing.B) {
	limits := guard.DefaultLimits()
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, guard.Check(grid, limits))
	}
}

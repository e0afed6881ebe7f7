//go:build unix

package dbtest_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/dbtest"
)

//nolint:paralleltest // the goroutines of other tests would be taken for leaks
func TestGoroutines(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t, dbtest.Goroutines()) }) // runs after the database is dropped
	dbtest.Database(t)
}

func BenchmarkDatabase(b *testing.B) {
	for b.Loop() {
		dbtest.Database(b)
	}
}

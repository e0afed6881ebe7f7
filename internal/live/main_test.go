package live_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/dbtest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, dbtest.Goroutines())
}

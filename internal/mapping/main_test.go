package mapping

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(dbtest.Wrap(m, migrations.Up)) }

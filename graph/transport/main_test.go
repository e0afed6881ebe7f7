package transport_test

import (
	"testing"

	"go.uber.org/goleak"
)

// Every test ends its servers and clients, so that what is still running afterwards was forgotten by a transport.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

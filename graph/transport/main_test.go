package transport_test

import (
	"testing"

	"go.uber.org/goleak"
)

// Every test ends its servers and clients, so any goroutine left over was leaked by a transport.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

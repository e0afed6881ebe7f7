package throttle_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/throttle"
)

func TestAddresses_LimitTheRateOfEachAddress(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	addresses := throttle.NewAddresses(3, 1, 1<<20, func() time.Time { return now })
	one, other := netip.MustParseAddr("198.51.100.1"), netip.MustParseAddr("2001:db8::")
	for range 3 {
		require.Zero(t, addresses.Attempt(one))
	}
	require.Equal(t, time.Second, addresses.Attempt(one))
	require.Zero(t, addresses.Attempt(other))
	addresses.Forgive(one)
	require.Zero(t, addresses.Attempt(one))
	require.Positive(t, addresses.Attempt(one))
	now = now.Add(time.Second)
	require.Zero(t, addresses.Attempt(one))
}

func TestAddresses_AreBoundedInBytes(t *testing.T) {
	t.Parallel()
	const bytes = 96 << 10
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	addresses := throttle.NewAddresses(3, 1, bytes, func() time.Time { return now })
	for n := range 100_000 {
		addresses.Attempt(netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}))
	}
	require.LessOrEqual(t, addresses.Len(), bytes/96)
}

func TestAddresses_DropForgivenAddresses(t *testing.T) {
	t.Parallel()
	addresses := throttle.NewAddresses(3, 1, 1<<20, time.Now)
	for n := range 1000 {
		address := netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)})
		addresses.Attempt(address)
		addresses.Forgive(address)
	}
	require.Zero(t, addresses.Len())
}

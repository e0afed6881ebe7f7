package throttle

import (
	"net/netip"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/clock"
)

// Addresses limits the rate of attempts of each network address. There may be more addresses than callers, so its
// memory is limited. An address that was evicted starts again with a full bucket.
type Addresses struct{ buckets *Buckets }

// addressBytes is the memory a bucket uses in the map, including the space that maps leave free.
const addressBytes = 96

// NewAddresses returns buckets that use up to the given number of bytes in total.
func NewAddresses(capacity, refill int, bytes int, now clock.Clock) *Addresses {
	buckets := NewBuckets(capacity, refill, now)
	buckets.most = max(1, bytes/addressBytes)
	return &Addresses{buckets}
}

// Attempt takes one attempt from the address's bucket. If none is left, wait is how long until there is one.
func (a *Addresses) Attempt(address netip.Addr) (wait time.Duration) {
	if a == nil {
		return 0
	}
	_, wait = a.buckets.Take(bucketOf(address), 1)
	return wait
}

// Forgive returns an attempt that should not count against the address.
func (a *Addresses) Forgive(address netip.Addr) {
	if a != nil {
		a.buckets.Settle(bucketOf(address), 1, 0)
	}
}

// Len returns the number of addresses with a stored bucket.
func (a *Addresses) Len() int { return a.buckets.Len() }

func bucketOf(address netip.Addr) uuid.UUID { return uuid.UUID(address.As16()) }

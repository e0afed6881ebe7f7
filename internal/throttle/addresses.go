package throttle

import (
	"net/netip"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/clock"
)

// Addresses hold each network address to a rate of attempts. There may be more addresses than callers: the memory they take is
// bounded, and one that was forgotten for want of room begins again with a full bucket.
type Addresses struct{ buckets *Buckets }

// addressBytes is what a bucket takes in the map, with the room that a map leaves free.
const addressBytes = 96

// NewAddresses returns buckets that take up to so many bytes in all.
func NewAddresses(capacity, refill int, bytes int, now clock.Clock) *Addresses {
	buckets := NewBuckets(capacity, refill, now)
	buckets.most = max(1, bytes/addressBytes)
	return &Addresses{buckets}
}

// Attempt takes one attempt from the address's bucket. If there is none, wait is how long it takes until there is.
func (a *Addresses) Attempt(address netip.Addr) (wait time.Duration) {
	if a == nil {
		return 0
	}
	_, wait = a.buckets.Take(bucketOf(address), 1)
	return wait
}

// Forgive gives an attempt back: it was not one to hold against the address.
func (a *Addresses) Forgive(address netip.Addr) {
	if a != nil {
		a.buckets.Settle(bucketOf(address), 1, 0)
	}
}

// Len returns how many addresses are remembered.
func (a *Addresses) Len() int { return a.buckets.Len() }

func bucketOf(address netip.Addr) uuid.UUID { return uuid.UUID(address.As16()) }

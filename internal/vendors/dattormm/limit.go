package dattormm

import (
	"net/http"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

const (
	// block is how long Datto RMM blocks an address that continues after a 429; it returns 403
	// meanwhile.
	block = 5 * time.Minute
	// memory is how long after a 429 a 403 counts as that block, which may start late and be extended
	// once.
	memory = 2 * block
)

// limit remembers being throttled: only that distinguishes a 403 for "too many requests" from one
// for "not allowed".
type limit struct {
	mu        sync.Mutex // guards throttled
	throttled time.Time
}

func (l *limit) classify(reply call.Reply) (vendors.Class, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case reply.Status == http.StatusTooManyRequests:
		l.throttled = time.Now()
		return vendors.RateLimited, 0
	case reply.Status == http.StatusForbidden && time.Since(l.throttled) < memory:
		return vendors.RateLimited, block
	default:
		return "", 0
	}
}

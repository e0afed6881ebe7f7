package dattormm

import (
	"net/http"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

const (
	// block is how long Datto RMM shuts out an address that went on after a 429; it answers 403 meanwhile.
	block = 5 * time.Minute
	// memory is how long after a 429 a 403 is taken for that block: the block may begin late and be prolonged once.
	memory = 2 * block
)

// limit remembers being throttled, because that alone tells a 403 that means "too many requests" from one that means "not allowed".
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

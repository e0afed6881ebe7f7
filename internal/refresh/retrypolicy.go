package refresh

import (
	"context"
	"time"

	"github.com/orgmap/orgmap/internal/clock"
)

// retryPolicy sets how a walk retries and how long it waits for its vendor.
type retryPolicy struct {
	pageTries       int             // for one page that fails
	pageWait        []time.Duration // before the second try, the third and so on
	throttleFirst   time.Duration   // first pause if the vendor did not say how long; doubles each time
	throttleLongest time.Duration
	throttleGiveUp  time.Duration // a longer pause ends the run
	throttlePauses  int           // in a row, without a page in between
	// wait pauses, or returns ctx's error if ctx ends first.
	wait func(ctx context.Context, pause time.Duration) error
	// jitter returns a random part of a pause, so that callers that backed off together do not retry together.
	jitter func(most time.Duration) time.Duration
}

func defaultRetryPolicy() retryPolicy {
	return retryPolicy{
		pageTries:       4,
		pageWait:        []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second},
		throttleFirst:   5 * time.Second,
		throttleLongest: time.Minute,
		throttleGiveUp:  5 * time.Minute,
		throttlePauses:  4, // five tries a page
		wait:            clock.Wait,
		jitter:          clock.UpTo,
	}
}

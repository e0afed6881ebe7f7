package refresh

import (
	"context"
	"time"

	"github.com/orgmap/orgmap/internal/clock"
)

// patience says how long a walk bears with its vendor.
type patience struct {
	pageTries       int             // of one page that fails
	pageWait        []time.Duration // before the second try, the third and so on
	throttleFirst   time.Duration   // the first pause that the vendor asked for without saying how long; each next one is twice as long
	throttleLongest time.Duration
	throttleGiveUp  time.Duration // a longer pause than this ends the run
	throttlePauses  int           // in a row, without a page in between
	// wait pauses, or returns ctx's error when that ends first.
	wait func(ctx context.Context, pause time.Duration) error
	// jitter gives a random part of a pause, so that those who were sent away together do not come back together.
	jitter func(most time.Duration) time.Duration
}

func defaultPatience() patience {
	return patience{
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

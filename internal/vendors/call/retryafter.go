package call

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter is the longest wait that is plausible: the longest limit of any vendor is one hour.
const maxRetryAfter = 24 * time.Hour

// retryAfter returns how long a vendor asks to wait, given in seconds or as a date; 0 if it does
// not say.
func retryAfter(header http.Header) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		if math.IsNaN(seconds) {
			return 0
		}
		return bounded(time.Duration(min(seconds, maxRetryAfter.Seconds()) * float64(time.Second)))
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	// Use the vendor's own clock if it sends the time: ours may differ.
	now, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return bounded(until.Sub(now))
}

func bounded(wait time.Duration) time.Duration {
	return max(0, min(wait, maxRetryAfter))
}

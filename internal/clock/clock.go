// Package clock is where the domain takes the time from, so that tests can hold it still.
package clock

import "time"

// Clock tells the time.
type Clock func() time.Time

// System is the machine's clock in UTC.
func System() time.Time { return time.Now().UTC() }

// Fixed is a clock that stands still at at.
func Fixed(at time.Time) Clock { return func() time.Time { return at } }

// Package clock provides the time to the domain, so that tests can freeze it.
package clock

import "time"

// Clock returns the current time.
type Clock func() time.Time

// System returns the machine's time in UTC.
func System() time.Time { return time.Now().UTC() }

// Fixed returns a clock that always returns at.
func Fixed(at time.Time) Clock { return func() time.Time { return at } }

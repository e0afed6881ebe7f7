package integration

import (
	"io"
	"time"

	"github.com/orgmap/orgmap/internal/enum"
)

// Schedule says how often an integration refreshes by itself.
type Schedule string

// The schedules. How long each period is stands in the database too, as refresh_period.
const (
	ScheduleOff              Schedule = "OFF"
	ScheduleHourly           Schedule = "HOURLY"
	ScheduleEveryFourHours   Schedule = "EVERY_FOUR_HOURS"
	ScheduleEveryTwelveHours Schedule = "EVERY_TWELVE_HOURS"
	ScheduleDaily            Schedule = "DAILY"
)

// MarshalGQL writes GraphQL's enum value.
func (s Schedule) MarshalGQL(w io.Writer) { enum.Write(w, s) }

// UnmarshalGQL reads GraphQL's enum value.
func (s *Schedule) UnmarshalGQL(value any) error {
	return enum.Read(s, value, ScheduleOff, ScheduleHourly, ScheduleEveryFourHours, ScheduleEveryTwelveHours, ScheduleDaily)
}

// Period is the time between two refreshes; zero: it does not refresh by itself.
func (s Schedule) Period() time.Duration {
	return map[Schedule]time.Duration{
		ScheduleHourly: time.Hour, ScheduleEveryFourHours: 4 * time.Hour,
		ScheduleEveryTwelveHours: 12 * time.Hour, ScheduleDaily: 24 * time.Hour,
	}[s]
}

// Late tells whether the list is older than the schedule means it to be, with a tenth of the period for the run itself.
// lastGood is when it was last read whole, nil where it never was. What is disabled is never late.
func (i *Integration) Late(lastGood *time.Time, now time.Time) bool {
	if i.State == StateDisabled || i.Schedule == ScheduleOff {
		return false
	}
	since := i.CreatedAt
	if lastGood != nil {
		since = *lastGood
	}
	return now.Sub(since) > i.Schedule.Period()*11/10
}

// NextRefresh is when it refreshes by itself, nil where it does not or is held.
func (i *Integration) NextRefresh() *time.Time {
	if i.State != StateConnected {
		return nil
	}
	return i.NextRefreshAt
}

package integration

import (
	"io"
	"time"

	"github.com/orgmap/orgmap/internal/enum"
)

// Schedule says how often an integration refreshes automatically.
type Schedule string

// The schedules. The database function refresh_period defines their lengths too.
const (
	ScheduleOff              Schedule = "OFF"
	ScheduleHourly           Schedule = "HOURLY"
	ScheduleEveryFourHours   Schedule = "EVERY_FOUR_HOURS"
	ScheduleEveryTwelveHours Schedule = "EVERY_TWELVE_HOURS"
	ScheduleDaily            Schedule = "DAILY"
)

// MarshalGQL writes the GraphQL enum value.
func (s Schedule) MarshalGQL(w io.Writer) { enum.Write(w, s) }

// UnmarshalGQL reads a GraphQL enum value.
func (s *Schedule) UnmarshalGQL(value any) error {
	return enum.Read(s, value, ScheduleOff, ScheduleHourly, ScheduleEveryFourHours, ScheduleEveryTwelveHours, ScheduleDaily)
}

// Period returns the time between two refreshes; zero: no automatic refresh.
func (s Schedule) Period() time.Duration {
	return map[Schedule]time.Duration{
		ScheduleHourly: time.Hour, ScheduleEveryFourHours: 4 * time.Hour,
		ScheduleEveryTwelveHours: 12 * time.Hour, ScheduleDaily: 24 * time.Hour,
	}[s]
}

// Late reports whether the list is older than the schedule allows, plus a tenth of the period for the run itself.
// lastGood is the time of the last successful refresh; nil: never. A disabled integration is never late.
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

// NextRefresh returns the time of the next automatic refresh, or nil if there is none or refreshes are paused.
func (i *Integration) NextRefresh() *time.Time {
	if i.State != StateConnected {
		return nil
	}
	return i.NextRefreshAt
}

package integration_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/integration"
)

func TestIntegration_Late(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	ago := func(past time.Duration) *time.Time { at := now.Add(-past); return &at }
	for name, c := range map[string]struct {
		state    integration.State
		schedule integration.Schedule
		good     *time.Time
		late     bool
	}{
		"read within the period":         {integration.StateConnected, integration.ScheduleHourly, ago(59 * time.Minute), false},
		"read a period ago, running":     {integration.StateConnected, integration.ScheduleHourly, ago(65 * time.Minute), false},
		"older than the period":          {integration.StateConnected, integration.ScheduleHourly, ago(67 * time.Minute), true},
		"late while it needs attention":  {integration.StateNeedsAttention, integration.ScheduleDaily, ago(27 * time.Hour), true},
		"never late when disabled":       {integration.StateDisabled, integration.ScheduleHourly, ago(100 * time.Hour), false},
		"never late without a schedule":  {integration.StateConnected, integration.ScheduleOff, ago(1000 * time.Hour), false},
		"never read, connected recently": {integration.StateConnected, integration.ScheduleDaily, nil, false},
		"never read, connected long ago": {integration.StateConnected, integration.ScheduleEveryTwelveHours, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one := integration.Integration{State: c.state, Schedule: c.schedule, CreatedAt: now.Add(-20 * time.Hour)}
			require.Equal(t, c.late, one.Late(c.good, now))
		})
	}
}

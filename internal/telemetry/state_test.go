package telemetry_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/telemetry"
)

// Someone on call because Postgres is down needs all metrics that do not depend on it.
func TestWatch_ReportsOtherMetricsIfPostgresIsDown(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	metrics := telemetry.New(registry)
	pool, err := pgxpool.New(t.Context(), "postgres://nobody@127.0.0.1:1/nothing") // connects on first use
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	var failing error
	require.NoError(t, metrics.Watch(registry, telemetry.State{
		Pool: pool, Streams: func() int { return 7 },
		Directories: func() telemetry.Directories {
			return telemetry.Directories{Bytes: 9, FromMemory: 4, FromPostgres: 5}
		},
		Connections: func() telemetry.Connections {
			return telemetry.Connections{Open: 8, RefusedByAddress: 2, RefusedAll: 6}
		},
		JournalGrowth: func() int64 { return 8 },
		Runs:          func(context.Context) (telemetry.Runs, error) { return telemetry.Runs{Running: 3}, failing },
	}))
	gathered := func() map[string]float64 {
		families, err := registry.Gather()
		require.NoError(t, err)
		values := map[string]float64{}
		for _, family := range families {
			last := family.GetMetric()[len(family.GetMetric())-1]
			values[family.GetName()] = last.GetGauge().GetValue() + last.GetCounter().GetValue()
		}
		return values
	}
	values := gathered()
	require.InDelta(t, 3, values["orgmap_refresh_runs"], 0)
	failing = errors.New("away")
	gathered()
	values = gathered()
	require.NotContains(t, values, "orgmap_refresh_runs", "an unknown value is left out instead of being reported as zero")
	require.InDelta(t, 7, values["orgmap_streams_open"], 0)
	require.InDelta(t, 8, values["orgmap_journal_growth_changes"], 0)
	require.InDelta(t, 9, values["orgmap_directory_bytes"], 0)
	require.InDelta(t, 5, values["orgmap_directory_lists_total"], 0)
	require.InDelta(t, 8, values["orgmap_connections_open"], 0)
	require.InDelta(t, 6, values["orgmap_connections_refused_total"], 0)
	require.Positive(t, values["orgmap_scrape_failures_total"])
}

package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func rounds(rates ...float64) []round {
	made := make([]round, len(rates))
	for i, rate := range rates {
		made[i].PerSecond = rate
	}
	return made
}

func TestDisturbed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		servers [][]round
		index   int
		found   bool
	}{
		{name: "one round says nothing", servers: [][]round{rounds(100), rounds(700)}},
		{name: "rounds that agree are kept", servers: [][]round{rounds(100, 110, 120), rounds(700, 650, 720)}},
		{name: "the one that is far off goes", servers: [][]round{rounds(100, 60, 110), rounds(700, 690, 710)}, index: 1, found: true},
		{name: "the other server's counts as well", servers: [][]round{rounds(100, 101, 99), rounds(700, 690, 300)}, index: 2, found: true},
		{name: "the farthest of both goes", servers: [][]round{rounds(100, 70, 100), rounds(300, 690, 700)}, index: 0, found: true},
		{name: "exactly the bound is steady", servers: [][]round{rounds(100, 100, 125)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			index, found := disturbed(c.servers...)
			require.Equal(t, c.found, found)
			require.Equal(t, c.index, index)
		})
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	cpu := func(milliseconds float64) *float64 { return &milliseconds }
	all := []round{
		{PerSecond: 10, P50: 3, P99: 30, ServerCPU: cpu(1), PostgresCPU: cpu(9)},
		{PerSecond: 30, P50: 1, P99: 20, ServerCPU: cpu(3)},
		{PerSecond: 20, P50: 2, P99: 10, ServerCPU: cpu(2), PostgresCPU: cpu(9)},
	}
	middle := summary(all)
	require.Equal(t, round{PerSecond: 20, P50: 2, P99: 20, ServerCPU: cpu(2)}, middle, "what one round does not know is not known")

	half := ratio(round{PerSecond: 10, P50: 4, P99: 20, ServerCPU: cpu(4), PostgresCPU: cpu(1)}, middle)
	require.Equal(t, round{PerSecond: 0.5, P50: 2, P99: 1, ServerCPU: cpu(2)}, half)
}

func TestMedian(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 2.0, median([]float64{3, 1, 2}), 0)
	require.InDelta(t, 2.5, median([]float64{4, 1, 2, 3}), 0)
}

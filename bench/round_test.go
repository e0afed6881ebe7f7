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
	beside := func(shares ...float64) []round {
		made := rounds(100, 100, 100)
		for i := range shares {
			made[i].Elsewhere = &shares[i]
		}
		return made
	}
	for _, c := range []struct {
		name   string
		rounds []round
		index  int
		found  bool
	}{
		{name: "one round is never disturbed", rounds: rounds(100)},
		{name: "rounds that agree are kept", rounds: rounds(700, 650, 720)},
		{name: "finds the outlier", rounds: rounds(100, 60, 110), index: 1, found: true},
		{name: "a spread of exactly the limit is steady", rounds: rounds(100, 100, 125)},
		{name: "load of other programs disturbs a round even if the rounds agree", rounds: beside(0.05, 0.30, 0.20), index: 1, found: true},
		{name: "a little load of other programs is allowed", rounds: beside(0.05, 0.10, 0.02)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			index, found := disturbed(c.rounds)
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
	require.Equal(t, round{PerSecond: 20, P50: 2, P99: 20, ServerCPU: cpu(2)}, middle, "a value that one round lacks is missing in the summary")

	kind := kindResults{Subjects: []result{{Sort: floor, Median: round{PerSecond: 80}}, {Sort: usual, Median: round{PerSecond: 10}}, {Sort: usual, Median: middle}}}
	require.Equal(t, "0.25", kind.ratio(kind.Subjects[2], floor))
	require.Equal(t, "0.50", kind.ratio(kind.Subjects[1], usual), "the fastest of a sort counts")
	require.Empty(t, kind.ratio(kind.Subjects[0], given), "no subject of this sort")
}

func TestMedian(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 2.0, median([]float64{3, 1, 2}), 0)
	require.InDelta(t, 2.5, median([]float64{4, 1, 2, 3}), 0)
}

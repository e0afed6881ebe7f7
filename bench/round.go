package main

import (
	"math"
	"slices"
)

const (
	// steady is how far the rounds of one server may lie apart, as a share of their median, before the one that is farthest
	// off counts as disturbed: two servers that differ by less than this are not told apart by single rounds anyway.
	steady = 0.25
	// repeats is how many disturbed rounds are run again. A machine that is busy with other things will not become quiet.
	repeats = 2
	// quiet is the share of the processors that other programs may use; above it all rounds count as disturbed, however
	// well they agree.
	quiet = 0.10
)

// round is one measurement of one server. Times are milliseconds; what this machine cannot tell is nil.
type round struct {
	PerSecond   float64  `json:"requestsPerSecond"`
	P50         float64  `json:"p50Ms"`
	P99         float64  `json:"p99Ms"`
	ServerCPU   *float64 `json:"serverCpuMsPerRequest"`
	PostgresCPU *float64 `json:"postgresCpuMsPerRequest"`
	// Elsewhere is the share of this machine's processors that neither the server, nor Postgres, nor the client used.
	Elsewhere *float64 `json:"processorsUsedByOthers"`
}

// disturbed finds the round that lies farthest from its server's median, where a server's rounds are not steady. The
// servers' rounds go together: one index names one of each.
func disturbed(servers ...[]round) (index int, found bool) {
	farthest := 0.0
	for _, rounds := range servers {
		if spread(rounds) <= steady {
			continue
		}
		middle := medianOf(rounds, perSecond)
		for i, one := range rounds {
			if off := math.Abs(one.PerSecond-middle) / middle; off > farthest {
				farthest, index, found = off, i, true
			}
		}
	}
	return index, found
}

// spread is how far the rounds lie apart in requests per second, as a share of their median.
func spread(rounds []round) float64 {
	rates := make([]float64, len(rounds))
	for i, one := range rounds {
		rates[i] = one.PerSecond
	}
	if len(rates) < 2 {
		return 0
	}
	return (slices.Max(rates) - slices.Min(rates)) / median(rates)
}

func perSecond(one round) *float64 { return &one.PerSecond }

// summary is a round of medians.
func summary(rounds []round) round {
	value := func(of func(round) *float64) float64 { return medianOf(rounds, of) }
	optional := func(of func(round) *float64) *float64 {
		if slices.ContainsFunc(rounds, func(one round) bool { return of(one) == nil }) {
			return nil
		}
		middle := medianOf(rounds, of)
		return &middle
	}
	return round{
		PerSecond:   value(perSecond),
		P50:         value(func(one round) *float64 { return &one.P50 }),
		P99:         value(func(one round) *float64 { return &one.P99 }),
		ServerCPU:   optional(func(one round) *float64 { return one.ServerCPU }),
		PostgresCPU: optional(func(one round) *float64 { return one.PostgresCPU }),
		Elsewhere:   optional(func(one round) *float64 { return one.Elsewhere }),
	}
}

func medianOf(rounds []round, of func(round) *float64) float64 {
	values := make([]float64, len(rounds))
	for i, one := range rounds {
		values[i] = *of(one)
	}
	return median(values)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// ratio is a over b, of each figure.
func ratio(a, b round) round {
	optional := func(a, b *float64) *float64 {
		if a == nil || b == nil || *b == 0 {
			return nil
		}
		of := *a / *b
		return &of
	}
	return round{
		PerSecond: a.PerSecond / b.PerSecond, P50: a.P50 / b.P50, P99: a.P99 / b.P99,
		ServerCPU: optional(a.ServerCPU, b.ServerCPU), PostgresCPU: optional(a.PostgresCPU, b.PostgresCPU),
	}
}

package main

import (
	"math"
	"slices"
)

const (
	// steady is how far apart the rounds of one server may be, as a share of their median, before the farthest one
	// counts as disturbed. Single rounds cannot tell apart two servers that differ by less than this anyway.
	steady = 0.25
	// quiet is the share of the processors that other programs may use. Above it, a round counts as disturbed even if
	// all rounds agree.
	quiet = 0.10
)

// round is one measurement of one server. Times are in milliseconds; a value that this machine cannot measure is nil.
type round struct {
	PerSecond   float64  `json:"requestsPerSecond"`
	P50         float64  `json:"p50Ms"`
	P99         float64  `json:"p99Ms"`
	ServerCPU   *float64 `json:"serverCpuMsPerRequest"`
	PostgresCPU *float64 `json:"postgresCpuMsPerRequest"`
	// Elsewhere is the share of the machine's processors used by anything but the server, Postgres and the client.
	Elsewhere *float64 `json:"processorsUsedByOthers"`
	// Allocations and Allocated are the objects and bytes allocated per request, if the server reports them.
	Allocations *float64 `json:"allocationsPerRequest,omitempty"`
	Allocated   *float64 `json:"bytesAllocatedPerRequest,omitempty"`
}

// disturbed returns the index of the disturbed round, if there is one: the round during which other programs used the
// most CPU, if that is more than quiet allows, or else the round farthest from the median, if the rounds are not
// steady.
func disturbed(rounds []round) (index int, found bool) {
	busiest := quiet
	for i, one := range rounds {
		if one.Elsewhere != nil && *one.Elsewhere > busiest {
			busiest, index, found = *one.Elsewhere, i, true
		}
	}
	if found || spread(rounds) <= steady {
		return index, found
	}
	farthest, middle := 0.0, medianOf(rounds, perSecond)
	for i, one := range rounds {
		if off := math.Abs(one.PerSecond-middle) / middle; off > farthest {
			farthest, index, found = off, i, true
		}
	}
	return index, found
}

// spread returns how far apart the rounds are in requests per second, as a share of their median.
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

// summary returns a round of medians.
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
		Allocations: optional(func(one round) *float64 { return one.Allocations }),
		Allocated:   optional(func(one round) *float64 { return one.Allocated }),
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

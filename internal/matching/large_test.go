package matching_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/matching/matchingtest"
)

// Limits for 80,000 records and 10,000 organizations on two cores: make match-large enforces them.
const (
	largeTime   = 15 * time.Second
	largeMemory = 1 << 30
)

func BenchmarkLarge(b *testing.B) {
	for range b.N {
		world := matchingtest.World(10_000, 80_000)
		began := time.Now()
		e := matching.New(world)
		b.Logf("read in %v", time.Since(began))
		states := map[matching.State]int{}
		kept := make([]matching.Outcome, 0, 80_000)
		for o := range e.All {
			states[o.State]++
			kept = append(kept, o)
		}
		took := time.Since(began)
		b.Logf("all in %v: %v", took, states)
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.Logf("%d MiB from the system", m.Sys>>20)
		runtime.KeepAlive(kept)
		if took > largeTime || m.Sys > largeMemory {
			b.Fatalf("took %v and %d bytes; at most %v and %d bytes", took, m.Sys, largeTime, largeMemory)
		}
	}
}

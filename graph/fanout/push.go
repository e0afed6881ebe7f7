package fanout

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
)

const (
	minPerWorker = 512 // subscriptions that justify another goroutine
	chunkSize    = 64  // that a worker takes at a time, so that workers on busy processors take fewer
)

// push sends a batch to all, and returns the subscriptions whose clients are not ready.
func push(to []*subscription, batch []*graphql.Response) (late []*subscription) {
	workers := min(runtime.GOMAXPROCS(0), 1+len(to)/minPerWorker)
	if workers == 1 {
		return pushPart(to, batch)
	}
	parts := make([][]*subscription, workers)
	var next atomic.Int64
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for {
				end := int(next.Add(chunkSize))
				if end-chunkSize >= len(to) {
					return
				}
				parts[worker] = append(parts[worker], pushPart(to[end-chunkSize:min(end, len(to))], batch)...)
			}
		})
	}
	group.Wait()
	return slices.Concat(parts...)
}

func pushPart(part []*subscription, batch []*graphql.Response) (late []*subscription) {
	for _, each := range part {
		if !each.sink.Push(batch) {
			late = append(late, each)
		}
	}
	return late
}

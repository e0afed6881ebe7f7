package live_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/live"
)

// BenchmarkLog_FanOut announces changes one after another to the readers of one account. Each change must reach all
// of them before the next is announced.
func BenchmarkLog_FanOut(b *testing.B) {
	for _, readers := range []int{1, 1000} {
		b.Run(fmt.Sprintf("readers=%d", readers), func(b *testing.B) { benchmarkFanOut(b, readers) })
	}
}

func benchmarkFanOut(b *testing.B, readers int) {
	ctx, cancel := context.WithCancel(context.Background())
	source, account := newJournal(), uuid.New()
	hub := live.NewHub(nil, quiet())
	log := live.NewLog(hub, source, changePosition, live.LogOptions{})
	var all, turn sync.WaitGroup
	all.Go(func() { _ = log.Run(ctx) }) // always returns nil
	for range readers {
		reader := log.Follow(account, 0)
		all.Go(func() {
			defer reader.Close()
			for {
				if _, err := reader.Next(ctx); err != nil {
					return
				}
				turn.Done()
			}
		})
	}
	b.ReportAllocs()
	for b.Loop() {
		turn.Add(readers)
		hub.Announce(live.Notification{AccountID: account, Position: source.append(account, 1)})
		turn.Wait()
	}
	b.ReportMetric(float64(b.N)*float64(readers)/b.Elapsed().Seconds(), "deliveries/s")
	cancel()
	all.Wait()
}

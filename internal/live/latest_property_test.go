package live_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/live"
)

func TestLatest_EveryReaderGetsTheFinalStates(t *testing.T) {
	t.Parallel()
	type move struct {
		run          int
		end          bool
		notification int // -1: lost; otherwise how often the notification arrives
		join         bool
		idle         time.Duration
		fault        int
		pass         time.Duration
	}
	draw := rapid.Custom(func(t *rapid.T) move {
		return move{
			run:          rapid.IntRange(0, 3).Draw(t, "run"),
			end:          rapid.IntRange(0, 9).Draw(t, "end") == 0,
			notification: rapid.IntRange(-1, 2).Draw(t, "news"),
			join:         rapid.IntRange(0, 3).Draw(t, "join") == 0,
			idle:         rapid.SampledFrom([]time.Duration{0, time.Millisecond, 3 * time.Second}).Draw(t, "idle"),
			fault:        rapid.SampledFrom([]int{0, 0, 0, 0, 3}).Draw(t, "fault"),
			pass:         rapid.SampledFrom([]time.Duration{0, 0, time.Millisecond, 150 * time.Millisecond, 3 * time.Second}).Draw(t, "pass"),
		}
	})
	rapid.Check(t, func(rt *rapid.T) {
		moves := rapid.SliceOfN(draw, 1, 40).Draw(rt, "moves")
		var failure error
		withLatest(t, func(b *latestBench) {
			ids := []uuid.UUID{uuid.New(), uuid.New(), uuid.New(), uuid.New()}
			ctx, cancel := context.WithCancel(b.ctx)
			defer cancel()
			var all sync.WaitGroup
			var seen []map[uuid.UUID]int64
			for _, m := range moves {
				id := ids[m.run]
				if _, over := b.runs.ended[id]; !over {
					advance := b.runs.move
					if m.end {
						advance = b.runs.end
					}
					sequence := advance(id)
					for range m.notification {
						b.announce(id, sequence)
					}
				}
				b.runs.fail(m.fault)
				if m.join {
					reader := b.follow()
					last := map[uuid.UUID]int64{}
					index := len(seen)
					seen = append(seen, last)
					all.Go(func() {
						if err := watchRuns(ctx, reader, last, m.idle); err != nil {
							b.runs.mu.Lock()
							defer b.runs.mu.Unlock()
							failure = errors.Join(failure, fmt.Errorf("reader %d: %w", index, err))
						}
					})
				}
				if m.pass > 0 {
					time.Sleep(m.pass)
				}
			}
			time.Sleep(10 * time.Minute)
			synctest.Wait()
			cancel()
			all.Wait()
			for index, last := range seen {
				if !maps.Equal(last, b.runs.states) {
					failure = errors.Join(failure, fmt.Errorf("reader %d ends with %v, the runs with %v", index, last, b.runs.states))
				}
			}
		})
		if failure != nil {
			rt.Fatal(failure)
		}
	})
}

// watchRuns keeps each run's newest sequence in last.
func watchRuns(ctx context.Context, reader *live.LatestReader[runState], last map[uuid.UUID]int64, idle time.Duration) error {
	for {
		state, err := reader.Next(ctx)
		if errors.Is(err, context.Canceled) {
			return nil
		}
		if err != nil {
			return err
		}
		if state.sequence <= last[state.id] {
			return fmt.Errorf("run went from %d to %d", last[state.id], state.sequence)
		}
		last[state.id] = state.sequence
		time.Sleep(idle)
	}
}

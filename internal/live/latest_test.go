package live_test

import (
	"context"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/live"
)

// runState is a state of a test run.
type runState struct {
	id       uuid.UUID
	sequence int64
}

// runs is an in-memory live.LatestSource for one account, with scripted faults.
type runs struct {
	mu      sync.Mutex // protects the fields below
	account uuid.UUID
	states  map[uuid.UUID]int64
	ended   map[uuid.UUID]time.Time
	faults  int
	during  func() // runs once during a load, too late for the load to see its effect
	loads   int
	asks    int
}

func newRuns(account uuid.UUID) *runs {
	return &runs{account: account, states: map[uuid.UUID]int64{}, ended: map[uuid.UUID]time.Time{}}
}

func (r *runs) move(id uuid.UUID) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.states[id]++
	return r.states[id]
}

// end moves the run to its last state.
func (r *runs) end(id uuid.UUID) int64 {
	sequence := r.move(id)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended[id] = time.Now()
	return sequence
}

func (r *runs) fail(calls int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = calls
}

func (r *runs) calls() (loads, asks int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.loads, r.asks
}

func (r *runs) fault() error {
	if r.faults > 0 {
		r.faults--
		return errSource
	}
	return nil
}

// snapshot returns every run, as a subscriber reads them at the start.
func (r *runs) snapshot(context.Context) ([]runState, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var states []runState
	for id, sequence := range r.states {
		states = append(states, runState{id, sequence})
	}
	return states, nil
}

func (r *runs) Load(_ context.Context, accountID uuid.UUID, ids []uuid.UUID) ([]runState, error) {
	defer r.meanwhile()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.loads++
	if err := r.fault(); err != nil {
		return nil, err
	}
	var states []runState
	for _, id := range ids {
		if sequence, ok := r.states[id]; ok && accountID == r.account {
			states = append(states, runState{id, sequence})
		}
	}
	return states, nil
}

func (r *runs) meanwhile() {
	r.mu.Lock()
	during := r.during
	r.during = nil
	r.mu.Unlock()
	if during != nil {
		during()
	}
}

func (r *runs) Sequences(_ context.Context, accountIDs []uuid.UUID) (map[uuid.UUID]map[uuid.UUID]int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asks++
	if err := r.fault(); err != nil {
		return nil, err
	}
	sequences := map[uuid.UUID]map[uuid.UUID]int64{}
	for _, accountID := range accountIDs {
		if accountID != r.account {
			continue
		}
		sequences[accountID] = maps.Clone(r.states)
		for id, at := range r.ended {
			if time.Since(at) > time.Minute {
				delete(sequences[accountID], id)
			}
		}
	}
	return sequences, nil
}

// latestBench is a running Latest over runs, without Redis.
type latestBench struct {
	t       *testing.T
	ctx     context.Context
	hub     *live.Hub
	latest  *live.Latest[runState]
	runs    *runs
	account uuid.UUID
}

func withLatest(t *testing.T, test func(*latestBench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		b := &latestBench{t: t, ctx: ctx, hub: live.NewHub(nil, quiet()), account: uuid.New()}
		b.runs = newRuns(b.account)
		b.latest = newLatest(b.hub, b.runs)
		ended := make(chan error, 1)
		go func() { ended <- b.latest.Run(ctx) }()
		defer func() {
			cancel()
			require.NoError(t, <-ended)
		}()
		test(b)
	})
}

func newLatest(hub *live.Hub, source *runs) *live.Latest[runState] {
	return live.NewLatest(hub, source,
		func(s runState) uuid.UUID { return s.id }, func(s runState) int64 { return s.sequence }, live.LatestOptions{})
}

func (b *latestBench) follow() *live.LatestReader[runState] {
	reader, err := b.latest.Follow(b.ctx, b.account, b.runs.snapshot)
	require.NoError(b.t, err)
	b.t.Cleanup(reader.Close)
	return reader
}

func (b *latestBench) announce(id uuid.UUID, sequence int64) {
	b.hub.Announce(live.Notification{AccountID: b.account, RunID: id, Sequence: sequence})
}

func (b *latestBench) requireNext(reader *live.LatestReader[runState], id uuid.UUID, sequence int64, limit time.Duration) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, limit)
	defer cancel()
	state, err := reader.Next(ctx)
	require.NoError(b.t, err, "waiting for %d", sequence)
	require.Equal(b.t, runState{id, sequence}, state)
}

func (b *latestBench) requireNothing(reader *live.LatestReader[runState]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Minute)
	defer cancel()
	_, err := reader.Next(ctx)
	require.ErrorIs(b.t, err, context.DeadlineExceeded)
}

func TestLatest_Delivers(t *testing.T) {
	t.Parallel()
	run := uuid.New()
	tests := map[string]func(b *latestBench){
		"the snapshot first, then changed states": func(b *latestBench) {
			b.runs.move(run)
			reader := b.follow()
			b.requireNext(reader, run, 1, atOnce)
			b.announce(run, b.runs.move(run))
			b.requireNext(reader, run, 2, atOnce)
			b.requireNothing(reader)
		},
		"states that change while the snapshot is read": func(b *latestBench) {
			b.runs.move(run)
			reader, err := b.latest.Follow(b.ctx, b.account, func(ctx context.Context) ([]runState, error) {
				states, err := b.runs.snapshot(ctx)
				b.announce(run, b.runs.end(run))
				return states, err
			})
			require.NoError(b.t, err)
			defer reader.Close()
			synctest.Wait()
			b.requireNext(reader, run, 2, atOnce) // the first step is out of date by now
			b.requireNothing(reader)
		},
		"unannounced states that change while the snapshot is read": func(b *latestBench) {
			b.runs.move(run)
			reader, err := b.latest.Follow(b.ctx, b.account, func(ctx context.Context) ([]runState, error) {
				states, err := b.runs.snapshot(ctx)
				b.runs.end(run)
				return states, err
			})
			require.NoError(b.t, err)
			defer reader.Close()
			b.requireNext(reader, run, 1, atOnce)
			b.requireNext(reader, run, 2, 2*time.Second+atOnce)
		},
		"an unannounced end within the fallback interval": func(b *latestBench) {
			b.runs.move(run)
			reader := b.follow()
			b.requireNext(reader, run, 1, atOnce)
			synctest.Wait()
			b.runs.end(run)
			b.requireNext(reader, run, 2, 2*time.Second+atOnce)
			b.requireNothing(reader)
		},
		"the newest state and the end to a slow reader": func(b *latestBench) {
			b.runs.move(run)
			reader := b.follow()
			b.requireNext(reader, run, 1, atOnce)
			for range 50 {
				b.announce(run, b.runs.move(run))
				time.Sleep(30 * time.Millisecond)
			}
			b.announce(run, b.runs.end(run))
			time.Sleep(time.Second)
			b.requireNext(reader, run, 52, atOnce)
			b.requireNothing(reader)
		},
		"every run to a reader that was idle for an hour": func(b *latestBench) {
			reader := b.follow()
			other := uuid.New()
			b.announce(run, b.runs.end(run))
			time.Sleep(time.Second)
			b.announce(other, b.runs.end(other))
			time.Sleep(time.Hour)
			b.requireNext(reader, run, 1, atOnce)
			b.requireNext(reader, other, 1, atOnce)
			b.requireNothing(reader)
		},
		"a new snapshot to a reader that was busy longer than states are kept": func(b *latestBench) {
			b.runs.move(run)
			other, away := uuid.New(), 0
			reader, err := b.latest.Follow(b.ctx, b.account, func(ctx context.Context) ([]runState, error) {
				if away--; away >= 0 {
					return nil, errSource
				}
				return b.runs.snapshot(ctx)
			})
			require.NoError(b.t, err)
			defer reader.Close()
			b.requireNext(reader, run, 1, atOnce) // and stays busy with it
			waits := b.follow()
			b.requireNext(waits, run, 1, atOnce)
			b.announce(other, b.runs.end(other))
			b.announce(run, b.runs.end(run))
			for range 2 {
				_, err := waits.Next(b.ctx)
				require.NoError(b.t, err)
			}
			b.requireNothing(waits) // for half an hour: both are dropped
			_, taken := reader.TryNext()
			require.False(b.t, taken)
			away = 2 // for this many tries
			ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
			defer cancel()
			last := map[uuid.UUID]int64{}
			for range 2 {
				state, err := reader.Next(ctx)
				require.NoError(b.t, err)
				last[state.id] = state.sequence
			}
			require.Equal(b.t, map[uuid.UUID]int64{run: 2, other: 1}, last)
			b.announce(other, b.runs.move(other))
			b.requireNext(reader, other, 2, atOnce)
		},
		"each state once despite repeated notifications": func(b *latestBench) {
			reader := b.follow()
			b.runs.move(run)
			sequence := b.runs.move(run)
			for range 3 {
				b.announce(run, 1)
				b.announce(run, sequence)
			}
			b.announce(uuid.New(), 7)
			b.requireNext(reader, run, 2, time.Second)
			b.announce(run, sequence)
			b.announce(run, 1<<60)
			b.requireNothing(reader)
		},
		"after the source failed for a while": func(b *latestBench) {
			reader := b.follow()
			b.runs.fail(3)
			b.announce(run, b.runs.end(run))
			b.requireNext(reader, run, 1, time.Second)
		},
		"states that change while they are loaded": func(b *latestBench) {
			reader := b.follow()
			b.runs.during = func() { b.announce(run, b.runs.end(run)) }
			b.announce(run, b.runs.move(run))
			b.requireNext(reader, run, 1, atOnce)
			b.requireNext(reader, run, 2, 110*time.Millisecond)
		},
		"a run that begins and ends while the snapshot is read": func(b *latestBench) {
			reader, err := b.latest.Follow(b.ctx, b.account, func(ctx context.Context) ([]runState, error) {
				states, err := b.runs.snapshot(ctx)
				b.announce(run, b.runs.end(run))
				synctest.Wait() // until it is loaded
				return states, err
			})
			require.NoError(b.t, err)
			defer reader.Close()
			b.requireNext(reader, run, 1, atOnce)
			b.requireNothing(reader)
		},
		"no run that ended before the reader subscribed": func(b *latestBench) {
			first := b.follow()
			b.announce(run, b.runs.end(run))
			b.requireNext(first, run, 1, atOnce)
			second, err := b.latest.Follow(b.ctx, b.account, func(context.Context) ([]runState, error) { return nil, nil })
			require.NoError(b.t, err)
			defer second.Close()
			b.requireNothing(second)
		},
		"the end at once even for a busy run": func(b *latestBench) {
			reader := b.follow()
			for range 10 { // before any is announced, because the first may be loaded at once
				b.runs.move(run)
			}
			for step := range int64(10) {
				b.announce(run, step+1)
			}
			b.requireNext(reader, run, 10, atOnce)
			b.announce(run, b.runs.end(run))
			b.requireNext(reader, run, 11, 110*time.Millisecond)
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withLatest(t, test)
		})
	}
}

func TestLatest_LoadsAtMostOncePerInterval(t *testing.T) {
	t.Parallel()
	withLatest(t, func(b *latestBench) {
		readers := make([]*live.LatestReader[runState], 100)
		for i := range readers {
			readers[i] = b.follow()
		}
		ids := []uuid.UUID{uuid.New(), uuid.New(), uuid.New()}
		for range 1000 { // steps of a millisecond: one second
			for _, id := range ids {
				b.announce(id, b.runs.move(id))
			}
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Second)
		loads, _ := b.runs.calls()
		require.LessOrEqual(b.t, loads, 27, "every 40 ms, once before and once after")
		require.GreaterOrEqual(b.t, loads, 24)
	})
}

func TestLatest_LoadsNothingWithoutWaitingReaders(t *testing.T) {
	t.Parallel()
	withLatest(t, func(b *latestBench) {
		run := uuid.New()
		b.runs.move(run)
		reader := b.follow()
		b.requireNext(reader, run, 1, atOnce)
		for range 1000 { // while the reader is busy with the first state
			b.announce(run, b.runs.move(run))
			time.Sleep(time.Millisecond)
		}
		loads, _ := b.runs.calls()
		require.Zero(b.t, loads)
		b.requireNext(reader, run, 1001, atOnce) // the current state, not the state when it was announced
		loads, _ = b.runs.calls()
		require.Equal(b.t, 1, loads)

		other := b.follow() // a busy reader does not delay another
		b.requireNext(other, run, 1001, atOnce)
		time.Sleep(time.Second) // past the pace
		b.announce(run, b.runs.move(run))
		b.requireNext(reader, run, 1002, atOnce)
		b.requireNext(other, run, 1002, atOnce)
		time.Sleep(time.Second)
		reader.Close()
		b.announce(run, b.runs.move(run))
		b.requireNext(other, run, 1003, atOnce)
		b.requireNothing(other)
	})
}

func TestLatest_Follow(t *testing.T) {
	t.Parallel()

	t.Run("returns the snapshot's error and leaves nothing behind", func(t *testing.T) {
		t.Parallel()
		withLatest(t, func(b *latestBench) {
			_, err := b.latest.Follow(b.ctx, b.account, func(context.Context) ([]runState, error) { return nil, errSource })
			require.ErrorIs(b.t, err, errSource)
			time.Sleep(time.Minute)
			_, asks := b.runs.calls()
			require.Zero(b.t, asks)
		})
	})

	t.Run("ends with Close and when Latest stops", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			source := newRuns(uuid.New())
			latest := newLatest(live.NewHub(nil, quiet()), source)
			closed, err := latest.Follow(ctx, source.account, source.snapshot)
			require.NoError(t, err)
			open, err := latest.Follow(ctx, source.account, source.snapshot)
			require.NoError(t, err)
			defer open.Close()
			closed.Close()
			_, err = closed.Next(ctx)
			require.ErrorIs(t, err, live.ErrClosed)
			time.AfterFunc(time.Hour, cancel)
			require.NoError(t, latest.Run(ctx))
			_, err = open.Next(t.Context())
			require.ErrorIs(t, err, live.ErrClosed)
		})
	})
}

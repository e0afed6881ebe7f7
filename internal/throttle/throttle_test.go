package throttle_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/throttle"
)

func TestBuckets_RefillOverTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	buckets := throttle.NewBuckets(2000, 100, func() time.Time { return now })
	caller, other := id.New(), id.New()
	state, wait := buckets.Take(caller, 1500)
	require.Zero(t, wait)
	require.Equal(t, throttle.State{Available: 500, Maximum: 2000, RestoreRate: 100}, state)
	state, wait = buckets.Take(caller, 700)
	require.Equal(t, 2*time.Second, wait)
	require.Equal(t, 500, state.Available, "a refused call takes nothing")
	_, wait = buckets.Take(other, 2000)
	require.Zero(t, wait, "callers do not share a bucket")
	now = now.Add(2 * time.Second)
	_, wait = buckets.Take(caller, 700)
	require.Zero(t, wait)
	now = now.Add(time.Hour)
	state, _ = buckets.Take(caller, 1)
	require.Equal(t, 1999, state.Available, "a bucket never exceeds its maximum")
	now = now.Add(-time.Minute)
	state, _ = buckets.Take(caller, 1)
	require.Equal(t, 1998, state.Available, "a clock that is set back removes nothing")
	now = now.Add(time.Hour)
	_, wait = buckets.Take(caller, 5000)
	require.Zero(t, wait, "a cost above the maximum is taken from a full bucket")
}

func TestBuckets_DropFullBuckets(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	buckets := throttle.NewBuckets(10, 10, func() time.Time { return now })
	for range 100_000 {
		buckets.Take(id.New(), 10)
		now = now.Add(10 * time.Millisecond)
	}
	require.Less(t, buckets.Len(), 2000)
}

func TestCounter_LimitsEachCaller(t *testing.T) {
	t.Parallel()
	counter := throttle.NewCounter(20)
	caller := id.New()
	var mutex sync.Mutex
	var leaves []func()
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() {
			if leave, ok := counter.Enter(caller); ok {
				mutex.Lock()
				leaves = append(leaves, leave)
				mutex.Unlock()
			}
		})
	}
	group.Wait()
	require.Len(t, leaves, 20)
	_, ok := counter.Enter(id.New())
	require.True(t, ok)
	leaves[0]()
	leaves[0]() // calling it twice has no effect
	_, ok = counter.Enter(caller)
	require.True(t, ok)
	_, ok = counter.Enter(caller)
	require.False(t, ok)
}

func TestBuckets_SettleRefundsUnusedCost(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		taken, used, left int
	}{
		"nothing was used":                      {400, 0, 1000},
		"a part was used":                       {400, 150, 850},
		"all was used":                          {400, 400, 600},
		"more was used than taken":              {400, 700, 300},
		"more was used than available":          {400, 1100, 0},
		"more than a bucket was taken":          {5000, 10, 990},
		"more than a bucket was taken and used": {5000, 5000, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			buckets := throttle.NewBuckets(1000, 100, func() time.Time { return now })
			caller, other := id.New(), id.New()
			_, wait := buckets.Take(caller, test.taken)
			require.Zero(t, wait)
			require.Equal(t, throttle.State{Available: test.left, Maximum: 1000, RestoreRate: 100}, buckets.Settle(caller, test.taken, test.used))
			if test.left < 1000 { // a cost above the capacity needs only a full bucket
				_, wait = buckets.Take(caller, test.left+1)
				require.Positive(t, wait, "a caller cannot take one more than is left")
			}
			_, wait = buckets.Take(caller, test.left)
			require.Zero(t, wait, "a caller can take what is left")
			_, wait = buckets.Take(other, 1000)
			require.Zero(t, wait, "callers do not share a bucket")
		})
	}
}

func TestBuckets_SettleNeverExceedsTheMaximum(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	buckets := throttle.NewBuckets(1000, 100, func() time.Time { return now })
	caller := id.New()
	buckets.Take(caller, 1000)
	now = now.Add(8 * time.Second)
	require.Equal(t, 1000, buckets.Settle(caller, 1000, 0).Available)
}

func TestBuckets_OveruseDelaysTheNextCall(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	buckets := throttle.NewBuckets(1000, 100, func() time.Time { return now })
	caller := id.New()
	buckets.Take(caller, 900)
	buckets.Settle(caller, 400, 800)
	_, wait := buckets.Take(caller, 100)
	require.Equal(t, 4*time.Second, wait, "300 are owed and 100 are needed")
}

package lru_test

import (
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/lru"
)

const overhead = 200 // of an entry

func added(_ int64, kept bool) bool { return kept }

func TestCache_EvictsTheLeastRecentlyUsed(t *testing.T) {
	t.Parallel()
	cache := lru.New[string, int](3*(100+overhead), 1000)
	for i, key := range []string{"a", "b", "c"} {
		require.True(t, added(cache.Add(key, i, 100)))
	}
	_, found := cache.Get("a")
	require.True(t, found)
	require.True(t, added(cache.Add("d", 3, 100)))
	_, found = cache.Get("b")
	require.False(t, found, "b is the least recently used")
	value, found := cache.Get("a")
	require.True(t, found)
	require.Zero(t, value)
	require.Equal(t, 3, cache.Len())
}

func TestCache_ReplacesAndGrows(t *testing.T) {
	t.Parallel()
	cache := lru.New[string, int](2000, 500)
	cache.Add("a", 1, 100)
	cache.Add("a", 2, 300)
	require.Equal(t, int64(300+overhead), cache.Bytes())
	cache.Grow("a", 200)
	require.Equal(t, int64(500+overhead), cache.Bytes())
	cache.Grow("a", 1)
	_, found := cache.Get("a")
	require.False(t, found, "a value that becomes too large is removed")
	cache.Grow("a", -1)
	require.Zero(t, cache.Bytes(), "a removed value stays removed")
	require.False(t, added(cache.Add("b", 1, 501)))
	require.True(t, added(cache.Add("b", 1, 500)))
	require.False(t, added(cache.Add("b", 1, 501)), "the previous value must not be returned if the new one is too large")
	_, found = cache.Get("b")
	require.False(t, found)
	require.Zero(t, cache.Bytes())
}

func TestCache_LoadsOnce(t *testing.T) {
	t.Parallel()
	cache := lru.New[string, int](2000, 500)
	require.Equal(t, 1, cache.Load("a", func() (int, int64) { return 1, 100 }))
	require.Equal(t, 1, cache.Load("a", func() (int, int64) { return 2, 100 }))
	require.Equal(t, 3, cache.Load("large", func() (int, int64) { return 3, 501 }), "a value that is too large is returned")
	require.Equal(t, 1, cache.Len(), "but not kept")
}

func TestCache_NeverHoldsMoreThanItsLimit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.Int64Range(0, 5000).Draw(t, "limit")
		cache := lru.New[int, int64](limit, rapid.Int64Range(0, 5000).Draw(t, "largest"))
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			key, bytes := rapid.IntRange(0, 9).Draw(t, "key"), rapid.Int64Range(0, 3000).Draw(t, "bytes")
			switch rapid.IntRange(0, 2).Draw(t, "step") {
			case 0:
				before := cache.Bytes()
				growth, kept := cache.Add(key, bytes, bytes)
				require.Equal(t, cache.Bytes()-before, growth)
				if kept {
					value, found := cache.Get(key)
					require.True(t, found, "the newest value is kept")
					require.Equal(t, bytes, value)
				}
			case 1:
				cache.Grow(key, min(bytes, 500))
			default:
				cache.Get(key)
			}
			require.LessOrEqual(t, cache.Bytes(), max(0, limit))
			require.GreaterOrEqual(t, cache.Bytes(), int64(cache.Len()*overhead))
		}
	})
}

// The overhead of an entry counts too; otherwise small values would fill the memory.
func TestCache_CountsTheOverheadOfEntries(t *testing.T) { //nolint:paralleltest // it looks at the heap
	const limit = 8 << 20
	cache := lru.New[string, string](limit, limit)
	before := heap()
	for i := range 200_000 {
		cache.Add(strings.Repeat("k", 1+i%7)+string(rune(i)), "", 8)
	}
	require.Less(t, heap()-before, int64(2*limit))
	require.LessOrEqual(t, cache.Bytes(), int64(limit))
	runtime.KeepAlive(cache)
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc) //nolint:gosec // no heap is that large
}

func TestCache_IsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	cache := lru.New[int, int](5000, 500)
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 500 {
				cache.Add(i%20, worker, int64(i))
				cache.Get((i + worker) % 20)
				cache.Grow(i%20, int64(worker))
				cache.Load(i%20, func() (int, int64) { return worker, 100 })
			}
		})
	}
	group.Wait()
	require.LessOrEqual(t, cache.Bytes(), int64(5000))
}

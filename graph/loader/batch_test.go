package loader_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/loader"
)

// doubles is a batch of the doubles of odd numbers. It records the keys that it was asked to read.
type doubles struct {
	*loader.Batch[int, int]
	reads [][]int
	err   error
}

func newDoubles() *doubles {
	d := &doubles{}
	d.Batch = loader.NewBatch(func(_ context.Context, keys []int) (map[int]int, error) {
		d.reads = append(d.reads, slices.Sorted(slices.Values(keys)))
		found := map[int]int{}
		for _, key := range keys {
			if key%2 == 1 {
				found[key] = 2 * key
			}
		}
		return found, d.err
	})
	return d
}

func (d *doubles) requireValues(t *testing.T, keys ...int) {
	t.Helper()
	for _, key := range keys {
		value, err := d.Load(t.Context(), key)
		require.NoError(t, err)
		require.Equal(t, key%2*2*key, value)
	}
}

func TestBatch_ReadsExpectedKeysOnce(t *testing.T) {
	t.Parallel()
	d := newDoubles()
	d.Expect(1, 2, 3)
	d.ExpectAll(slices.Values([]int{3, 4}))
	require.Empty(t, d.reads)
	d.requireValues(t, 4, 3, 2, 1, 4)
	require.Equal(t, [][]int{{1, 2, 3, 4}}, d.reads)

	d.Expect(1, 4, 5) // two of them are known
	d.requireValues(t, 1)
	require.Len(t, d.reads, 1)
	d.requireValues(t, 6, 5)
	require.Equal(t, [][]int{{1, 2, 3, 4}, {5, 6}}, d.reads)
	d.requireValues(t, 7)
	require.Equal(t, []int{7}, d.reads[2])
}

func TestBatch_ReadsKeysAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	d := newDoubles()
	d.err = errors.New("the store is away")
	d.Expect(1, 2)
	_, err := d.Load(t.Context(), 1)
	require.ErrorIs(t, err, d.err)
	d.err = nil
	d.requireValues(t, 3)
	d.requireValues(t, 1, 2)
	require.Equal(t, [][]int{{1, 2}, {1, 2, 3}}, d.reads)
}

func TestBatch_KeepsKeysExpectedDuringARead(t *testing.T) {
	t.Parallel()
	var batch *loader.Batch[int, int]
	reads := [][]int{}
	batch = loader.NewBatch(func(_ context.Context, keys []int) (map[int]int, error) {
		reads = append(reads, keys)
		batch.Expect(7)
		return map[int]int{8: 16}, nil // not among the keys
	})
	for _, key := range []int{1, 8, 2, 7} {
		_, err := batch.Load(t.Context(), key)
		require.NoError(t, err)
	}
	require.Equal(t, [][]int{{1}, {2, 7}}, reads)
}

package directory_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/directory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sized is an empty directory that claims a size.
type sized struct{ version, bytes int64 }

func (s sized) Version() int64 { return s.version }
func (s sized) Size() int64    { return s.bytes }

func key() directory.Key { return directory.Key{Account: uuid.New(), Owner: uuid.New()} }

func reads(found directory.Directory) directory.Read {
	return func(context.Context) (directory.Directory, error) { return found, nil }
}

// kept requests a list until the cache has it at the version.
func kept(t *testing.T, k *directory.Cache, key directory.Key, one sized) {
	t.Helper()
	require.Eventually(t, func() bool {
		if k.Get(key) == directory.Directory(one) {
			return true
		}
		k.Miss(key, one.version, reads(one))
		return false
	}, 20*time.Second, time.Millisecond)
}

func TestCache_ReadsAListAtTheSecondRequest(t *testing.T) {
	t.Parallel()
	k, one := directory.New(10_000), key()
	once := func(context.Context) (directory.Directory, error) {
		t.Error("it was read at the first request")
		return nil, nil
	}
	k.Miss(one, 1, once)
	k.Miss(one, 2, once)
	k.Miss(key(), 2, once)
	k.Miss(key(), directory.Unknown, once)
	require.Nil(t, k.Get(one))
	k.Miss(one, 2, reads(sized{2, 100}))
	require.Eventually(t, func() bool { return k.Get(one) != nil }, 20*time.Second, time.Millisecond)
	_, answered := k.State()
	require.Equal(t, directory.Answered{FromPostgres: 5}, answered)
	k.Hit()
	_, answered = k.State()
	require.Equal(t, directory.Answered{FromMemory: 1, FromPostgres: 5}, answered)
}

func TestCache_DropsAnOlderVersion(t *testing.T) {
	t.Parallel()
	k, one := directory.New(10_000), key()
	kept(t, k, one, sized{2, 1000})
	full, _ := k.State()
	k.Miss(one, 3, reads(nil))
	require.Nil(t, k.Get(one))
	rest, _ := k.State()
	require.Equal(t, full-1000, rest)
	kept(t, k, one, sized{3, 1000})
}

func TestCache_StaysWithinItsMemoryLimit(t *testing.T) {
	t.Parallel()
	const limit = 4000
	k := directory.New(limit)
	first, second, third := key(), key(), key()
	kept(t, k, first, sized{1, 1500})
	kept(t, k, second, sized{1, 1500})
	require.NotNil(t, k.Get(first), "asking for it makes it the most recently used")
	kept(t, k, third, sized{1, 1500})
	require.Nil(t, k.Get(second), "the least recently used list is evicted")
	require.NotNil(t, k.Get(first))
	for range 100 { // a list that was requested but has no directory uses memory too
		k.Miss(key(), 1, reads(nil))
		bytes, _ := k.State()
		require.LessOrEqual(t, bytes, int64(limit))
	}
}

func TestCache_ReadsAListThatDoesNotFitOnce(t *testing.T) {
	t.Parallel()
	k := directory.New(4000)
	for name, found := range map[string]directory.Directory{"too large": sized{1, 4000}, "found too large while reading": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			large, fits := key(), key()
			var times atomic.Int64
			want := func() {
				k.Miss(large, 1, func(context.Context) (directory.Directory, error) {
					times.Add(1)
					return found, nil
				})
			}
			require.Eventually(t, func() bool { want(); return times.Load() == 1 }, 20*time.Second, time.Millisecond)
			for i := range 3 { // the large list could have been read again each time
				kept(t, k, fits, sized{int64(i), 100})
				want()
			}
			require.EqualValues(t, 1, times.Load())
		})
	}
}

func TestCache_RetriesAfterAFailure(t *testing.T) {
	t.Parallel()
	k, one := directory.New(10_000), key()
	var times atomic.Int64
	require.Eventually(t, func() bool {
		k.Miss(one, 1, func(context.Context) (directory.Directory, error) {
			times.Add(1)
			return nil, errors.New("no Postgres")
		})
		return times.Load() > 2
	}, 20*time.Second, time.Millisecond)
	kept(t, k, one, sized{1, 100})
}

func TestCache_WithoutMemoryReadsNothing(t *testing.T) {
	t.Parallel()
	k, one := directory.New(0), key()
	for range 100 {
		k.Miss(one, 1, func(context.Context) (directory.Directory, error) { panic("there is no room") })
	}
	require.False(t, k.Fits(0))
	bytes, _ := k.State()
	require.Zero(t, bytes)
}

package clock_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/clock"
)

func TestWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		require.NoError(t, clock.Wait(t.Context(), time.Minute))
		require.NoError(t, clock.Wait(t.Context(), 0))
		require.NoError(t, clock.Wait(t.Context(), -time.Minute))
		require.Equal(t, time.Minute, time.Since(began))

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, clock.Wait(ctx, time.Minute), context.DeadlineExceeded)
		require.ErrorIs(t, clock.Wait(ctx, 0), context.DeadlineExceeded)
		require.Equal(t, time.Minute+time.Second, time.Since(began))
	})
}

func TestBackoff_GrowsToItsMaximum(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := clock.Backoff{First: time.Second, Longest: 5 * time.Second}
		for _, around := range []time.Duration{1, 2, 4, 5, 5} {
			began := time.Now()
			require.NoError(t, b.Wait(t.Context()))
			took := time.Since(began)
			require.GreaterOrEqual(t, took, around*time.Second/2)
			require.Less(t, took, around*time.Second*3/2)
		}
	})
}

func TestRandomTimes_StayWithinBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		of := time.Duration(rapid.Int64Range(-10, int64(time.Hour)).Draw(t, "time"))
		below, around := clock.UpTo(of), clock.Around(of)
		if of <= 0 {
			require.Zero(t, below)
			require.Zero(t, around)
			return
		}
		require.Less(t, below, of)
		require.GreaterOrEqual(t, below, time.Duration(0))
		require.GreaterOrEqual(t, around, of/2)
		require.Less(t, around, of/2+of)
	})
}

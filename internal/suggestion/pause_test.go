package suggestion

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPause_LimitsALargeAccountToATenthOfAWorker(t *testing.T) {
	t.Parallel()
	require.Zero(t, pauseAfter(briefDuration, false), "a small account is computed after every change")
	require.Equal(t, 9*time.Second, pauseAfter(time.Second, false))
	require.Equal(t, 4*time.Second, pauseAfter(time.Second, true), "only what a change concerns was computed")
}

package suggestion

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRest_ALargeAccountTakesATenthOfAWorker(t *testing.T) {
	t.Parallel()
	require.Zero(t, pauseAfter(briefDuration), "a small one is computed whenever it has changed")
	require.Equal(t, 9*time.Second, pauseAfter(time.Second))
}

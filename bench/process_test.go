package main

import (
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestStat(t *testing.T) {
	t.Parallel()
	const stat = "4711 (postgres: a) b (c) S 99 4711 4711 0 -1 4194560 1 2 3 4 150 50 7 3 20 0 1 0 12345 1000 200"
	require.Equal(t, 99, parentOf([]byte(stat)), "a name with brackets and blanks")
	ticks, ok := sumTicks([]byte(stat), statUser, statSystem)
	require.True(t, ok)
	require.EqualValues(t, 200, ticks)
	ticks, ok = sumTicks([]byte(stat), statUser, statSystem, statEndedUser, statEndedSystem)
	require.True(t, ok)
	require.EqualValues(t, 210, ticks)

	_, ok = sumTicks([]byte("4711 (cut off) S 99"), statUser)
	require.False(t, ok)
	require.Zero(t, parentOf([]byte("4711 (cut")))
}

func TestStatusBytes(t *testing.T) {
	t.Parallel()
	const status = "Name:\torgmap\nVmHWM:\t   80012 kB\nVmRSS:\t   60000 kB\n"
	peak, ok := statusBytes(status, "VmHWM:")
	require.True(t, ok)
	require.EqualValues(t, 80012<<10, peak)
	_, ok = statusBytes(status, "VmSwap:")
	require.False(t, ok)
}

// Spins until the kernel has counted some CPU time.
func TestCPUOf_GrowsWithWork(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("there is no /proc here")
	}
	begun, ok := cpuOf(os.Getpid())
	require.True(t, ok)
	require.Eventually(t, func() bool {
		for until := time.Now().Add(5 * time.Millisecond); time.Now().Before(until); {
		}
		now, ok := cpuOf(os.Getpid())
		return ok && now > begun
	}, 10*time.Second, time.Millisecond)
	family, ok := cpuOfFamily(os.Getpid())
	require.True(t, ok)
	require.Positive(t, family)
	peak, now, ok := peakMemory(os.Getpid())
	require.True(t, ok)
	require.GreaterOrEqual(t, peak, now)
	machine, ok := machineCPU()
	require.True(t, ok)
	require.Positive(t, machine)

	_, ok = cpuOf(-1)
	require.False(t, ok, "a process that is not there")
}

//go:build unix

package process_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/embedded/process"
)

// parentVariable makes TestMain act as a program that starts a child, prints its process ID and waits to be killed.
const parentVariable = "ORGMAP_TEST_PROCESS_PARENT"

func TestMain(m *testing.M) {
	if os.Getenv(parentVariable) != "" {
		child, err := process.Start(exec.Command("sleep", "1000"), syscall.SIGKILL)
		if err != nil {
			os.Exit(1)
		}
		fmt.Println(child.PID()) //nolint:forbidigo // the test reads this
		<-child.Done()
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

func TestStart(t *testing.T) {
	t.Parallel()
	t.Run("reports a missing program", func(t *testing.T) {
		t.Parallel()
		_, err := process.Start(exec.Command("/no/such/program"), syscall.SIGKILL)
		require.ErrorIs(t, err, os.ErrNotExist)
	})
	t.Run("keeps the exit code", func(t *testing.T) {
		t.Parallel()
		p, err := process.Start(exec.Command("/bin/sh", "-c", "exit 3"), syscall.SIGKILL)
		require.NoError(t, err)
		<-p.Done()
		var exit *exec.ExitError
		require.ErrorAs(t, p.Err(), &exit)
		require.Equal(t, 3, exit.ExitCode())
		require.ErrorIs(t, p.Signal(syscall.SIGTERM), os.ErrProcessDone)
	})
	t.Run("starts its own process group", func(t *testing.T) {
		t.Parallel()
		p, err := process.Start(exec.Command("sleep", "1000"), syscall.SIGKILL)
		require.NoError(t, err)
		group, err := syscall.Getpgid(p.PID())
		require.NoError(t, err)
		require.Equal(t, p.PID(), group)
		require.NoError(t, p.Stop(t.Context(), syscall.SIGTERM, syscall.SIGKILL))
	})
}

func TestStart_ParentKilled(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has a parent-death signal")
	}
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentVariable+"=1")
	output, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	child, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err)

	require.NoError(t, parent.Process.Kill())
	require.Error(t, parent.Wait())
	require.Eventually(t, func() bool { return ended(child) }, time.Minute, 10*time.Millisecond)
}

// ended also counts a zombie: in a container there may be no init process to reap it.
func ended(pid int) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(status), ") Z ")
}

func TestRun(t *testing.T) {
	t.Parallel()
	require.NoError(t, process.Run(t.Context(), exec.Command("true"), syscall.SIGKILL))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, process.Run(ctx, exec.Command("sleep", "1000"), syscall.SIGKILL), context.DeadlineExceeded)
}

func TestProcess_Stop(t *testing.T) {
	t.Parallel()
	deaf := exec.Command("/bin/sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1000; done")
	output, input, err := os.Pipe()
	require.NoError(t, err)
	defer output.Close()
	deaf.Stdout = input
	p, err := process.Start(deaf, syscall.SIGKILL)
	require.NoError(t, err)
	require.NoError(t, input.Close())
	_, err = bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, p.Stop(ctx, syscall.SIGTERM, syscall.SIGKILL), context.DeadlineExceeded)
	require.Error(t, p.Err(), "it was killed")
}

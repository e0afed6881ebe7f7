package main

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
)

// Everything that a server or its libraries log is a line of JSON, even while Redis is down and the client logs a lot.
func TestLog_IsAlwaysJSON(t *testing.T) {
	t.Parallel()
	redis := dbtest.NewRedisServer(t)
	address := redis.URL()
	redis.Stop()
	process := exec.Command(os.Args[0], "serve", "--listen", "127.0.0.1:0")
	process.Env = append(os.Environ(), programVariable+"=1", "DATABASE_URL="+dbtest.Database(t), "REDIS_URL="+address, "ORGMAP_KEYSET_FILE="+newKeyset(t))
	log, err := process.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start())
	overdue := time.AfterFunc(waitTimeout, func() { _ = process.Process.Kill() })
	defer overdue.Stop()
	told := false
	for lines := bufio.NewScanner(log); lines.Scan(); {
		var line struct{ Level, Msg, Detail string }
		require.NoError(t, json.Unmarshal(lines.Bytes(), &line), "%s", lines.Text())
		if line.Msg == "error from the Redis client" && !told {
			require.Equal(t, "WARN", line.Level)
			require.Contains(t, line.Detail, "redis")
			told = true
			require.NoError(t, process.Process.Signal(os.Interrupt)) // then read on to the last line
		}
	}
	require.NoError(t, process.Wait())
	require.True(t, told)
}

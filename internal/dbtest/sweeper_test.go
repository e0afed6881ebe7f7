//go:build unix

package dbtest_test

import (
	"bufio"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
)

// victimVariable makes TestSweeper_Victim use a database and wait to be killed.
const victimVariable = "ORGMAP_TEST_SWEEPER_VICTIM"

func TestSweeper_Victim(t *testing.T) {
	t.Parallel()
	if os.Getenv(victimVariable) == "" {
		t.Skip("the part of TestSweeper that is killed")
	}
	_, _ = fmt.Fprintln(os.Stdout, dbtest.Empty(t))
	select {}
}

func TestSweeper(t *testing.T) {
	t.Parallel()
	if os.Getenv("ORGMAP_TEST_DATABASE_URL") != "" {
		t.Skip("no server of our own to sweep")
	}
	connect(t, dbtest.Empty(t)) // skips if there is no PostgreSQL
	victim := exec.Command(os.Args[0], "-test.run=^TestSweeper_Victim$")
	victim.Env = append(os.Environ(), victimVariable+"=1")
	output, err := victim.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, victim.Start())
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	address, err := url.Parse(line[:len(line)-1])
	require.NoError(t, err)
	socket := filepath.Join(address.Query().Get("host"), ".s.PGSQL.5432")
	require.FileExists(t, socket)

	require.NoError(t, victim.Process.Kill())
	require.Error(t, victim.Wait())
	cluster := filepath.Dir(filepath.Dir(socket))
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Dir(cluster))
		return os.IsNotExist(err)
	}, time.Minute, 20*time.Millisecond, "the server was not stopped, or its folder not removed")
}

package main

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/vendors"
)

// programVariable makes the test binary act as the program itself, with the arguments it is given.
const programVariable = "ORGMAP_TEST_PROGRAM"

// asProgram runs the program in the test binary.
func asProgram() {
	main()
	os.Exit(0)
}

// startProcess starts a server as a separate process and returns it with its address once it serves.
func startProcess(t *testing.T, stores worldStores) (*exec.Cmd, string) {
	t.Helper()
	return startProgram(t, os.Args[0], stores, programVariable+"=1")
}

// startProgram is like startProcess, for another build of the program and with additional environment variables.
func startProgram(t *testing.T, program string, stores worldStores, environment ...string) (*exec.Cmd, string) {
	t.Helper()
	process := exec.Command(program, "serve", "--listen", "127.0.0.1:0", "--log-format", "text", "--vendor-allow-private", "127.0.0.0/8")
	process.Env = append(append(os.Environ(), environment...), "DATABASE_URL="+stores.database, "REDIS_URL="+stores.redis, "ORGMAP_KEYSET_FILE="+stores.keyset)
	return process, "http://" + served(t, process)
}

// served starts a server's process and returns its address once it serves. The process is killed when the test ends.
func served(t *testing.T, process *exec.Cmd) (address string) {
	t.Helper()
	log, err := process.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start())
	found := make(chan string, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		lines := bufio.NewScanner(log)
		for lines.Scan() {
			if _, said, is := strings.Cut(lines.Text(), "msg=serving address="); is {
				found <- strings.Fields(said)[0]
			}
		}
	}()
	t.Cleanup(func() {
		_ = process.Process.Kill()
		<-ended
		_ = process.Wait()
	})
	select {
	case address = <-found:
	case <-ended:
		t.Fatal("the server ended before it served")
	case <-time.After(waitTimeout):
		t.Fatal("the server did not serve in time")
	}
	return address
}

// A server killed in the middle of a refresh loses nothing: another server finishes the run within a minute.
func TestRefresh_ContinuesOnAnotherServerAfterKill9(t *testing.T) {
	t.Parallel()
	const within = time.Minute
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t), role: roleAPI}
	watching := bootWorld(t, stores) // serves requests, never refreshes
	admin := watching.newAccount(10)
	var list []vendors.Organization
	for n := range 40 {
		list = append(list, vendors.Organization{RemoteID: strings.Repeat("9", 1+n/10) + string(rune('0'+n%10)), Name: id.New().String()})
	}
	glue, url := admin.vendor(vendors.ApplicationITGlue, list...)
	glue.SetPageLimit(2)
	glue.SetLatency(200 * time.Millisecond)
	integration := admin.connect(glue, url)

	first, _ := startProcess(t, stores)
	run := at(admin.do(`mutation { refresh { runs { id } } }`, nil), "refresh", "runs", 0, "id").(string)
	progress := func() object {
		return at(admin.do(`query($id: ID!) { node(id: $id) { ... on RefreshRun { state fetched attempt } } }`, object{"id": run}), "node").(object)
	}
	require.Eventually(t, func() bool { return progress()["fetched"].(float64) >= 6 }, waitTimeout, 20*time.Millisecond)
	require.NoError(t, first.Process.Kill())
	killed := time.Now()
	startProcess(t, stores)

	require.Eventually(t, func() bool { state := progress()["state"]; return state != "RUNNING" && state != "QUEUED" }, within, 100*time.Millisecond)
	t.Logf("ended %s after the kill", time.Since(killed).Round(time.Millisecond))
	last := progress()
	require.Equal(t, "SUCCEEDED", last["state"])
	require.EqualValues(t, 2, last["attempt"])
	require.EqualValues(t, len(list), last["fetched"])
	require.Len(t, admin.externals(integration), len(list))
}

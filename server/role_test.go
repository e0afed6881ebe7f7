package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/vendors"
)

// collector receives traces and stores them.
type collector struct {
	url string

	mutex sync.Mutex // protects sent
	sent  bytes.Buffer
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		content, err := io.ReadAll(r.Body)
		if err == nil && r.URL.Path == "/v1/traces" {
			c.mutex.Lock()
			defer c.mutex.Unlock()
			c.sent.Write(content)
		}
	}))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

func (c *collector) has(text string) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return bytes.Contains(c.sent.Bytes(), []byte(text))
}

// terminate stops a process like a deploy does, and waits until it has ended cleanly.
func terminate(t *testing.T, process *exec.Cmd) {
	t.Helper()
	require.NoError(t, process.Process.Signal(syscall.SIGTERM))
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(waitTimeout):
		t.Fatal("the process did not end in time")
	}
}

// Both roles as separate processes: one serves and never refreshes, the other refreshes and serves no requests.
// Watchers on the first see what the second does.
func TestServeRoles_APIAndWorkerInSeparateProcesses(t *testing.T) {
	t.Parallel()
	traces := newCollector(t)
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t), role: roleAPI}
	operator := bootWorld(t, stores) // creates the account; everything else goes to the processes
	role := func(role string) (*exec.Cmd, string) {
		return startProgram(t, os.Args[0], stores, programVariable+"=1", "ORGMAP_ROLE="+role, "OTEL_EXPORTER_OTLP_ENDPOINT="+traces.url, "OTEL_SERVICE_NAME=orgmap-"+role, "ORGMAP_PUBLIC_METRICS=true")
	}
	api, address := role(roleAPI)
	admin := operator.newAccount(10)
	admin = &client{world: &world{t: t, url: address}, account: admin.account, token: admin.token}
	glue, url := operator.vendor(vendors.ApplicationITGlue, listed("Acme", "Bolt", "Crag", "Dune", "Echo")...)
	glue.SetPageLimit(1)
	admin.connect(glue, url)
	run := at(admin.do(`mutation { refresh { runs { id } } }`, nil), "refresh", "runs", 0, "id").(string)
	next, stop := admin.watch(`subscription($run: ID!) { refreshProgress(runId: $run) { run { state fetched attempt } } }`, object{"run": run})
	defer stop()
	state := func() any { return at(next(), "refreshProgress", "run") }
	require.Equal(t, "QUEUED", at(state(), "state"))
	require.Zero(t, operator.count("SELECT count(*) FROM river_queue"), "no worker takes jobs")

	worker, workerAddress := role(roleWorker)
	for {
		seen := state()
		require.EqualValues(t, 1, at(seen, "attempt"))
		if last := at(seen, "state"); last != "QUEUED" && last != "RUNNING" {
			require.Equal(t, "SUCCEEDED", last)
			require.EqualValues(t, 5, at(seen, "fetched"))
			break
		}
	}
	working := &world{t: t, url: workerAddress}
	for path, status := range map[string]int{
		"/livez": http.StatusOK, "/readyz": http.StatusOK, "/metrics": http.StatusOK,
		"/graphql": http.StatusNotFound, "/": http.StatusNotFound, "/explorer": http.StatusNotFound, "/session": http.StatusNotFound,
	} {
		require.Equal(t, status, working.send(http.MethodGet, path, "", "Authorization", "Bearer "+admin.token).StatusCode, path)
	}
	require.Contains(t, working.scrape(), "\n"+`orgmap_refresh_runs_ended_total{failure="",state="SUCCEEDED"} 1`+"\n")
	require.Contains(t, admin.scrape(), "\n"+`orgmap_refresh_runs_ended_total{failure="",state="SUCCEEDED"} 0`+"\n")

	stop()
	terminate(t, worker)
	terminate(t, api)
	for _, span := range []string{"POST /graphql", "orgmap-api", "orgmap-worker", "INSERT refresh_runs", run} {
		require.True(t, traces.has(span), "%s was sent before the end", span)
	}
}

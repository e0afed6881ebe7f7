//go:build fault

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// skewVariable holds by how many seconds the wall clock of a program built by skewedProgram is wrong.
const skewVariable = "ORGMAP_TEST_CLOCK_SKEW"

// skewSource reads skewVariable. At that point, only the package time itself can be used.
const skewSource = `package time

import "syscall"

var skew = func() (seconds int64) {
	text, _ := syscall.Getenv("` + skewVariable + `")
	sign := int64(1)
	for _, c := range []byte(text) {
		if c == '-' {
			sign = -1
		} else {
			seconds = 10*seconds + int64(c-'0')
		}
	}
	return sign * seconds
}()
`

// skewedProgram builds the program with a standard library whose wall clock can be wrong. Preloaded libraries that do
// so for other programs do not work with Go, which calls the kernel directly.
func skewedProgram(t *testing.T) string {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	dir, original := t.TempDir(), filepath.Join(strings.TrimSpace(string(root)), "src", "time")
	source, err := os.ReadFile(filepath.Join(original, "time.go"))
	require.NoError(t, err)
	const reads = "func Now() Time {\n\tsec, nsec, mono := runtimeNow()\n"
	require.Equal(t, 1, strings.Count(string(source), reads), "Go reads the clock in another way: rewrite this test")
	changed := strings.Replace(string(source), reads, reads+"\tsec += skew\n", 1)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "time.go"), []byte(changed), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "skew.go"), []byte(skewSource), 0o600))
	overlay, err := json.Marshal(object{"Replace": object{
		filepath.Join(original, "time.go"): filepath.Join(dir, "time.go"),
		filepath.Join(original, "skew.go"): filepath.Join(dir, "skew.go"),
	}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600))
	program := filepath.Join(dir, "orgmap")
	output, err := exec.Command("go", "build", "-trimpath", "-overlay", filepath.Join(dir, "overlay.json"), "-o", program, ".").CombinedOutput()
	require.NoError(t, err, "%s", output)
	return program
}

// The clock of one of two servers is five minutes fast or slow: of the server that refreshes, or of the one that looks
// for runs of dead servers. The database's clock decides: refreshes do not overlap, no lease is taken for expired or
// kept too long, and a token lives as long as it should on both servers.
func TestFault_ClockSkew(t *testing.T) {
	requireNothingLeft(t)
	program := skewedProgram(t)
	for _, skew := range []time.Duration{5 * time.Minute, -5 * time.Minute} {
		for _, worksSkewed := range []bool{true, false} {
			t.Run(fmt.Sprintf("by %s, on the refreshing server: %t", skew, worksSkewed), func(t *testing.T) {
				t.Parallel()
				refreshUnderSkew(t, program, skew, worksSkewed)
			})
		}
	}
}

func refreshUnderSkew(t *testing.T, program string, skew time.Duration, worksSkewed bool) {
	const pages = 26  // of a second each: longer than a lease
	f := newStores(t) // one leak check after all four have ended
	stores := f.stores
	stores.redis = f.redis.URL()
	start := func(skewed bool) string {
		seconds := "0"
		if skewed {
			seconds = fmt.Sprint(int(skew.Seconds()))
		}
		_, address := startProgram(t, program, stores, skewVariable+"="+seconds)
		return address
	}
	operator := stores
	operator.role = roleAPI
	world := bootWorld(t, operator)
	admin := world.newAccount(10)
	glue, address := admin.vendor(vendors.ApplicationITGlue, renamed(pages, "Client 0")...)
	glue.SetPageLimit(1)
	integration := admin.connect(glue, address)
	glue.SetLatency(time.Second)

	first := start(worksSkewed)
	glue.Clear()
	run := at(admin.do(`mutation { refresh { runs { id } } }`, nil), "refresh", "runs", 0, "id").(string)
	require.Eventually(t, func() bool { return admin.run(run)["state"] == "RUNNING" }, waitTimeout, 20*time.Millisecond)
	second := start(!worksSkewed)
	addresses := []string{first, second}

	// Twenty requests to both servers for another refresh get the same one.
	asking := newRequester(t, admin.token, waitTimeout)
	var group sync.WaitGroup
	for n := range 20 {
		group.Go(func() {
			got, err := asking.send(context.Background(), addresses[n%2], "", `mutation { refresh { runs { id } } }`, nil)
			if err != nil || at(got.Data, "refresh", "runs", 0, "id") != run {
				t.Errorf("%v %v", got, err)
			}
		})
	}
	// A key is kept for a day by the database's clock, on both servers.
	for n := range 4 {
		got, err := asking.send(t.Context(), addresses[n%2], "one key", createOne, object{"name": "Once"})
		require.NoError(t, err)
		require.Empty(t, codes(at(got.Data, "createOrganization")), "%v", got)
	}
	// So is a token.
	life := func(lifetime time.Duration) *requester {
		text, _, err := world.tokens().Create(t.Context(), admin.account, "short", auth.Viewer, lifetime)
		require.NoError(t, err)
		return newRequester(t, text, waitTimeout)
	}
	good, brief := life(2*time.Minute), life(time.Second)
	for _, server := range addresses {
		got, err := good.send(t.Context(), server, "", `{ viewer { name } }`, nil)
		require.NoError(t, err)
		require.Empty(t, got.code())
		require.Eventually(t, func() bool {
			got, err := brief.send(t.Context(), server, "", `{ viewer { name } }`, nil)
			return err == nil && got.code() == "UNAUTHENTICATED"
		}, waitTimeout, 50*time.Millisecond)
	}
	group.Wait()

	require.Eventually(t, func() bool { state := admin.run(run)["state"]; return state != "RUNNING" && state != "QUEUED" }, 2*time.Minute, 100*time.Millisecond)
	ended := admin.run(run)
	require.Equal(t, "SUCCEEDED", ended["state"])
	require.EqualValues(t, 1, ended["attempt"], "the other server considered the lease expired")
	require.Equal(t, pages, glue.Count(sim.List), "the list is read once")
	require.Equal(t, 1, glue.MaxInFlight())
	require.Len(t, admin.externals(integration), pages)
	database := superuser(t, stores.database)
	require.Equal(t, 1, count(t, database, `SELECT count(*) FROM refresh_runs`))
	require.Zero(t, count(t, database, `SELECT count(*) FROM journal WHERE abs(extract(epoch FROM at - now())) > 200`), "a journal time of the wrong clock")
	requireInvariants(t, stores.database)
}

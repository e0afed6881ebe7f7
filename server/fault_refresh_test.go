//go:build fault

package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

const runQuery = `query($id: ID!) { node(id: $id) { ... on RefreshRun { state fetched attempt added } } }`

func (c *client) run(run string) object {
	found, _ := at(c.do(runQuery, object{"id": run}), "node").(object)
	return found
}

// wholeList returns a vendor's list in which every name begins with the same word.
func wholeList(size int, word string) []vendors.Organization {
	list := renamed(size, "")
	for n := range list {
		list[n].Name = fmt.Sprint(word, " ", n)
	}
	return list
}

// A server that was frozen for 45 seconds and was taken for dead wakes up. It cannot write anything more of its run.
func TestFault_FrozenServerWritesNothingWhenItWakes(t *testing.T) {
	const frozen = 45 * time.Second
	f := newFleet(t, 0, false)
	stores := f.stores
	stores.redis, stores.role = f.redis.URL(), roleAPI
	watching := bootWorld(t, stores)
	admin := watching.newAccount(10)
	glue, address := admin.vendor(vendors.ApplicationITGlue, renamed(20, "as the frozen one saw it")...)
	glue.SetPageLimit(2)
	glue.SetLatency(200 * time.Millisecond)
	integration := admin.connect(glue, address)
	first, _ := startProcess(t, stores)
	run := at(admin.do(`mutation { refresh { runs { id } } }`, nil), "refresh", "runs", 0, "id").(string)
	require.Eventually(t, func() bool { return admin.run(run)["fetched"].(float64) >= 6 }, waitTimeout, 20*time.Millisecond)
	require.NoError(t, first.Process.Signal(syscall.SIGSTOP))
	thaw := time.NewTimer(frozen)
	glue.Set(renamed(20, "as it is now"))
	stoppedAt := time.Now()
	startProcess(t, stores)
	require.Eventually(t, func() bool { return admin.run(run)["state"] == "SUCCEEDED" }, time.Minute, 100*time.Millisecond)
	t.Logf("another server had ended the run %s after the freeze", time.Since(stoppedAt).Round(time.Millisecond))
	ended := admin.run(run)
	require.EqualValues(t, 2, ended["attempt"])
	<-thaw.C
	database := superuser(t, stores.database)
	state := func() [2]int {
		return [2]int{count(t, database, `SELECT sequence FROM refresh_runs`), count(t, database, `SELECT journal_position FROM accounts`)}
	}
	before := state()
	calls := len(glue.Calls())
	require.NoError(t, first.Process.Signal(syscall.SIGCONT))
	require.Never(t, func() bool { return state() != before }, 5*time.Second, 50*time.Millisecond, "the frozen server wrote")
	require.LessOrEqual(t, len(glue.Calls()), calls+2, "the frozen server keeps reading")
	require.Equal(t, ended, admin.run(run))
	later := superuser(t, stores.database) // the check that was running may still use the other connection
	require.Equal(t, 1, count(t, later, `SELECT count(*) FROM external_orgs WHERE name = 'as it is now'`))
	require.Len(t, admin.externals(integration), 20)
	require.Equal(t, "SUCCEEDED", admin.refresh(nil)[0]["state"])
	requireInvariants(t, stores.database)
}

// Vendors that hang or respond slowly delay only their own runs.
func TestFault_SlowVendorsDelayOnlyTheirOwnRuns(t *testing.T) {
	f := newFleet(t, 1, false)
	admin := f.admin(1000)
	peace := timed(t, f, admin.token, 100, "in peace")
	for n := range 8 {
		glue, address := admin.vendor(vendors.ApplicationITGlue, renamed(50, "Client 0")...)
		data := admin.do(`mutation($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integrations { id } userErrors { code message } } }`,
			object{"input": object{"application": "IT_GLUE", "name": fmt.Sprint("Glue ", n), "baseUrl": address, "credentials": []object{{"name": "api_key", "value": glue.Credentials()["api_key"]}}}})
		require.Empty(t, codes(at(data, "connectIntegration")), data)
		glue.Inject([]sim.Fault{sim.Hang(), sim.Drip(100 * time.Millisecond)}[n%2])
	}
	runs := at(admin.do(`mutation { refresh { runs { id } } }`, nil), "refresh", "runs").([]any)
	require.Len(t, runs, 8)
	database := superuser(t, f.stores.database)
	require.Eventually(t, func() bool {
		return count(t, database, `SELECT count(*) FROM refresh_runs WHERE state = 'RUNNING'`) == 2
	}, waitTimeout, 20*time.Millisecond, "as many of the four workers as one account may have")
	during := timed(t, f, admin.token, 100, "during")
	requireNoSlower(t, peace, during, slowest)
	require.Less(t, quantile(during, 99), 200*time.Millisecond)
	for _, run := range runs {
		data := admin.do(`mutation($id: ID!) { cancelRefresh(input: {runId: $id}) { run { state } userErrors { code } } }`, object{"id": at(run, "id")})
		require.Equal(t, "CANCELLED", at(data, "cancelRefresh", "run", "state"))
	}
	requireInvariants(t, f.stores.database)
}

// Ten vendors throttle at once: each gets no calls for as long as it asked, and every run succeeds.
func TestFault_ThrottlingStorm(t *testing.T) {
	const asked = 2 * time.Second
	f := newFleet(t, 2, false)
	var vendorsOf []*sim.Server
	var admins []*client
	for n := range 10 {
		admin := f.seats[0].world.newAccount(10)
		glue, address := admin.vendor(vendors.ApplicationITGlue, renamed(30, "Client 0")...)
		glue.SetPageLimit(10)
		admin.connect(glue, address)
		glue.Clear()
		fault := sim.Throttled("2").At(2).Times(2)
		if n%2 == 1 {
			fault = sim.ThrottledUntil(asked).At(2).Times(2)
		}
		glue.Inject(fault)
		vendorsOf, admins = append(vendorsOf, glue), append(admins, admin)
	}
	var group sync.WaitGroup
	states := make([]any, len(admins))
	for n, admin := range admins {
		group.Go(func() { states[n] = admin.refresh(nil)[0]["state"] })
	}
	group.Wait()
	for n, glue := range vendorsOf {
		require.Equal(t, "SUCCEEDED", states[n])
		lists := slices.DeleteFunc(glue.Calls(), func(call sim.Call) bool { return call.Kind != sim.List })
		throttled := 0
		for i, call := range lists[:len(lists)-1] {
			if call.Status == 429 {
				throttled++
				// A date has whole seconds, so it may be up to one second too early for the intended wait.
				require.GreaterOrEqual(t, lists[i+1].At.Sub(call.At), asked-time.Second-100*time.Millisecond)
			}
		}
		require.Equal(t, 2, throttled)
	}
	requireInvariants(t, f.stores.database)
}

// Twenty requests to two servers for one refresh start one run, with never more than a few vendor calls at once.
func TestFault_TwoServersOneRefresh(t *testing.T) {
	f := newFleet(t, 2, false)
	admin := f.admin(10)
	glue, address := admin.vendor(vendors.ApplicationITGlue, renamed(40, "Client 0")...)
	glue.SetPageLimit(10)
	glue.SetLatency(100 * time.Millisecond)
	admin.connect(glue, address)
	asking := newRequester(t, admin.token, waitTimeout)
	var group sync.WaitGroup
	var mu sync.Mutex // protects runs
	runs := map[string]bool{}
	for n := range 20 {
		group.Go(func() {
			got, err := asking.send(context.Background(), f.seats[n%2].url, "", `mutation { refresh { runs { id } } }`, nil)
			if err != nil || got.code() != "" {
				t.Errorf("%v %v", err, got)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			runs[at(got.Data, "refresh", "runs", 0, "id").(string)] = true
		})
	}
	group.Wait()
	require.Len(t, runs, 1)
	for run := range runs {
		require.Equal(t, "SUCCEEDED", admin.await(run)["state"])
	}
	require.LessOrEqual(t, glue.MaxInFlight(), 4)
	requireInvariants(t, f.stores.database)
}

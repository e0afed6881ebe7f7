package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// countingVendor serves a simulated vendor and counts its concurrent calls.
type countingVendor struct {
	*sim.Server
	url string

	mutex          sync.Mutex // protects the fields below
	inFlight, most int
	hold           chan struct{} // calls wait until it is closed
}

func newCrowdedVendor(t *testing.T, application vendors.Application, organizations []vendors.Organization) *countingVendor {
	t.Helper()
	simulated, ok := sim.New(application)
	require.True(t, ok)
	simulated.Set(organizations)
	v := &countingVendor{Server: simulated}
	server := httptest.NewServer(v)
	t.Cleanup(func() { simulated.Close(); server.Close() })
	v.url = server.URL
	return v
}

func (v *countingVendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mutex.Lock()
	v.inFlight++
	v.most = max(v.most, v.inFlight)
	hold := v.hold
	v.mutex.Unlock()
	if hold != nil {
		<-hold
	}
	v.Server.ServeHTTP(w, r)
	v.mutex.Lock()
	v.inFlight--
	v.mutex.Unlock()
}

func (v *countingVendor) now() (inFlight, most int) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	return v.inFlight, v.most
}

// holdCalls makes calls wait until release is called.
func (v *countingVendor) holdCalls() (release func()) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.hold = make(chan struct{})
	return sync.OnceFunc(func() {
		v.mutex.Lock()
		defer v.mutex.Unlock()
		close(v.hold)
		v.hold = nil
	})
}

// Three servers refresh fifty integrations of one key at once. The vendor never has more concurrent calls than its key
// allows, all servers work, nothing is done twice, and the key's limits are fully used.
func TestFleet_RefreshesFiftyIntegrationsWithinTheLimitsOfTheirKey(t *testing.T) {
	t.Parallel()
	const integrations, pages, servers, share = 50, 4, 3, 2 // share: one key's maximum of a server's four workers
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t)}
	fleet := make([]*world, servers)
	for n := range fleet {
		fleet[n] = bootWorld(t, stores)
	}
	var list []vendors.Organization
	for n := range 3 * pages {
		list = append(list, vendors.Organization{RemoteID: fmt.Sprint(100 + n), Name: fmt.Sprintf("Client %d", n)})
	}
	for _, of := range []struct {
		application vendors.Application
		atOnce      int
	}{{vendors.ApplicationITGlue, 4}, {vendors.ApplicationAutotask, 3}} {
		vendor := newCrowdedVendor(t, of.application, list)
		vendor.SetPageLimit(3)
		var admins []*client
		for range integrations { // each in its own account: the vendor does not care which account calls
			admin := fleet[len(admins)%servers].newAccount(10)
			admin.connect(vendor.Server, vendor.url)
			admins = append(admins, admin)
		}
		before := vendor.Count(sim.List)
		release := vendor.holdCalls()
		runs := make([]string, integrations)
		for n, admin := range admins {
			runs[n] = at(admin.do(`mutation { refresh { runs { id } } }`, nil), "refresh", "runs", 0, "id").(string)
		}
		running := func() int { return fleet[0].count("SELECT count(*) FROM refresh_runs WHERE state = 'RUNNING'") }
		require.Eventually(t, func() bool {
			inFlight, _ := vendor.now()
			return running() == servers*share && inFlight == of.atOnce
		}, waitTimeout, 10*time.Millisecond, "all servers work with half of their workers, and the key is used to the full")
		began := time.Now()
		release()
		for n, admin := range admins {
			require.Equal(t, "SUCCEEDED", admin.await(runs[n])["state"])
		}
		_, most := vendor.now()
		require.Equal(t, of.atOnce, most, of.application)
		perRun := (vendor.Count(sim.List) - before) / integrations
		require.Equal(t, perRun*integrations, vendor.Count(sim.List)-before, "no list is read twice")
		require.InDelta(t, pages, perRun, 1) // Autotask's list ends with an empty page
		require.Zero(t, fleet[0].count("SELECT count(*) FROM refresh_runs WHERE attempt <> 1"))
		t.Logf("%s: %d refreshes of %d pages, %d calls at once, took %s", of.application, integrations, perRun, most, time.Since(began).Round(time.Millisecond))
	}
	require.Zero(t, fleet[0].count("SELECT count(*) FROM vendor_calls"))
}

// If a vendor tells one server to wait, all servers wait, and the runs say until when.
func TestFleet_AllServersWaitWhenTheVendorThrottlesOne(t *testing.T) {
	t.Parallel()
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t)}
	fleet := []*world{bootWorld(t, stores), bootWorld(t, stores)}
	vendor := newCrowdedVendor(t, vendors.ApplicationHudu, listed("Acme", "Bolt"))
	var admins []*client
	for n := range 8 {
		admins = append(admins, fleet[n%2].newAccount(10))
		admins[n].connect(vendor.Server, vendor.url)
	}
	release := vendor.holdCalls()
	vendor.Inject(sim.Throttled("2").Times(4)) // all running calls
	var runs []string
	for _, admin := range admins {
		runs = append(runs, at(admin.do(`mutation { refresh { runs { id } } }`, nil), "refresh", "runs", 0, "id").(string))
	}
	require.Eventually(t, func() bool { inFlight, _ := vendor.now(); return inFlight == 4 }, waitTimeout, 10*time.Millisecond)
	release()
	for n, admin := range admins {
		require.Equal(t, "SUCCEEDED", admin.await(runs[n])["state"])
	}
	var refused []time.Time
	for _, call := range vendor.Calls() {
		if call.Status == http.StatusTooManyRequests {
			refused = append(refused, call.At)
		} else if len(refused) > 0 {
			require.GreaterOrEqual(t, call.At.Sub(refused[0]), 2*time.Second, "no call is made before the vendor allows it")
		}
	}
	require.Len(t, refused, 4)
}

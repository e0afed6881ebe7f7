package sim_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ask sends one list request to a simulated IT Glue.
func ask(t *testing.T, base, path string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path, nil)
	require.NoError(t, err)
	request.Header.Set("X-Api-Key", newITGlue(t).Credentials()["api_key"])
	request.Close = true // no connection may outlive the test
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(body)
}

func newITGlue(t *testing.T) *sim.Server {
	t.Helper()
	vendor, found := sim.New(vendors.ApplicationITGlue)
	require.True(t, found)
	return vendor
}

func serve(t *testing.T, vendor *sim.Server) string {
	t.Helper()
	server := httptest.NewServer(vendor)
	t.Cleanup(func() {
		vendor.Close()
		server.Close()
	})
	return server.URL
}

func TestInject_FaultsHitTheRequestedCalls(t *testing.T) {
	t.Parallel()
	vendor := newITGlue(t)
	base := serve(t, vendor)
	vendor.Inject(sim.Status(http.StatusBadGateway).At(2).Times(2), sim.Throttled("1").At(4).Times(1))
	var statuses []int
	for range 5 {
		status, _ := ask(t, base, "/organizations")
		statuses = append(statuses, status)
	}
	require.Equal(t, []int{200, 502, 502, 429, 200}, statuses)

	vendor.Inject(sim.Status(http.StatusInternalServerError))
	for range 2 {
		status, _ := ask(t, base, "/organizations")
		require.Equal(t, 500, status)
	}
	vendor.Clear()
	status, _ := ask(t, base, "/organizations")
	require.Equal(t, 200, status)
	require.Equal(t, 1, vendor.Count(sim.List))
}

func TestCalls_AreLogged(t *testing.T) {
	t.Parallel()
	vendor := newITGlue(t)
	base := serve(t, vendor)
	before := time.Now()
	ask(t, base, "/organizations?page[size]=3")
	ask(t, base, "/elsewhere")
	calls := vendor.Calls()
	require.Len(t, calls, 2)
	require.Equal(t, sim.Call{At: calls[0].At, Kind: sim.List, Method: "GET", URI: "/organizations?page[size]=3", Status: 200}, calls[0])
	require.Equal(t, sim.Other, calls[1].Kind)
	require.Equal(t, 404, calls[1].Status)
	require.WithinRange(t, calls[0].At, before, calls[1].At)
}

func TestMaxInFlight_CountsConcurrentRequests(t *testing.T) {
	t.Parallel()
	vendor := newITGlue(t)
	base := serve(t, vendor)
	vendor.SetLatency(time.Hour) // Close ends the wait
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/organizations", nil)
			if err == nil {
				request.Close = true
				if response, err := http.DefaultClient.Do(request); err == nil {
					_ = response.Body.Close()
				}
			}
		})
	}
	require.Eventually(t, func() bool { return vendor.MaxInFlight() == 3 }, 10*time.Second, time.Millisecond)
	vendor.Close()
	group.Wait()
}

func TestSetLimit_ThrottlesRequests(t *testing.T) {
	t.Parallel()
	vendor := newITGlue(t)
	base := serve(t, vendor)
	vendor.SetLimit(sim.Limit{Requests: 2, Per: time.Hour})
	var statuses []int
	for range 4 {
		status, _ := ask(t, base, "/organizations")
		statuses = append(statuses, status)
	}
	require.Equal(t, []int{200, 200, 429, 429}, statuses)
}

func TestShrunk_ChangesTheTotal(t *testing.T) {
	t.Parallel()
	vendor := newITGlue(t)
	vendor.Set([]vendors.Organization{{RemoteID: "1", Name: "A"}, {RemoteID: "2", Name: "B"}, {RemoteID: "3", Name: "C"}, {RemoteID: "4", Name: "D"}})
	base := serve(t, vendor)
	vendor.Inject(sim.Shrunk(1).At(2))
	_, first := ask(t, base, "/organizations?page[size]=2&page[number]=1")
	_, second := ask(t, base, "/organizations?page[size]=2&page[number]=2")
	require.Contains(t, first, `"total-count":4`)
	require.Contains(t, second, `"total-count":3`)
	require.Contains(t, second, `"D"`)
	require.NotContains(t, second, `"C"`, "it moved to the first page, which was already read")
}

func TestNew_ReportsUnknownApplications(t *testing.T) {
	t.Parallel()
	_, found := sim.New("NO_SUCH_TOOL")
	require.False(t, found)
}

func TestDemo_IsDeterministic(t *testing.T) {
	t.Parallel()
	require.Equal(t, sim.DemoClients(), sim.DemoClients())
	for _, application := range vendors.Applications() {
		require.Equal(t, sim.DemoOrganizations(application), sim.DemoOrganizations(application))
	}
	// Ids must not change between versions either: a demo keeps its mappings.
	require.Equal(t, "6902114846969", sim.DemoOrganizations(vendors.ApplicationITGlue)[0].RemoteID)
}

func TestDemo_ResemblesRealLists(t *testing.T) {
	t.Parallel()
	own := sim.DemoClients()
	require.Len(t, own, 400)
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(own))), 400, "client names are unique")
	for _, application := range vendors.Applications() {
		list := sim.DemoOrganizations(application)
		ids, names := map[string]bool{}, map[string]int{}
		for _, organization := range list {
			require.False(t, ids[organization.RemoteID], "%s: an id is repeated", application)
			ids[organization.RemoteID] = true
			names[organization.Name]++
			require.NotEmpty(t, organization.Name)
		}
		exact, twins := 0, 0
		for _, name := range own {
			if names[name] > 0 {
				exact++
			}
			if names[name] > 1 {
				twins++
			}
		}
		about := fmt.Sprintf("%s: %d organizations, %d exact, %d twins", application, len(list), exact, twins)
		require.InDelta(t, 370, len(list), 50, about)
		require.Greater(t, exact, 220, about)
		require.Less(t, exact, 340, about)
		require.Positive(t, twins, about)
	}
}

func TestDemo_HasDetailsIfTheVendorListsThem(t *testing.T) {
	t.Parallel()
	const none, most = 0, 200 // of about 370 organizations
	for application, least := range map[vendors.Application]struct{ websites, cities int }{
		vendors.ApplicationAutotask: {most, most}, vendors.ApplicationConnectWise: {most, most}, vendors.ApplicationHudu: {most, most},
		vendors.ApplicationHaloPSA: {most, none}, vendors.ApplicationITGlue: {none, none}, vendors.ApplicationNinjaOne: {none, none},
	} {
		websites, cities := 0, 0
		for _, organization := range sim.DemoOrganizations(application) {
			if organization.Website != "" {
				websites++
			}
			if organization.City != "" {
				cities++
			}
		}
		about := fmt.Sprintf("%s: %d websites, %d cities", application, websites, cities)
		require.Equal(t, least.websites > none, websites > none, about)
		require.Equal(t, least.cities > none, cities > none, about)
		require.GreaterOrEqual(t, websites, least.websites, about)
		require.GreaterOrEqual(t, cities, least.cities, about)
	}
}

func TestDemo_HintsPointToListedRecords(t *testing.T) {
	t.Parallel()
	listed := map[vendors.Hint]bool{}
	for _, application := range vendors.Applications() {
		for _, organization := range sim.DemoOrganizations(application) {
			listed[vendors.Hint{Application: application, RemoteID: organization.RemoteID}] = true
		}
	}
	for _, application := range []vendors.Application{vendors.ApplicationDattoRMM, vendors.ApplicationHaloPSA} {
		hints := 0
		for _, organization := range sim.DemoOrganizations(application) {
			for _, hint := range organization.Hints {
				require.True(t, listed[hint], "%s names %v", application, hint)
				hints++
			}
		}
		require.Greater(t, hints, 150, application)
	}
}

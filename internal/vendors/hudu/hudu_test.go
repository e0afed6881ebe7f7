package hudu_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/hudu"
	"github.com/orgmap/orgmap/internal/vendors/sim"
	"github.com/orgmap/orgmap/internal/vendors/vendortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func suite() vendortest.Case {
	return vendortest.Case{Descriptor: hudu.Descriptor(), PageSize: 250, NumericIDs: true, Website: "website", City: "city"}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	vendortest.Run(t, suite())
}

func FuzzOrganizations(f *testing.F) { vendortest.Fuzz(f, suite()) }

func TestOrganizations_ReadsUntilAnEmptyPage(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 70)
	bench.Vendor.SetPageLimit(25) // like a server that sends fewer rows than requested
	pages, err := vendortest.Walk(t.Context(), bench.Source)
	require.NoError(t, err)
	seen := 0
	for _, page := range pages {
		seen += len(page.Organizations)
	}
	require.Equal(t, 70, seen)
	calls := bench.Vendor.Calls()
	require.Len(t, calls, 4)
	for n, sent := range calls {
		asked, err := url.Parse(sent.URI)
		require.NoError(t, err)
		require.Equal(t, url.Values{"page": {strconv.Itoa(n + 1)}, "page_size": {"250"}}, asked.Query())
	}
}

func TestOrganizations_ContainURLAndHints(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 0)
	linked := vendors.Organization{
		RemoteID: "3", Name: "Northwind Dental", URL: "https://docs.example/c/northwind-dental",
		Hints: []vendors.Hint{
			{Application: vendors.ApplicationAutotask, RemoteID: "29683607"},
			{Application: vendors.ApplicationDattoRMM, RemoteID: "5d0c2c9e-0000-4000-8000-000000000001"},
			{Application: vendors.ApplicationConnectWise, RemoteID: "19"},
		},
	}
	bench.Vendor.Set([]vendors.Organization{linked})
	page, err := bench.Source.Organizations(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, []vendors.Organization{linked}, page.Organizations)
}

func TestOrganizations_HintsAreDecidedIntegrationsOfKnownTools(t *testing.T) {
	t.Parallel()
	for integration, want := range map[string][]vendors.Hint{
		`{"integrator_name":"halo","sync_id":7,"company_id":3}`:                             {{Application: vendors.ApplicationHaloPSA, RemoteID: "7"}},
		`{"integrator_name":"halo","sync_id":7,"identifier":"x-7","company_id":3}`:          {{Application: vendors.ApplicationHaloPSA, RemoteID: "x-7"}},
		`{"integrator_name":"halo","sync_id":7}`:                                            {{Application: vendors.ApplicationHaloPSA, RemoteID: "7"}},
		`{"integrator_name":"halo","sync_id":7,"potential_company_id":3,"company_id":null}`: nil,
		`{"integrator_name":"halo","sync_id":null,"identifier":null,"company_id":3}`:        nil,
		`{"integrator_name":"syncro","sync_id":7,"company_id":3}`:                           nil,
		`{"integrator_name":null,"sync_id":7,"company_id":3}`:                               nil,
	} {
		bench := vendortest.Open(t, suite(), 0)
		bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", `{"companies":[{"id":3,"name":"Northwind","integrations":[`+integration+`]}]}`))
		page, err := bench.Source.Organizations(t.Context(), "")
		require.NoError(t, err)
		require.Equal(t, want, page.Organizations[0].Hints, integration)
	}
}

func TestOrganizations_OmitsArchivedCompanies(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 0)
	bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", `{"companies":[{"id":3,"name":"Gone","archived":true},{"id":4,"name":"There","archived":false}]}`))
	page, err := bench.Source.Organizations(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, []vendors.Organization{{RemoteID: "4", Name: "There"}}, page.Organizations)
	require.Empty(t, page.Skipped, "archived companies are not unusable rows")
	require.NotEmpty(t, page.Next)
}

func TestOrganizations_ContinuesAfterAPageOfArchivedCompanies(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 0)
	bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", `{"companies":[{"id":3,"name":"Gone","archived":true}]}`))
	page, err := bench.Source.Organizations(t.Context(), "")
	require.NoError(t, err)
	require.Empty(t, page.Organizations)
	require.NotEmpty(t, page.Next)
}

func TestVerify_ForbiddenIPAddressRejectsTheKey(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	bench.Vendor.Inject(sim.Status(http.StatusForbidden))
	failure := vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.CredentialsRejected)
	require.Contains(t, failure.Message, "IP address")
}

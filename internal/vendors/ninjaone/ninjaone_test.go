package ninjaone_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/ninjaone"
	"github.com/orgmap/orgmap/internal/vendors/sim"
	"github.com/orgmap/orgmap/internal/vendors/vendortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func suite() vendortest.Case {
	return vendortest.Case{Descriptor: ninjaone.Descriptor(), PageSize: 1000, AfterID: true, Tokens: true, NumericIDs: true}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	vendortest.Run(t, suite())
}

func FuzzOrganizations(f *testing.F) { vendortest.Fuzz(f, suite()) }

func TestOrganizations_ContinuesAfterTheLastID(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1001)
	_, err := vendortest.Walk(t.Context(), bench.Source)
	require.NoError(t, err)
	var after []string
	for _, sent := range bench.Vendor.Calls() {
		if sent.Kind != sim.List {
			continue
		}
		parsed, err := url.Parse(sent.URI)
		require.NoError(t, err)
		require.Equal(t, "1000", parsed.Query().Get("pageSize"))
		after = append(after, parsed.Query().Get("after"))
	}
	require.Equal(t, []string{"", "1999", "9007199254740993"}, after)
}

func TestOrganizations_RefusesAPageWithoutIDs(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", `[{"name":"Northwind Dental"},{"id":null,"name":"Contoso"}]`))
	_, err := bench.Source.Organizations(t.Context(), "")
	vendortest.RequireClass(t, err, vendors.BadResponse)
}

func TestVerify_ReportsAMissingScope(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	bench.Vendor.Inject(sim.Status(http.StatusForbidden))
	failure := vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.CredentialsRejected)
	require.Contains(t, failure.Message, "scope Monitoring")
}

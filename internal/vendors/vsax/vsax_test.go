package vsax_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
	"github.com/orgmap/orgmap/internal/vendors/vendortest"
	"github.com/orgmap/orgmap/internal/vendors/vsax"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func suite() vendortest.Case {
	return vendortest.Case{Descriptor: vsax.Descriptor(), PageSize: 100, Totals: true, NumericIDs: true}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	vendortest.Run(t, suite())
}

func FuzzOrganizations(f *testing.F) { vendortest.Fuzz(f, suite()) }

func TestOrganizations_NextPageStartsAfterReceivedRows(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 95)
	bench.Vendor.SetPageLimit(40) // like a server that sends fewer rows than requested
	pages, err := vendortest.Walk(t.Context(), bench.Source)
	require.NoError(t, err)
	require.Len(t, pages, 3)
	require.Equal(t, "40", pages[0].Next)
	require.Equal(t, "80", pages[1].Next)
	require.Len(t, pages[2].Organizations, 15)
	for _, sent := range bench.Vendor.Calls() {
		require.Contains(t, sent.URI, "%24top=100") // servers treat an escaped dollar like a dollar
	}
}

func TestOrganizations_WithoutATotalReadsUntilAnEmptyPage(t *testing.T) {
	t.Parallel()
	for _, meta := range []string{`{}`, `{"TotalCount":null}`, `{"TotalCount":0}`} {
		bench := vendortest.Open(t, suite(), 0)
		bench.Vendor.Inject(
			sim.Reply(http.StatusOK, "application/json", `{"Data":[{"Id":5,"Name":"Northwind"}],"Meta":`+meta+`}`).Times(1),
			sim.Reply(http.StatusOK, "application/json", `{"Data":[],"Meta":`+meta+`}`).Times(1),
		)
		pages, err := vendortest.Walk(t.Context(), bench.Source)
		require.NoError(t, err)
		require.Len(t, pages, 2, meta)
		require.Nil(t, pages[0].Total)
	}
}

func TestOrganizations_ContainPSAHints(t *testing.T) {
	t.Parallel()
	autotask := []vendors.Hint{{Application: vendors.ApplicationAutotask, RemoteID: "29683607"}}
	for row, want := range map[string][]vendors.Hint{
		`"PsaIntegrationType":"Autotask","PsaMappingId":29683607`:                         autotask,
		`"PsaMappingType":"Autotask","PsaMappingId":"29683607"`:                           autotask,
		`"PsaIntegrationType":"None","PsaMappingType":"Autotask","PsaMappingId":29683607`: autotask,
		`"PsaIntegrationType":"KaseyaBms","PsaMappingId":88`:                              {{Application: vendors.ApplicationKaseyaBMS, RemoteID: "88"}},
		`"PsaIntegrationType":"Autotask","PsaMappingId":0`:                                nil,
		`"PsaIntegrationType":"Autotask","PsaMappingId":null`:                             nil,
		`"PsaIntegrationType":"PulsewayPsa","PsaMappingId":7`:                             nil,
		`"PsaMappingId":7`: nil,
	} {
		bench := vendortest.Open(t, suite(), 0)
		bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", `{"Data":[{"Id":5,"Name":"Northwind",`+row+`}],"Meta":{"TotalCount":1}}`))
		page, err := bench.Source.Organizations(t.Context(), "")
		require.NoError(t, err)
		require.Equal(t, want, page.Organizations[0].Hints, row)
	}
}

func TestSource_ReportsErrorsInSuccessfulResponses(t *testing.T) {
	t.Parallel()
	for code, class := range map[string]vendors.Class{
		"401": vendors.CredentialsRejected, "403": vendors.CredentialsRejected, "429": vendors.RateLimited, "503": vendors.Unavailable,
	} {
		bench := vendortest.Open(t, suite(), 1)
		bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", `{"Data":null,"Meta":{"ResponseCode":`+code+`}}`))
		vendortest.RequireClass(t, bench.Source.Verify(t.Context()), class)
	}
}

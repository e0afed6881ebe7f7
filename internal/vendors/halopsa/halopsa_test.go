package halopsa_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/halopsa"
	"github.com/orgmap/orgmap/internal/vendors/sim"
	"github.com/orgmap/orgmap/internal/vendors/vendortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func suite() vendortest.Case {
	return vendortest.Case{
		Descriptor: halopsa.Descriptor(), PageSize: 100, Totals: true, Tokens: true, NumericIDs: true, Website: "website",
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	vendortest.Run(t, suite())
}

func FuzzOrganizations(f *testing.F) { vendortest.Fuzz(f, suite()) }

func TestOrganizations_ContainHintsOfOtherTools(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 0)
	linked := vendors.Organization{RemoteID: "12", Name: "Northwind Dental", Hints: []vendors.Hint{
		{Application: vendors.ApplicationITGlue, RemoteID: "3141592"},
		{Application: vendors.ApplicationDattoRMM, RemoteID: "5d0c2c9e-0000-4000-8000-000000000001"},
		{Application: vendors.ApplicationAutotask, RemoteID: "29683607"},
		{Application: vendors.ApplicationConnectWise, RemoteID: "250"},
		{Application: vendors.ApplicationNinjaOne, RemoteID: "7"},
	}}
	alone := vendors.Organization{RemoteID: "13", Name: "Contoso"}
	bench.Vendor.Set([]vendors.Organization{linked, alone})
	page, err := bench.Source.Organizations(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, []vendors.Organization{linked, alone}, page.Organizations)
}

func TestOrganizations_IgnoresInvalidHints(t *testing.T) {
	t.Parallel()
	for _, odd := range []string{`"itglue_id":""`, `"itglue_id":null`, `"ninjarmmid":0`, `"ninjarmmid":-1`, `"datto_id":"0"`, `"autotaskid":{"id":1}`, `"connectwiseid":[]`, `"x":1`} {
		page := answered(t, `{"record_count":1,"clients":[{"id":12,"name":"Northwind","inactive":true,`+odd+`}]}`)
		require.Equal(t, []vendors.Organization{{RemoteID: "12", Name: "Northwind"}}, page.Organizations, odd)
	}
}

func TestOrganizations_AcceptsAnyEnvelope(t *testing.T) {
	t.Parallel()
	row := `{"id":12,"name":"Northwind"}`
	many := "[" + strings.Repeat(row+",", 150) + row + "]"
	for body, want := range map[string]string{
		`{"page_no":1,"page_size":100,"record_count":9,"clients":[` + row + `]}`: "1+1", // one per page
		`{"page_no":1,"page_size":100,"record_count":1,"clients":[` + row + `]}`: "",
		`{"record_count":9,"clients":[]}`:                                        "",
		`{"clients":[` + row + `]}`:                                              "100+100",
		`{"clients":[]}`:                                                         "",
		`[` + row + `]`:                                                          "100+100",
		`[]`:                                                                     "",
		many:                                                                     "",
	} {
		require.Equal(t, want, answered(t, body).Next, body[:min(len(body), 80)])
	}
}

// answered returns the first page for this vendor response.
func answered(t *testing.T, body string) vendors.Page {
	t.Helper()
	bench := vendortest.Open(t, suite(), 0)
	bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", body))
	page, err := bench.Source.Organizations(t.Context(), "")
	require.NoError(t, err)
	return page
}

func TestOrganizations_RequestsInactiveClientsToo(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 101)
	_, err := vendortest.Walk(t.Context(), bench.Source)
	require.NoError(t, err)
	calls := bench.Vendor.Calls()
	parsed, err := url.Parse(calls[len(calls)-1].URI)
	require.NoError(t, err)
	require.Equal(t, url.Values{
		"pageinate": {"true"}, "page_no": {"2"}, "page_size": {"100"}, "order": {"id"}, "includeactive": {"true"}, "includeinactive": {"true"},
	}, parsed.Query())
}

func TestSignIn_UsesTheTenantOfAuthinfo(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	delete(bench.Config.Credentials, "tenant")
	source, err := halopsa.Descriptor().Open(bench.Config)
	require.NoError(t, err)
	require.NoError(t, source.Verify(t.Context()))
}

func TestSignIn_UsesTheDefaultURLWithoutAuthinfo(t *testing.T) {
	t.Parallel()
	for _, fault := range []sim.Fault{sim.Status(http.StatusNotFound), sim.Reply(http.StatusOK, "application/json", `{}`)} {
		bench := vendortest.Open(t, suite(), 1)
		bench.Vendor.Inject(fault.On(sim.Discovery))
		require.NoError(t, bench.Source.Verify(t.Context()))
	}
}

func TestSignIn_IsNotAttemptedIfAuthinfoIsDown(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	bench.Vendor.Inject(sim.Status(http.StatusServiceUnavailable).On(sim.Discovery))
	vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.Unavailable)
	require.Zero(t, bench.Vendor.Count(sim.SignIn))
}

func TestSignIn_SendsNoSecretToForeignServers(t *testing.T) {
	t.Parallel()
	var called atomic.Bool
	foreign := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called.Store(true) }))
	t.Cleanup(foreign.Close)
	for _, address := range []string{foreign.URL + "/auth", "https://halopsa.com.example/auth", "https://evilhalopsa.com/auth", "http://acme.halopsa.com/auth", "auth", "::"} {
		bench := vendortest.Open(t, suite(), 1)
		bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", `{"auth_url":"`+address+`"}`).On(sim.Discovery))
		failure := vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.BadResponse)
		require.Contains(t, failure.Message, "was not called", address)
	}
	require.False(t, called.Load())
}

func TestSignIn_RetriesWithAnotherScopeAfterInvalidScope(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	bench.Vendor.Inject(sim.Reply(http.StatusBadRequest, "application/json", `{"error":"invalid_scope"}`).On(sim.SignIn).Times(1))
	require.NoError(t, bench.Source.Verify(t.Context()))
	require.Equal(t, 2, bench.Vendor.Count(sim.SignIn))
}

package connectwise_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/connectwise"
	"github.com/orgmap/orgmap/internal/vendors/sim"
	"github.com/orgmap/orgmap/internal/vendors/vendortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// suite does not set NextURL: the connector never calls the address in a Link header.
func suite() vendortest.Case {
	return vendortest.Case{Descriptor: connectwise.Descriptor(), PageSize: 1000, NumericIDs: true, Website: "website", City: "city"}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	vendortest.Run(t, suite())
}

func FuzzOrganizations(f *testing.F) { vendortest.Fuzz(f, suite()) }

func TestOrganizations_FollowsAnUpgradeDuringTheWalk(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 2100)
	bench.Vendor.Inject(sim.Moved().At(2).Times(1))
	pages, err := vendortest.Walk(t.Context(), bench.Source)
	require.NoError(t, err)
	require.Len(t, pages, 3)
	require.Equal(t, 2, bench.Vendor.Count(sim.Discovery))
	require.Equal(t, 4, bench.Vendor.Count(sim.List), "one call was repeated")
	calls := bench.Vendor.Calls()
	require.True(t, strings.HasPrefix(calls[len(calls)-1].URI, "/v2025_2/apis/3.0/"))
}

func TestVerify_DoesNotRetryA404WithoutAnUpgrade(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	bench.Vendor.Inject(sim.Status(http.StatusNotFound))
	vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.BadResponse)
	require.Equal(t, 1, bench.Vendor.Count(sim.List))
	require.Equal(t, 2, bench.Vendor.Count(sim.Discovery))
}

func TestCodebase_IsReadOncePerWalk(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 2100)
	_, err := vendortest.Walk(t.Context(), bench.Source)
	require.NoError(t, err)
	require.Equal(t, 1, bench.Vendor.Count(sim.Discovery))
}

func TestCodebase_AcceptsAnyFormOfCompanyInfo(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		`{"Codebase":"v2030_9/"}`: "/v2030_9/apis/3.0/company/companies",
		`{"Codebase":"v2030_9"}`:  "/v2030_9/apis/3.0/company/companies",
		`{"Codebase":""}`:         "/v4_6_release/apis/3.0/company/companies",
		`{"Codebase":null}`:       "/v4_6_release/apis/3.0/company/companies",
		`{}`:                      "/v4_6_release/apis/3.0/company/companies",
	} {
		require.Equal(t, want, firstListCall(t, sim.Reply(http.StatusOK, "application/json", said)), said)
	}
	require.Equal(t, "/v4_6_release/apis/3.0/company/companies", firstListCall(t, sim.Status(http.StatusNotFound)), "a server without companyinfo")
}

// firstListCall returns the path of the first list request after a strange companyinfo response.
func firstListCall(t *testing.T, companyinfo sim.Fault) string {
	t.Helper()
	bench := vendortest.Open(t, suite(), 1)
	bench.Vendor.Inject(companyinfo.On(sim.Discovery), sim.Reply(http.StatusOK, "application/json", `[{"id":7,"name":"Northwind"}]`))
	require.NoError(t, bench.Source.Verify(t.Context()))
	for _, sent := range bench.Vendor.Calls() {
		if sent.Kind == sim.List {
			path, _, _ := strings.Cut(sent.URI, "?")
			return path
		}
	}
	return ""
}

func TestCodebase_RefusesInvalidValues(t *testing.T) {
	t.Parallel()
	for _, said := range []string{`{"Codebase":"../elsewhere"}`, `{"Codebase":".."}`, `{"Codebase":"a?b"}`, `[]`, `"v4_6_release/"`, `<html>`} {
		bench := vendortest.Open(t, suite(), 1)
		bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", said).On(sim.Discovery))
		vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.BadResponse)
		require.Zero(t, bench.Vendor.Count(sim.List), said)
	}
}

func TestVerify_ReportsAnUnknownCompany(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	bench.Config.Credentials = maps.Clone(bench.Config.Credentials)
	bench.Config.Credentials["company_id"] = "a/b ../c"
	source, err := connectwise.Descriptor().Open(bench.Config)
	require.NoError(t, err)
	failure := vendortest.RequireClass(t, source.Verify(t.Context()), vendors.CredentialsRejected)
	require.Contains(t, failure.Message, "knows no company")
	require.Zero(t, bench.Vendor.Count(sim.List), "no key must be sent")
}

func TestOrganizations_FollowsTheLinkHeader(t *testing.T) {
	t.Parallel()
	const row = `[{"id":7,"name":"Northwind"}]`
	for link, want := range map[string]string{
		"": "1000+1000", // only an empty page is the end
		`<https://na.example/v4_6_release/apis/3.0/company/companies?page=2>; rel="next"`: "1+1", // page size of the first page
		`<https://na.example/v4_6_release/apis/3.0/company/companies?page=1>; rel="last"`: "",
	} {
		bench := vendortest.Open(t, suite(), 0)
		bench.Config.Client = &http.Client{Transport: withLink{bench.Config.Client.Transport, link}}
		bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", row))
		source, err := connectwise.Descriptor().Open(bench.Config)
		require.NoError(t, err)
		page, err := source.Organizations(t.Context(), "")
		require.NoError(t, err)
		require.Equal(t, want, page.Next, link)
	}
}

// withLink adds a Link header to every response.
type withLink struct {
	http.RoundTripper
	link string
}

func (w withLink) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := w.RoundTripper.RoundTrip(request)
	if err == nil && w.link != "" {
		response.Header.Set("Link", w.link)
	}
	return response, err
}

func TestOrganizations_OmitsDeletedCompanies(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 0)
	bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json",
		`[{"id":7,"name":"Northwind","deletedFlag":true},{"id":8,"name":"Contoso","deletedFlag":false,"status":{"name":"Inactive"}}]`))
	page, err := bench.Source.Organizations(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, []vendors.Organization{{RemoteID: "8", Name: "Contoso"}}, page.Organizations)
	require.Empty(t, page.Skipped, "deleted companies are not unusable rows")
}

func TestOrganizations_DatabaseTimeoutSuggestsASmallerPage(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	bench.Vendor.Inject(sim.Reply(http.StatusInternalServerError, "application/json", `{"code":"Error","message":"Execution Timeout Expired."}`).Times(4))
	cursor := ""
	for _, want := range []string{"0+500", "0+250", "0+125", ""} {
		_, err := bench.Source.Organizations(t.Context(), cursor)
		cursor = vendortest.RequireClass(t, err, vendors.Timeout).Narrower
		require.Equal(t, want, cursor)
	}
}

func TestOrganizations_RequestsPagesInIDOrder(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	_, err := bench.Source.Organizations(t.Context(), "")
	require.NoError(t, err)
	calls := bench.Vendor.Calls()
	parsed, err := url.Parse(calls[len(calls)-1].URI)
	require.NoError(t, err)
	require.Equal(t, url.Values{
		"conditions": {"deletedFlag=false"}, "fields": {"id,name,deletedFlag,website,city"}, "orderBy": {"id asc"}, "page": {"1"}, "pageSize": {"1000"},
	}, parsed.Query())
}

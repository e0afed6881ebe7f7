package kaseyaone_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/kaseyaone"
	"github.com/orgmap/orgmap/internal/vendors/sim"
	"github.com/orgmap/orgmap/internal/vendors/vendortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// suite tests one module, because only modules have lists.
func suite() vendortest.Case {
	descriptor := kaseyaone.Descriptor()
	open := descriptor.Open
	descriptor.Open = func(config vendors.Config) (vendors.Source, error) {
		source, err := open(config)
		if err != nil {
			return nil, err
		}
		return source.(vendors.ModuleSource).Module("7"), nil
	}
	return vendortest.Case{Descriptor: descriptor, PageSize: 100, Tokens: true}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	vendortest.Run(t, suite())
}

func FuzzOrganizations(f *testing.F) { vendortest.Fuzz(f, suite()) }

// connect opens the whole of KaseyaOne.
func connect(t *testing.T, bench vendortest.Bench) vendors.ModuleSource {
	t.Helper()
	source, err := kaseyaone.Descriptor().Open(bench.Config)
	require.NoError(t, err)
	return source.(vendors.ModuleSource)
}

func TestModules_AreRecognizedByName(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 0)
	bench.Vendor.SetModules(sim.Module{ID: "3", Name: "IT Glue"}, sim.Module{ID: "7", Name: " Datto RMM "}, sim.Module{ID: "12", Name: "Datto BCDR"}, sim.Module{ID: "13"})
	source := connect(t, bench)
	require.NoError(t, source.Verify(t.Context()))
	modules, err := source.Modules(t.Context())
	require.NoError(t, err)
	require.Equal(t, []vendors.Module{
		{ID: "3", Name: "IT Glue", Application: vendors.ApplicationITGlue},
		{ID: "7", Name: "Datto RMM", Application: vendors.ApplicationDattoRMM},
		{ID: "12", Name: "Datto BCDR", Application: vendors.ApplicationKaseyaModule},
		{ID: "13", Application: vendors.ApplicationKaseyaModule},
	}, modules)
	require.Equal(t, 1, bench.Vendor.Count(sim.SignIn))
}

func TestModule_HasItsOwnList(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 2)
	own := []vendors.Organization{{RemoteID: "a-1", Name: "Northwind"}}
	bench.Vendor.SetModules(sim.Module{ID: "3", Name: "IT Glue", Organizations: own}, sim.Module{ID: "7", Name: "Datto RMM"})
	source := connect(t, bench)
	page, err := source.Module("3").Organizations(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, own, page.Organizations)
	page, err = source.Module("7").Organizations(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, page.Organizations, 2)
	calls := bench.Vendor.Calls()
	asked, err := url.Parse(calls[len(calls)-1].URI)
	require.NoError(t, err)
	require.Equal(t, url.Values{"SourceProductId": {"7"}, "PageNumber": {"1"}, "PageSize": {"100"}}, asked.Query())
}

func TestOrganizations_ListsSubOrganizationsAfterTheirParent(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 0)
	bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", `{"Success":true,"TotalRecords":3,"Result":[
		{"SourceOrganizationId":"1","SourceOrganizationName":"Northwind","SourceProductId":"7","SubOrganizations":[
			{"SourceOrganizationId":"1","SourceOrganizationName":"Northwind North"},{"SourceOrganizationId":null,"SourceOrganizationName":"Nobody"}]},
		{"SourceOrganizationId":null,"SourceOrganizationName":"Unknown","SubOrganizations":[{"SourceOrganizationId":"9","SourceOrganizationName":"Of the unknown"}]},
		{"SourceOrganizationId":"2","SourceOrganizationName":"Southwind","SubOrganizations":[]}]}`))
	page, err := bench.Source.Organizations(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, []vendors.Organization{{RemoteID: "1", Name: "Northwind"}, {RemoteID: "1/1", Name: "Northwind North"}, {RemoteID: "2", Name: "Southwind"}}, page.Organizations)
	require.Len(t, page.Skipped, 3)
	require.Nil(t, page.Total)
	require.Empty(t, page.Next, "the total counts parents only")
}

func TestOrganizations_ReadsServersWithSmallerPages(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 95)
	bench.Vendor.SetPageLimit(40)
	pages, err := vendortest.Walk(t.Context(), bench.Source)
	require.NoError(t, err)
	require.Len(t, pages, 3)
	require.Len(t, pages[2].Organizations, 15)
}

func TestVerify_RequiresAConnectionToKaseyaOne(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	bench.Vendor.SetModules()
	source := connect(t, bench)
	failure := vendortest.RequireClass(t, source.Verify(t.Context()), vendors.CredentialsRejected)
	require.Contains(t, failure.Message, "not connected to KaseyaOne")
	modules, err := source.Modules(t.Context())
	require.NoError(t, err)
	require.Empty(t, modules)
}

func TestVerify_ReportsAnEmployeeWithoutAdministratorRights(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", `{"Success":false,"Error":{"Code":403,"Message":"No permission"}}`).On(sim.Other))
	source := connect(t, bench)
	failure := vendortest.RequireClass(t, source.Verify(t.Context()), vendors.CredentialsRejected)
	require.Contains(t, failure.Message, "no administrator")
	require.Contains(t, failure.Message, "No permission")
	_, err := source.Modules(t.Context())
	vendortest.RequireClass(t, err, vendors.CredentialsRejected)
}

func TestModules_RefusesResponsesOfAnotherShape(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"Success":true,"Result":null}`, `{"Success":true,"Result":{}}`, `[]`} {
		bench := vendortest.Open(t, suite(), 1)
		bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", body).On(sim.Other))
		source := connect(t, bench)
		vendortest.RequireClass(t, source.Verify(t.Context()), vendors.BadResponse)
		_, err := source.Modules(t.Context())
		vendortest.RequireClass(t, err, vendors.BadResponse)
	}
}

func TestOrganizations_OfTheConnectionItselfIsRefused(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	_, err := connect(t, bench).Organizations(t.Context(), "")
	vendortest.RequireClass(t, err, vendors.BadResponse)
	require.Empty(t, bench.Vendor.Calls())
}

func TestModules_AcceptsAnyForm(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{
		`{"success":"true","result":[{"id":"3","name":"IT Glue"},{"id":7,"name":"Datto RMM"}]}`:         2,
		`{"success":1,"result":{"0":{"id":3,"name":"IT Glue"},"1":{"id":7.0,"name":"Datto RMM"}}}`:      2,
		`{"result":{"id":3,"name":"IT Glue","more":[]}}`:                                                1,
		`{"success":true,"result":[{"id":3,"name":"IT Glue"},null,7,{"id":{},"name":"?"},["x"]],"x":1}`: 1,
	} {
		bench := vendortest.Open(t, suite(), 1)
		bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", body).On(sim.Other))
		modules, err := connect(t, bench).Modules(t.Context())
		require.NoError(t, err, body)
		require.Len(t, modules, want, body)
		require.Equal(t, vendors.Module{ID: "3", Name: "IT Glue", Application: vendors.ApplicationITGlue}, modules[0], body)
	}
	for flag, class := range map[string]vendors.Class{`"true"`: "", `1`: "", `"false"`: vendors.CredentialsRejected, `0`: vendors.CredentialsRejected, `"?"`: vendors.BadResponse} {
		bench := vendortest.Open(t, suite(), 1)
		bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", `{"success":true,"result":{"isConnected":`+flag+`}}`).On(sim.Other))
		err := connect(t, bench).Verify(t.Context())
		if class == "" {
			require.NoError(t, err, flag)
			continue
		}
		vendortest.RequireClass(t, err, class)
	}
}

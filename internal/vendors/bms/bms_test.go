package bms_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/bms"
	"github.com/orgmap/orgmap/internal/vendors/sim"
	"github.com/orgmap/orgmap/internal/vendors/vendortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func suite() vendortest.Case {
	return vendortest.Case{Descriptor: bms.Descriptor(), PageSize: 100, Totals: true, Tokens: true, NumericIDs: true}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	vendortest.Run(t, suite())
}

func FuzzOrganizations(f *testing.F) { vendortest.Fuzz(f, suite()) }

// json returns a fault that responds with status 200 and this body.
func json(body string) sim.Fault { return sim.Reply(http.StatusOK, "application/json", body) }

func TestSource_ReportsErrorsInSuccessfulResponses(t *testing.T) {
	t.Parallel()
	for answer, class := range map[string]vendors.Class{
		`{"Success":false,"Error":{"Code":403,"Message":"No access to accounts"}}`:                  vendors.CredentialsRejected,
		`{"Success":false,"Error":{"Code":429,"Message":"Slow down"}}`:                              vendors.RateLimited,
		`{"success":false,"error":{"code":0,"message":"API call limit exceeded"}}`:                  vendors.RateLimited,
		`{"success":false,"error":{"code":0,"message":"Failed","details":"Too many requests"}}`:     vendors.RateLimited,
		`{"success":false,"error":{"code":"503","message":"Maintenance"}}`:                          vendors.Unavailable,
		`{"success":false,"error":{"code":1017,"message":"Something is wrong with the filter"}}`:    vendors.BadResponse,
		`{"success":false,"error":null,"result":[{"id":1,"accountName":"Not to be believed"}]}`:     vendors.BadResponse,
		`{"success":false,"error":"broken","result":[{"id":1,"accountName":"Not to be believed"}]}`: vendors.BadResponse,
		`{"success":true,"result":null,"totalRecords":0}`:                                           vendors.BadResponse,
	} {
		bench := vendortest.Open(t, suite(), 1)
		bench.Vendor.Inject(json(answer))
		_, err := bench.Source.Organizations(t.Context(), "")
		vendortest.RequireClass(t, err, class)
		require.Equal(t, 1, bench.Vendor.Count(sim.List), answer)
	}
	bench := vendortest.Open(t, suite(), 1)
	bench.Vendor.Inject(json(`{"Success":false,"Error":{"Code":1017,"Message":"The filter is wrong"}}`))
	require.Contains(t, vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.BadResponse).Message, "The filter is wrong")
}

func TestToken_IsRenewedOnceIfRefusedInASuccessfulResponse(t *testing.T) {
	t.Parallel()
	for _, refusal := range []string{
		`{"Success":false,"Error":{"Code":401,"Message":"Expired"}}`,
		`{"Success":false,"Error":{"Code":0,"Message":"The access token has expired"}}`,
	} {
		bench := vendortest.Open(t, suite(), 1)
		require.NoError(t, bench.Source.Verify(t.Context()))
		bench.Vendor.Inject(json(refusal).Times(1))
		require.NoError(t, bench.Source.Verify(t.Context()))
		require.Equal(t, 2, bench.Vendor.Count(sim.SignIn))

		bench.Vendor.Inject(json(refusal))
		vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.CredentialsRejected)
		require.Equal(t, 3, bench.Vendor.Count(sim.SignIn))
	}
}

func TestSignIn_ClassifiesErrorsInSuccessfulResponses(t *testing.T) {
	t.Parallel()
	for answer, class := range map[string]vendors.Class{
		`{"Success":false,"Error":{"Code":0,"Message":"Wrong password"}}`:  vendors.CredentialsRejected,
		`{"Success":false,"Error":{"Code":400,"Message":"MFA is needed"}}`: vendors.CredentialsRejected,
		`{"Success":false,"Error":{"Code":401,"Message":"Locked"}}`:        vendors.CredentialsRejected,
		`{"Success":false,"Error":{"Code":429,"Message":"Slow down"}}`:     vendors.RateLimited,
		`{"Success":false,"Error":{"Code":500,"Message":"Broken"}}`:        vendors.Unavailable,
		`{"Success":true,"Result":{"AccessToken":""}}`:                     vendors.BadResponse,
		`{"Success":true}`: vendors.BadResponse,
	} {
		bench := vendortest.Open(t, suite(), 1)
		bench.Vendor.Inject(json(answer).On(sim.SignIn))
		vendortest.RequireClass(t, bench.Source.Verify(t.Context()), class)
		require.Equal(t, 1, bench.Vendor.Count(sim.SignIn), "repeated failed sign-ins lock the employee out")
		require.Zero(t, bench.Vendor.Count(sim.List))
	}
}

func TestOrganizations_ReadsServersWithSmallerPages(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 95)
	bench.Vendor.SetPageLimit(10)
	pages, err := vendortest.Walk(t.Context(), bench.Source)
	require.NoError(t, err)
	require.Len(t, pages, 10)
	ids := map[string]bool{}
	for _, page := range pages {
		require.Equal(t, 95, *page.Total)
		for _, organization := range page.Organizations {
			ids[organization.RemoteID] = true
		}
	}
	require.Len(t, ids, 95)
}

func TestOrganizations_WithoutATotalReadsUntilAnEmptyPage(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 0)
	bench.Vendor.Inject(
		json(`{"Success":true,"Result":[{"Id":88,"AccountName":"Northwind","IsActive":false}],"TotalRecords":0}`).Times(1),
		json(`{"Success":true,"Result":[],"TotalRecords":0}`).Times(1),
	)
	pages, err := vendortest.Walk(t.Context(), bench.Source)
	require.NoError(t, err)
	require.Len(t, pages, 2)
	require.Nil(t, pages[0].Total)
	require.Equal(t, []vendors.Organization{{RemoteID: "88", Name: "Northwind"}}, pages[0].Organizations, "deactivated accounts are listed")
}

package dattormm_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/dattormm"
	"github.com/orgmap/orgmap/internal/vendors/sim"
	"github.com/orgmap/orgmap/internal/vendors/vendortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func suite() vendortest.Case {
	return vendortest.Case{Descriptor: dattormm.Descriptor(), PageSize: 250, Totals: true, Tokens: true, NextURL: true}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	vendortest.Run(t, suite())
}

func TestOrganizations_ContainAutotaskHintAndPortalURL(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 0)
	linked := vendors.Organization{
		RemoteID: "5d0c2c9e-0000-4000-8000-000000000001", Name: "Northwind Dental", URL: "https://merlot.rmm.example/site/1",
		Hints: []vendors.Hint{{Application: vendors.ApplicationAutotask, RemoteID: "29683607"}},
	}
	own := vendors.Organization{
		RemoteID: "5d0c2c9e-0000-4000-8000-000000000002", Name: "Ourselves",
		Hints: []vendors.Hint{{Application: vendors.ApplicationAutotask, RemoteID: "0"}},
	}
	odd := vendors.Organization{RemoteID: "5d0c2c9e-0000-4000-8000-000000000003", Name: "Odd", URL: "javascript:alert(1)"}
	bench.Vendor.Set([]vendors.Organization{linked, own, odd})
	page, err := bench.Source.Organizations(t.Context(), "")
	require.NoError(t, err)
	odd.URL = ""
	require.Equal(t, []vendors.Organization{linked, own, odd}, page.Organizations)
	require.NotContains(t, fmt.Sprintf("%+v", page), sim.DattoProxyPassword)
}

func TestForbidden_MeansThrottledOnlyAfterA429(t *testing.T) {
	t.Parallel()
	t.Run("without an earlier 429 the credentials are rejected", func(t *testing.T) {
		t.Parallel()
		bench := vendortest.Open(t, suite(), 1)
		bench.Vendor.Inject(sim.Status(http.StatusForbidden))
		vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.CredentialsRejected)
	})
	t.Run("after a 429 the calls are throttled", func(t *testing.T) {
		t.Parallel()
		bench := vendortest.Open(t, suite(), 1)
		bench.Vendor.Inject(sim.Throttled("").Times(1), sim.Status(http.StatusForbidden).Times(1))
		require.Zero(t, vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.RateLimited).RetryAfter)
		failure := vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.RateLimited)
		require.Equal(t, 5*time.Minute, failure.RetryAfter)
		require.NoError(t, bench.Source.Verify(t.Context()))
	})
	t.Run("also at sign-in", func(t *testing.T) {
		t.Parallel()
		bench := vendortest.Open(t, suite(), 1)
		bench.Vendor.Inject(sim.Throttled("").On(sim.SignIn).Times(1), sim.Status(http.StatusForbidden).On(sim.SignIn).Times(1))
		vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.RateLimited)
		vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.RateLimited)
		require.NoError(t, bench.Source.Verify(t.Context()))
	})
}

func FuzzOrganizations(f *testing.F) { vendortest.Fuzz(f, suite()) }

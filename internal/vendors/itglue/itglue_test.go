package itglue_test

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/itglue"
	"github.com/orgmap/orgmap/internal/vendors/sim"
	"github.com/orgmap/orgmap/internal/vendors/vendortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func suite() vendortest.Case {
	return vendortest.Case{Descriptor: itglue.Descriptor(), PageSize: 500, Totals: true, NumericIDs: true}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	vendortest.Run(t, suite())
}

func TestVerify_ForbiddenKeyIsRejected(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	bench.Vendor.Inject(sim.Status(http.StatusForbidden))
	failure := vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.CredentialsRejected)
	require.Contains(t, failure.Message, "unused for 90 days")
}

func TestOrganizations_HalvesAPageThatTimesOut(t *testing.T) {
	t.Parallel()
	const organizations = 1100
	bench := vendortest.Open(t, suite(), organizations)
	first, err := bench.Source.Organizations(t.Context(), "")
	require.NoError(t, err)
	seen := len(first.Organizations)

	bench.Vendor.Inject(sim.Status(http.StatusGatewayTimeout).Times(2))
	cursor := first.Next
	for _, size := range []int{250, 125} {
		_, err = bench.Source.Organizations(t.Context(), cursor)
		failure := vendortest.RequireClass(t, err, vendors.Timeout)
		require.Contains(t, failure.Narrower, "+"+strconv.Itoa(size))
		cursor = failure.Narrower
	}
	for cursor != "" {
		page, err := bench.Source.Organizations(t.Context(), cursor)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Organizations), 125)
		seen += len(page.Organizations)
		cursor = page.Next
	}
	require.Equal(t, organizations, seen)
}

func TestOrganizations_HalvesAPageAtMostTwice(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 10)
	bench.Vendor.Inject(sim.Status(http.StatusGatewayTimeout))
	cursor, sizes := "", 0
	for range 10 {
		_, err := bench.Source.Organizations(t.Context(), cursor)
		var failure *vendors.Error
		require.True(t, errors.As(err, &failure))
		if failure.Narrower == "" {
			break
		}
		cursor = failure.Narrower
		sizes++
	}
	require.Equal(t, 2, sizes, "the sizes are 500, 250 and 125")
}

func FuzzOrganizations(f *testing.F) { vendortest.Fuzz(f, suite()) }

func TestOrganizations_RequestsPagesInIDOrder(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 501)
	_, err := vendortest.Walk(t.Context(), bench.Source)
	require.NoError(t, err)
	for number, sent := range bench.Vendor.Calls() {
		parsed, err := url.Parse(sent.URI)
		require.NoError(t, err)
		require.Equal(t, url.Values{
			"include": {"adapters_resources"}, "sort": {"id"}, "page[size]": {"500"}, "page[number]": {strconv.Itoa(number + 1)},
		}, parsed.Query())
	}
}

func TestOrganizations_FindsTheNextPageInAnyMeta(t *testing.T) {
	t.Parallel()
	const row = `{"id":"1","attributes":{"name":"Northwind"}}`
	for meta, want := range map[string]string{
		// If more rows follow, the length of the first page is the page size.
		`{"current-page":1,"next-page":2,"total-pages":2}`:    "1+1",
		`{"current-page":1,"total-pages":2}`:                  "1+1",
		`{"current-page":1,"next-page":2}`:                    "1+1",
		`{"current-page":1,"next-page":null,"total-pages":2}`: "1+1",
		`{"current-page":1,"next-page":null,"total-pages":1}`: "",
		`{"current-page":1,"next-page":0,"total-pages":1}`:    "",
		`{"total-count":1}`:                                   "",
		`{"total-count":"9"}`:                                 "1+1",
		// Without any count, only an empty page is the end.
		`{}`: "500+500", `[]`: "500+500", `null`: "500+500", `"?"`: "500+500",
	} {
		bench := vendortest.Open(t, suite(), 0)
		bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/vnd.api+json", `{"data":[`+row+`],"meta":`+meta+`}`))
		page, err := bench.Source.Organizations(t.Context(), "")
		require.NoError(t, err)
		require.Equal(t, want, page.Next, meta)
		require.Len(t, page.Organizations, 1)
	}
}

func TestOrganizations_ContainPSAHints(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 0)
	linked := []vendors.Organization{
		{RemoteID: "1", Name: "The provider", Hints: []vendors.Hint{{Application: vendors.ApplicationAutotask, RemoteID: "0"}}},
		{RemoteID: "2", Name: "Northwind", Hints: []vendors.Hint{{Application: vendors.ApplicationAutotask, RemoteID: "178"}}},
		{RemoteID: "3", Name: "Contoso"},
	}
	bench.Vendor.Set(linked)
	page, err := bench.Source.Organizations(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, linked, page.Organizations)
}

func TestOrganizations_InvalidIncludedDataLosesNoRows(t *testing.T) {
	t.Parallel()
	const linked = `{"adapters-resources":{"data":[{"id":"9","type":"adapters-resources"}]}}`
	for _, one := range []struct {
		relationships, included string
		want                    []vendors.Hint
	}{
		{linked, `[{"id":9,"type":"adapters-resources","attributes":{"adapter-type":"manage","remote-id":250}}]`, []vendors.Hint{{Application: vendors.ApplicationConnectWise, RemoteID: "250"}}},
		{linked, `[{"id":"9","type":"adapters-resources","attributes":{"adapter-type":"kaseya-bms","remote-id":"88"}}]`, []vendors.Hint{{Application: vendors.ApplicationKaseyaBMS, RemoteID: "88"}}},
		{linked, `[{"id":"9","type":"adapters-resources","attributes":{"adapter-type":"tigerpaw","remote-id":"88"}}]`, nil},
		{linked, `[{"id":"9","type":"adapters-resources","attributes":{"adapter-type":"autotask","remote-id":null}}]`, nil},
		{linked, `[{"id":"9","type":"rmm-companies","attributes":{"adapter-type":"autotask","remote-id":"88"}}]`, nil},
		{linked, `[7,{"id":[]},{"id":"9","type":"adapters-resources","attributes":[]}]`, nil},
		{linked, `{}`, nil},
		{`[]`, `null`, nil},
		{`{"adapters-resources":{"data":{}}}`, `"sorry"`, nil},
	} {
		bench := vendortest.Open(t, suite(), 0)
		bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/vnd.api+json",
			`{"data":[{"id":"1","attributes":{"name":"Northwind"},"relationships":`+one.relationships+`}],"included":`+one.included+`}`))
		page, err := bench.Source.Organizations(t.Context(), "")
		require.NoError(t, err)
		require.Len(t, page.Organizations, 1)
		require.Equal(t, one.want, page.Organizations[0].Hints, one.included)
	}
}

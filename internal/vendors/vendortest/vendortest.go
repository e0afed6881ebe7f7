// Package vendortest is the test suite that every connector must pass against the simulation of its
// vendor.
package vendortest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/safehttp"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// hangTimeout is the page timeout in tests in which the vendor hangs. Such a test waits for all of it, so it is short;
// even so, a simulated vendor on a busy machine responds much sooner.
const hangTimeout = 500 * time.Millisecond

// Case describes what is specific to one connector.
type Case struct {
	Descriptor vendors.Descriptor
	PageSize   int  // rows per page that the connector requests
	Totals     bool // the vendor reports a total
	Tokens     bool // it signs in for a token that expires
	NextURL    bool // it links the next page
	NumericIDs bool // its ids are sent as numbers
	// Website and City name the fields of a row that have the client's website and city; "" if the
	// list has none.
	Website, City string
	// AfterID says that it pages by the id of a page's last row: without any id there is no next page.
	AfterID bool
	// Lenient names credential fields in which a wrong value is not rejected, such as a label.
	Lenient []string
}

// Run tests everything that all connectors promise.
func Run(t *testing.T, c Case) {
	t.Helper()
	t.Run("list", func(t *testing.T) { t.Parallel(); runList(t, c) })
	t.Run("credentials", func(t *testing.T) { t.Parallel(); runCredentials(t, c) })
	t.Run("failing vendor", func(t *testing.T) { t.Parallel(); runFailures(t, c) })
	t.Run("unusual list", func(t *testing.T) { t.Parallel(); runStrangeLists(t, c) })
	t.Run("firewall", func(t *testing.T) { t.Parallel(); runFirewalls(t, c) })
	t.Run("charset", func(t *testing.T) { t.Parallel(); runCharsets(t, c) })
	t.Run("unusual response", func(t *testing.T) { t.Parallel(); runOddAnswers(t, c) })
	t.Run("details", func(t *testing.T) { t.Parallel(); runDetails(t, c) })
	t.Run("address", func(t *testing.T) { t.Parallel(); runAddress(t, c) })
	t.Run("caller", func(t *testing.T) { t.Parallel(); runCaller(t, c) })
}

// Bench is a connector with its simulated vendor.
type Bench struct {
	Source vendors.Source
	Vendor *sim.Server
	Config vendors.Config
}

// Open starts a simulated vendor with the given number of organizations and connects to it. Both
// are closed when the test ends.
func Open(t *testing.T, c Case, organizations int) Bench {
	t.Helper()
	return open(t, c, organizations, safehttp.DefaultPageTimeout)
}

func open(t *testing.T, c Case, organizations int, timeout time.Duration) Bench {
	t.Helper()
	vendor, found := sim.New(c.Descriptor.Application)
	require.True(t, found, "no simulation of %s", c.Descriptor.Application)
	vendor.Set(Organizations(c, organizations))
	server := httptest.NewServer(vendor)
	client := safehttp.New(safehttp.Options{AllowPrivate: loopback(), PageTimeout: timeout})
	t.Cleanup(func() {
		vendor.Close()
		client.CloseIdleConnections()
		server.Close()
	})
	bench := Bench{Vendor: vendor, Config: vendors.Config{BaseURL: server.URL, Credentials: vendor.Credentials(), Client: client}}
	source, err := c.Descriptor.Open(bench.Config)
	require.NoError(t, err)
	bench.Source = source
	return bench
}

// loopback returns the network of the simulated vendors.
func loopback() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }

// Organizations returns a list ordered by id, with names in many scripts.
func Organizations(c Case, count int) []vendors.Organization {
	list := make([]vendors.Organization, 0, count)
	for n := range count {
		id := fmt.Sprint(1000 + n)
		switch n {
		case 0:
			id = "0" // Autotask's own company
		case count - 1:
			id = "9007199254740993" // 2^53 + 1: a float would lose the last digit
		}
		if !c.NumericIDs && n > 0 && n < count-1 {
			id = fmt.Sprintf("%08x-0000-4000-8000-000000000000", n)
		}
		list = append(list, vendors.Organization{RemoteID: id, Name: names[n%len(names)] + " " + fmt.Sprint(n)})
	}
	return list
}

// names contain what may break a decoder: scripts, direction marks, combining letters, quotes,
// markup, four-byte characters.
var names = []string{
	"Northwind Dental", "Müller & Söhne GmbH", "Ökonomiebüro Łódź", "株式会社サンプル", "شركة المثال", "חברת דוגמה", "Пример ООО", "예시 주식회사",
	"ตัวอย่าง จำกัด", "Cafe\u0301 Noir", `Quote "Q" \ Slash /`, "<b>Bold</b> & Co", "Émoji 🏥 Clinic", "O’Brien, Ltd.", "line\nbreak", "  spaces  ", "नमूना",
}

// Walk reads a list from the first page to the last, like a refresh, without retrying.
func Walk(ctx context.Context, source vendors.Source) ([]vendors.Page, error) {
	return walkFrom(ctx, source, "")
}

func walkFrom(ctx context.Context, source vendors.Source, cursor string) ([]vendors.Page, error) {
	const enough = 100 // pages: more than any test has
	var pages []vendors.Page
	for len(pages) < enough {
		page, err := source.Organizations(ctx, cursor)
		if err != nil {
			return pages, err
		}
		pages = append(pages, page)
		if cursor = page.Next; cursor == "" {
			return pages, nil
		}
	}
	return pages, errors.New("the walk does not end")
}

func rows(pages []vendors.Page) []vendors.Organization {
	var all []vendors.Organization
	for _, page := range pages {
		all = append(all, page.Organizations...)
	}
	slices.SortStableFunc(all, func(a, b vendors.Organization) int { return cmp.Compare(a.RemoteID, b.RemoteID) })
	return all
}

// RequireClass checks the class of an error and returns the Error.
func RequireClass(t *testing.T, err error, class vendors.Class) *vendors.Error {
	t.Helper()
	var failure *vendors.Error
	require.ErrorAs(t, err, &failure)
	require.Equal(t, class, failure.Class, "%v", err)
	return failure
}

// requireFailure checks what every failure must provide, and returns it.
func requireFailure(t *testing.T, bench Bench, err error, class vendors.Class) *vendors.Error {
	t.Helper()
	failure := RequireClass(t, err, class)
	require.NotEmpty(t, failure.Message)
	require.True(t, strings.HasSuffix(failure.Message, ".") || strings.HasSuffix(failure.Message, "”"), "not a sentence: %s", failure.Message)
	require.NotContains(t, failure.Message, "127.0.0.1", "an address in a message for people")
	requireNoSecret(t, bench, err)
	return failure
}

// requireNoSecret checks an error and everything it wraps.
func requireNoSecret(t *testing.T, bench Bench, err error) {
	t.Helper()
	for ; err != nil; err = errors.Unwrap(err) {
		for _, text := range []string{err.Error(), fmt.Sprintf("%+v", err)} {
			for name, secret := range bench.Config.Credentials {
				require.NotContains(t, text, secret, "the secret %s", name)
			}
			require.NotContains(t, text, "simulated-token", "an access token")
		}
	}
}

// echo is a fault that echoes the credentials, as careless vendors do.
func echo(bench Bench, status int) sim.Fault {
	var said strings.Builder
	for _, secret := range bench.Config.Credentials {
		said.WriteString("key " + secret + " ")
	}
	return sim.Reply(status, "application/json", fmt.Sprintf(`{"message":%q}`, said.String()))
}

func runList(t *testing.T, c Case) {
	t.Run("is read completely", func(t *testing.T) {
		t.Parallel()
		want := 2*c.PageSize + c.PageSize/2
		bench := Open(t, c, want)
		require.NoError(t, bench.Source.Verify(t.Context()))
		pages, err := Walk(t.Context(), bench.Source)
		require.NoError(t, err)
		// There is one more, empty page if nothing else marks the end of the list.
		require.GreaterOrEqual(t, len(pages), 3)
		require.LessOrEqual(t, len(pages), 4)
		requireTotals(t, c, pages, want)
		expected := rows([]vendors.Page{{Organizations: Organizations(c, want)}})
		require.Equal(t, expected, rows(pages))
		require.LessOrEqual(t, bench.Vendor.MaxInFlight(), 1)
	})
	t.Run("is read completely if the last page is full", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 2*c.PageSize)
		pages, err := Walk(t.Context(), bench.Source)
		require.NoError(t, err)
		require.Equal(t, rows([]vendors.Page{{Organizations: Organizations(c, 2*c.PageSize)}}), rows(pages))
	})
	t.Run("is read completely from a vendor with smaller pages", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 95)
		bench.Vendor.SetPageLimit(10)
		pages, err := Walk(t.Context(), bench.Source)
		require.NoError(t, err)
		requireTotals(t, c, pages, 95)
		require.Equal(t, rows([]vendors.Page{{Organizations: Organizations(c, 95)}}), rows(pages))
	})
	t.Run("is read completely if a smaller page times out", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 95)
		bench.Vendor.SetPageLimit(10)
		bench.Vendor.Inject(sim.Status(http.StatusGatewayTimeout).At(3).Times(1))
		first, err := bench.Source.Organizations(t.Context(), "")
		require.NoError(t, err)
		second, err := bench.Source.Organizations(t.Context(), first.Next)
		require.NoError(t, err)
		_, err = bench.Source.Organizations(t.Context(), second.Next)
		again := cmp.Or(requireFailure(t, bench, err, vendors.Timeout).Narrower, second.Next)
		rest, err := walkFrom(t.Context(), bench.Source, again)
		require.NoError(t, err)
		require.Equal(t, rows([]vendors.Page{{Organizations: Organizations(c, 95)}}), rows(append(rest, first, second)))
	})
	t.Run("may be empty", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 0)
		pages, err := Walk(t.Context(), bench.Source)
		require.NoError(t, err)
		require.Len(t, pages, 1)
		require.Empty(t, pages[0].Organizations)
		requireTotals(t, c, pages, 0)
	})
	t.Run("repeats a page for the same cursor", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, c.PageSize+2)
		first, err := bench.Source.Organizations(t.Context(), "")
		require.NoError(t, err)
		for range 2 {
			again, err := bench.Source.Organizations(t.Context(), "")
			require.NoError(t, err)
			require.Equal(t, first, again)
			second, err := bench.Source.Organizations(t.Context(), first.Next)
			require.NoError(t, err)
			require.Len(t, second.Organizations, 2)
		}
	})
	t.Run("continues from a cursor in another process", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, c.PageSize+1)
		first, err := bench.Source.Organizations(t.Context(), "")
		require.NoError(t, err)
		reopened, err := c.Descriptor.Open(bench.Config)
		require.NoError(t, err)
		second, err := reopened.Organizations(t.Context(), first.Next)
		require.NoError(t, err)
		require.Equal(t, "9007199254740993", second.Organizations[0].RemoteID)
	})
	t.Run("refuses the cursor of another vendor", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 3)
		_, err := bench.Source.Organizations(t.Context(), "http://elsewhere.invalid/organizations")
		require.Error(t, err)
		requireNoSecret(t, bench, err)
	})
}

func requireTotals(t *testing.T, c Case, pages []vendors.Page, want int) {
	t.Helper()
	for _, page := range pages {
		if !c.Totals {
			require.Nil(t, page.Total)
			continue
		}
		require.NotNil(t, page.Total)
		require.Equal(t, want, *page.Total)
	}
}

// refusals are the statuses that are read the same way for every vendor.
var refusals = []struct {
	status int
	class  vendors.Class
}{
	{http.StatusBadRequest, vendors.BadResponse},
	{http.StatusUnauthorized, vendors.CredentialsRejected},
	{http.StatusNotFound, vendors.BadResponse},
	{http.StatusUnprocessableEntity, vendors.BadResponse},
	{http.StatusTooManyRequests, vendors.RateLimited},
	{http.StatusInternalServerError, vendors.Unavailable},
	{http.StatusBadGateway, vendors.Unavailable},
	{http.StatusServiceUnavailable, vendors.Unavailable},
	{http.StatusGatewayTimeout, vendors.Timeout},
}

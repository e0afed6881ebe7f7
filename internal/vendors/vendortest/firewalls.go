package vendortest

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// blocks are responses of firewalls and proxies in front of a vendor.
//
//nolint:gochecknoglobals // a table
var blocks = map[string]struct {
	header http.Header
	body   string
}{
	"a page":                  {http.Header{"Content-Type": {"text/html; charset=utf-8"}}, "<!DOCTYPE html><title>Attention Required!</title><h1>You have been blocked</h1>"},
	"a page without type":     {http.Header{"Content-Type": {"application/octet-stream"}}, "\n <html><body>Web Page Blocked!</body></html>"},
	"a page declared as JSON": {http.Header{"Content-Type": {"application/json"}}, "<html>denied</html>"},
	"a portal's page":         {http.Header{"Content-Type": {"text/html"}, "Www-Authenticate": {`Basic realm="Guest network"`}}, "<html>Sign in to the network</html>"},
	"plain text":              {http.Header{"Content-Type": {"text/plain"}}, "error code: 1020"},
	"JSON of the firewall":    {http.Header{"Content-Type": {"application/json"}}, `{"supportId":"14573","policy":"block","requestUrl":"/"}`},
	"a challenge":             {http.Header{"Content-Type": {"application/json"}, "Cf-Mitigated": {"challenge"}}, `{"message":"Just a moment"}`},
}

// runFirewalls checks that refusals by something in front of the vendor say nothing about the
// credentials.
func runFirewalls(t *testing.T, c Case) {
	kinds := []sim.Kind{sim.List}
	if c.Tokens {
		kinds = append(kinds, sim.SignIn)
	}
	for name, block := range blocks {
		for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
			for _, kind := range kinds {
				t.Run(fmt.Sprintf("with %s as %d for %s", name, status, kind), func(t *testing.T) {
					t.Parallel()
					bench := Open(t, c, 1)
					bench.Vendor.Inject(sim.Blocked(status, block.header, block.body).On(kind).Times(1))
					failure := requireFailure(t, bench, list(t, bench), vendors.Unavailable)
					require.Contains(t, failure.Message, "firewall")
					require.Contains(t, failure.Message, "not rejected")
					require.Equal(t, 1, bench.Vendor.Count(kind), "another token would not help")
					require.NoError(t, list(t, bench), "the same credentials work without the firewall")
				})
			}
		}
	}
	for _, status := range []int{http.StatusProxyAuthRequired, http.StatusUnavailableForLegalReasons, http.StatusNetworkAuthenticationRequired} {
		t.Run(fmt.Sprintf("with %d", status), func(t *testing.T) {
			t.Parallel()
			bench := Open(t, c, 1)
			bench.Vendor.Inject(sim.Blocked(status, nil, ""))
			require.Contains(t, requireFailure(t, bench, list(t, bench), vendors.Unavailable).Message, "firewall")
		})
	}
	t.Run("sends Retry-After", func(t *testing.T) {
		t.Parallel()
		until := http.Header{"Date": {"Mon, 02 Mar 2026 10:00:00 GMT"}, "Retry-After": {"Mon, 02 Mar 2026 10:01:30 GMT"}}
		for want, header := range map[time.Duration]http.Header{
			7 * time.Second: {"Retry-After": {"7"}}, 90 * time.Second: until, 0: {"Retry-After": {"-5"}}, 24 * time.Hour: {"Retry-After": {"1e300"}},
		} {
			bench := Open(t, c, 1)
			bench.Vendor.Inject(sim.Blocked(http.StatusServiceUnavailable, header, "<html>Maintenance</html>"))
			_, err := bench.Source.Organizations(t.Context(), "")
			require.Equal(t, want, requireFailure(t, bench, err, vendors.Unavailable).RetryAfter)
		}
	})
}

func list(t *testing.T, bench Bench) error {
	t.Helper()
	_, err := bench.Source.Organizations(t.Context(), "")
	return err
}

package inbound_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/inbound"
)

func TestGroup_GroupsIPv6AddressesBySubnet(t *testing.T) {
	t.Parallel()
	for address, group := range map[string]string{
		"203.0.113.7":          "203.0.113.7",
		"::ffff:203.0.113.7":   "203.0.113.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::",
		"2001:db8:1:2:ffff::1": "2001:db8:1:2::",
		"2001:db8:1:3::1":      "2001:db8:1:3::",
		"fe80::1%eth0":         "fe80::",
	} {
		require.Equal(t, group, inbound.Group(netip.MustParseAddr(address)).String(), address)
	}
	require.False(t, inbound.Group(netip.Addr{}).IsValid())
}

// The peer of these requests is 127.0.0.1.
func TestClientOf_TrustsOnlyConfiguredProxies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		trusted   string
		forwarded []string
		client    string
	}{
		"no proxy":                         {"", nil, "127.0.0.1"},
		"a header from an untrusted peer":  {"10.0.0.0/8", []string{"198.51.100.1"}, "127.0.0.1"},
		"a trusted proxy without a header": {"127.0.0.0/8", nil, "127.0.0.1"},
		"a trusted proxy":                  {"127.0.0.0/8", []string{"198.51.100.1"}, "198.51.100.1"},
		"a header that the client forged":  {"127.0.0.0/8", []string{"192.0.2.66, 198.51.100.1"}, "198.51.100.1"},
		"several headers are one":          {"127.0.0.0/8", []string{"192.0.2.66", "198.51.100.1"}, "198.51.100.1"},
		"several proxies":                  {"127.0.0.0/8 10.0.0.0/8", []string{"192.0.2.66, 198.51.100.1, 10.1.2.3"}, "198.51.100.1"},
		"only proxies":                     {"127.0.0.0/8 10.0.0.0/8", []string{"10.9.9.9, 10.1.2.3"}, "10.9.9.9"},
		"a port":                           {"127.0.0.0/8", []string{"198.51.100.1:4711"}, "198.51.100.1"},
		"IPv6":                             {"127.0.0.0/8", []string{"2001:db8::1"}, "2001:db8::1"},
		"IPv6 with a port":                 {"127.0.0.0/8", []string{"[2001:db8::1]:4711"}, "2001:db8::1"},
		"IPv6 in brackets":                 {"127.0.0.0/8", []string{"[2001:db8::1]"}, "2001:db8::1"},
		"a hop that is not an address":     {"127.0.0.0/8", []string{"192.0.2.66, unknown"}, "127.0.0.1"},
		"an empty hop":                     {"127.0.0.0/8", []string{"192.0.2.66,"}, "127.0.0.1"},
		"a hop that is not an address before a proxy": {"127.0.0.0/8 10.0.0.0/8", []string{"192.0.2.66, _hidden, 10.1.2.3"}, "10.1.2.3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var trusted []netip.Prefix
			for prefix := range strings.FieldsSeq(test.trusted) {
				trusted = append(trusted, netip.MustParsePrefix(prefix))
			}
			s := serve(t, inbound.Options{Deadlines: brief(), Trusted: trusted}, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, inbound.ClientOf(r.Context()).String())
			})
			request := "GET / HTTP/1.0\r\n"
			for _, value := range test.forwarded {
				request += fmt.Sprintf("X-Forwarded-For: %s\r\n", value)
			}
			// Proxies forward these headers as the client wrote them.
			request += "Forwarded: for=192.0.2.77\r\nX-Real-Ip: 192.0.2.77\r\nTrue-Client-Ip: 192.0.2.77\r\n"
			response, err := http.ReadResponse(bufio.NewReader(s.dial(request+"\r\n")), nil)
			require.NoError(t, err)
			defer response.Body.Close()
			said, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			require.Equal(t, test.client, string(said))
		})
	}
}

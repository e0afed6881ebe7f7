package safehttp_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/safehttp"
)

func TestCheckURL_ReturnsTheNormalForm(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://api.itglue.com":                    "https://api.itglue.com",
		"  https://api.itglue.com/ \n":              "https://api.itglue.com",
		"HTTPS://Docs.Example.com/api/v1//":         "https://docs.example.com/api/v1",
		"https://docs.example.com:8443/x":           "https://docs.example.com:8443/x",
		"https://docs.example.com:08443":            "https://docs.example.com:8443",
		"https://docs.example.com:443/x":            "https://docs.example.com/x",
		"https://docs.example.com:0443":             "https://docs.example.com",
		"https://docs.example.com.":                 "https://docs.example.com",
		"docs.example.com":                          "https://docs.example.com",
		"docs.example.com:8443/x":                   "https://docs.example.com:8443/x",
		"Docs.Example.com/x:y":                      "https://docs.example.com/x:y",
		"//docs.example.com/x":                      "https://docs.example.com/x",
		"https://docs.example.com/x?y=1&z=%zz#/a%":  "https://docs.example.com/x",
		"https://docs.example.com?":                 "https://docs.example.com",
		"https://docs.example.com#/home":            "https://docs.example.com",
		"https://docs.example.com?x=a@evil.example": "https://docs.example.com",
		"https://docs.example.com/a/./b/../c/":      "https://docs.example.com/a/c",
		"https://docs.example.com/../..":            "https://docs.example.com",
		"https://docs.example.com/a%20b":            "https://docs.example.com/a%20b",
		"<https://docs.example.com/>":               "https://docs.example.com",
		"\u201chttps://docs.example.com\u201d,":     "https://docs.example.com",
		"\ufeffhttps://docs.example.com\u00a0":      "https://docs.example.com",
		"https://8.8.8.8":                           "https://8.8.8.8",
		"https://[2606:4700:0::1]:443/":             "https://[2606:4700::1]",
		"https://[2606:4700::1]:8443":               "https://[2606:4700::1]:8443",
		"https://b\u00fccher.example":               "https://xn--bcher-kva.example",
		"https://B\u00dcCHER.example/":              "https://xn--bcher-kva.example",
	} {
		parsed, err := safehttp.CheckURL(raw, nil)
		require.NoError(t, err, raw)
		require.Equal(t, want, parsed.String(), raw)
		again, err := safehttp.CheckURL(want, nil)
		require.NoError(t, err, raw)
		require.Equal(t, want, again.String(), "the normal form is stable")
	}
}

func TestCheckURL_RefusesInvalidAddresses(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"", " ", "acme", "https://", "https:///path", "https:api.itglue.com", "ftp://host.example", "file:///etc/passwd", "mailto:a@host.example",
		"javascript:alert(1)", "gopher://host.example", "http://host.example", "https://user@host.example", "https://user:secret@host.example",
		"user@host.example", "https://host.example@evil.example", `https://host.example\@evil.example`, `https:\\host.example`,
		"https://host.example:0", "https://host..example", "https://host.example<b>", "https://host%2eexample", "https://ho'st.example",
		"https://host.example:65536", "https://host.example:x", "https://host.example:", "https://ho st.example", "https://host.example/\x00",
		"https://host.example/%00", "https://host.example/a%0d%0ab", "https://host\u202e.example",
		"https://127.0.0.1", "https://127.1", "https://0", "https://2130706433", "https://0x7f000001", "https://0x7f.1", "https://0177.0.0.1",
		"https://127.0.0.1.", "https://10.0.0.1", "https://169.254.169.254/latest", "https://[::1]", "https://[::ffff:127.0.0.1]",
		"https://[fe80::1%25eth0]", "https://[64:ff9b::7f00:1]", "https://[2002:7f00:1::]", "https://[fd00::1]", "127.0.0.1:8080",
		"https://\uff11\uff12\uff17.0.0.1", "https://host.example/" + strings.Repeat("a", 2048),
	} {
		_, err := safehttp.CheckURL(raw, nil)
		require.Error(t, err, "%q", raw)
	}
}

func TestCheckURL_AllowsPlainHTTPInAllowedNetworks(t *testing.T) {
	t.Parallel()
	allowed := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for raw, want := range map[string]bool{
		"http://10.1.2.3:8080": true, "https://10.1.2.3": true, "http://hudu.internal": true, "http://192.168.0.1": false, "https://127.0.0.1": false,
		"ftp://10.1.2.3": false,
	} {
		_, err := safehttp.CheckURL(raw, allowed)
		require.Equal(t, want, err == nil, raw)
	}
}

package safehttp_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/safehttp"
)

func TestABaseURLIsTakenAsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://api.itglue.com":            "https://api.itglue.com",
		"  https://api.itglue.com/ \n":      "https://api.itglue.com",
		"HTTPS://Docs.Example.com/api/v1//": "https://Docs.Example.com/api/v1",
		"https://docs.example.com:8443/x":   "https://docs.example.com:8443/x",
		"https://8.8.8.8":                   "https://8.8.8.8",
		"https://[2606:4700::1]:443/":       "https://[2606:4700::1]:443",
		"https://bücher.example":            "https://b%C3%BCcher.example",
	} {
		parsed, err := safehttp.CheckURL(raw, nil)
		require.NoError(t, err, raw)
		require.Equal(t, want, parsed.String())
	}
}

func TestABaseURLThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"", " ", "api.itglue.com", "//api.itglue.com", "https://", "https:///path", "https:api.itglue.com", "ftp://host.example", "file:///etc/passwd",
		"javascript:alert(1)", "gopher://host.example", "http://host.example", "https://user@host.example", "https://user:secret@host.example",
		"https://host.example?x=1", "https://host.example?", "https://host.example#part", "https://host.example#", "https://host.example:0",
		"https://host.example:65536", "https://host.example:x", "https://host.example:", "https://ho st.example", "https://host.example/\x00",
		"https://127.0.0.1", "https://127.1", "https://0", "https://2130706433", "https://0x7f000001", "https://0x7f.1", "https://0177.0.0.1",
		"https://127.0.0.1.", "https://10.0.0.1", "https://169.254.169.254/latest", "https://[::1]", "https://[::ffff:127.0.0.1]",
		"https://[fe80::1%25eth0]", "https://[64:ff9b::7f00:1]", "https://[2002:7f00:1::]", "https://[fd00::1]",
	} {
		_, err := safehttp.CheckURL(raw, nil)
		require.Error(t, err, "%q", raw)
	}
}

func TestAnAllowedNetworkOpensPlainHTTP(t *testing.T) {
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

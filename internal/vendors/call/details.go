package call

import (
	"net"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/orgmap/orgmap/internal/vendors"
)

// website returns what people typed as a client's website as an absolute address that is safe to
// link. A bare host becomes an https address. It returns "" for anything else, such as "none", an
// email address, an IP address, or a host without a domain.
func website(typed string) string {
	typed = strings.TrimSpace(typed)
	if len(typed) > vendors.MaximumWebsite || !utf8.ValidString(typed) {
		return ""
	}
	if scheme, _, found := strings.Cut(typed, "://"); !found || strings.ContainsAny(scheme, "./?#") {
		typed = "https://" + strings.TrimPrefix(typed, "//")
	}
	parsed, err := url.Parse(typed)
	if err != nil {
		return ""
	}
	host, err := idna.Lookup.ToASCII(strings.TrimSuffix(parsed.Hostname(), "."))
	if err != nil || !inDomain(host) {
		return ""
	}
	port := parsed.Port()
	parsed.Host = host
	if port != "" {
		parsed.Host = net.JoinHostPort(host, port)
	}
	address := webAddress(parsed.String())
	if len(address) > vendors.MaximumWebsite {
		return ""
	}
	return address
}

// inDomain reports whether a host is in a top-level domain, which no IP address is.
func inDomain(host string) bool {
	at := strings.LastIndexByte(host, '.')
	if at < 1 || len(host)-at <= 2 {
		return false
	}
	first := host[at+1]
	return first >= 'a' && first <= 'z'
}

// city returns a city without surplus blanks and without what Postgres cannot store. It returns ""
// for anything without a letter, such as a postal code.
func city(typed string) string {
	typed = strings.ToValidUTF8(strings.ReplaceAll(typed, "\x00", ""), "")
	typed = strings.Join(strings.Fields(typed), " ")
	if utf8.RuneCountInString(typed) > vendors.MaximumCity || !strings.ContainsFunc(typed, unicode.IsLetter) {
		return ""
	}
	return typed
}

package safehttp

import (
	"errors"
	"net/netip"
	"net/url"
	"path"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// maxURLLength is the length of an address that browsers and servers commonly support.
const maxURLLength = 2048

var errNoAddress = errors.New("the address must look like https://host.example")

// CheckURL parses a base URL as a person types or pastes it and returns its normal form: https if
// there is no scheme, the host in lower case ASCII, no default port, a clean path without a
// trailing slash, no query and no fragment. It accepts https, and http if any private network is
// allowed; whether the host is in that network is checked when connecting. Its errors are sentences
// for people.
func CheckURL(raw string, allowPrivate []netip.Prefix) (*url.URL, error) {
	raw = unwrapped(raw)
	if raw == "" || len(raw) > maxURLLength {
		return nil, errors.New("the address must have 1 to 2048 characters")
	}
	// The query and fragment are not part of an address and need not be well-formed.
	if end := strings.IndexAny(raw, "?#"); end >= 0 {
		raw = raw[:end]
	}
	parsed, err := url.Parse(withScheme(raw))
	if err != nil || parsed.Opaque != "" || parsed.Hostname() == "" || strings.Contains(raw, `\`) || strings.ContainsFunc(parsed.Path, unicode.IsControl) {
		return nil, errNoAddress
	}
	if parsed.User != nil {
		return nil, errors.New("the address must not hold a user name or password")
	}
	if err := checkScheme(parsed.Scheme, allowPrivate); err != nil {
		return nil, err
	}
	host, err := normalHost(parsed.Hostname())
	if err != nil {
		return nil, err
	}
	if err := checkHost(host, allowPrivate); err != nil {
		return nil, err
	}
	if parsed.Host, err = withPort(host, parsed); err != nil {
		return nil, err
	}
	parsed.Path, parsed.RawPath = strings.TrimSuffix(path.Clean("/"+parsed.Path), "/"), ""
	return parsed, nil
}

// unwrapped removes the white space and punctuation around an address that was copied from text.
func unwrapped(raw string) string {
	return strings.TrimFunc(raw, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("<>()\"'“”‘’`,;\u200b\u2060\ufeff", r)
	})
}

// withScheme adds https to an address that starts with its host. A word before a colon is a scheme
// unless a port follows.
func withScheme(raw string) string {
	if strings.HasPrefix(raw, "//") {
		return "https:" + raw
	}
	host, rest, colon := strings.Cut(raw, ":")
	if at := strings.IndexByte(host, '/'); at >= 0 {
		host, colon = host[:at], false
	}
	isPort := rest != "" && rest[0] >= '0' && rest[0] <= '9'
	if !strings.Contains(host, ".") || (colon && !isPort) {
		return raw
	}
	return "https://" + raw
}

// withPort returns the host with the address's port, unless it is the scheme's default.
func withPort(host string, address *url.URL) (string, error) {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	given := address.Port()
	if given == "" {
		if strings.HasSuffix(address.Host, ":") {
			return "", errors.New("the address has a colon but no port")
		}
		return host, nil
	}
	port, err := strconv.ParseUint(given, 10, 16)
	switch {
	case err != nil || port == 0:
		return "", errors.New("the port must be 1 to 65535")
	case strconv.FormatUint(port, 10) == defaultPort(address.Scheme):
		return host, nil
	default:
		return host + ":" + strconv.FormatUint(port, 10), nil
	}
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}

func checkScheme(scheme string, allowPrivate []netip.Prefix) error {
	switch {
	case scheme == "https" || (scheme == "http" && len(allowPrivate) > 0):
		return nil
	case scheme == "":
		return errNoAddress
	default:
		return errors.New("the address must begin with https://")
	}
}

// normalHost returns the normal form of a host: an IP address as netip writes it, or a name in
// lower case ASCII without a trailing dot.
func normalHost(host string) (string, error) {
	if address, err := netip.ParseAddr(host); err == nil {
		return address.String(), nil
	}
	name := strings.TrimSuffix(host, ".")
	if strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) {
		ascii, err := idna.Lookup.ToASCII(name)
		if err != nil {
			return "", errNoAddress
		}
		name = ascii
	}
	name = strings.ToLower(name)
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || strings.ContainsFunc(label, func(r rune) bool { return !inHostName(r) }) {
			return "", errNoAddress
		}
	}
	return name, nil
}

// inHostName reports whether a character may be in a host name; names in private networks may
// contain underscores.
func inHostName(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_'
}

func checkHost(host string, allowPrivate []netip.Prefix) error {
	if address, err := netip.ParseAddr(host); err == nil {
		if address.Zone() != "" || (!public(address) && !within(address, allowPrivate)) {
			return ErrRefused
		}
		return nil
	}
	// Some resolvers take 127.1, 0x7f000001 and 2130706433 for addresses, others for names. No public
	// name ends in a number.
	labels := strings.Split(host, ".")
	if _, err := strconv.ParseUint(labels[len(labels)-1], 0, 64); err == nil {
		return ErrRefused
	}
	return nil
}

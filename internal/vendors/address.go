package vendors

import (
	"fmt"
	"net/url"
	"path"
	"strings"
)

// Address describes the addresses of a vendor. Base turns anything people may copy (from the
// vendor's documentation, its API or one of its pages) into the base URL of the API.
type Address struct {
	// Example is the base URL as people should enter it.
	Example string
	// Domains are the vendor's own domains. They serve only its API and its pages, so a path is not
	// part of the address.
	Domains []string
	// Host returns the API's host for a host in Domains, such as that of the vendor's web pages. It
	// reports false if the host has no API. If Host is nil, every host is kept, except a bare domain
	// and its www.
	Host func(host string) (string, bool)
	// Paths are the paths at which the vendor's API and pages start on a customer's own host: the
	// address ends before the first match. Each is one or more segments in lower case, with the
	// wildcards of path.Match; a trailing "$" matches only the end of the path.
	Paths []string
}

// commonPaths are pages that many web applications have, no matter which vendor.
//
//nolint:gochecknoglobals // a table
var commonPaths = []string{
	"login*", "signin*", "sign_in*", "sign-in*", "logout*", "home", "dashboard*", "index.*", "default.*", "swagger*", "*.aspx", "*.html", "*.php",
}

// Base returns the base URL for an address. The address must come from safehttp.CheckURL: a clean
// path, no query. The error is a sentence for people.
func (a Address) Base(address *url.URL) (*url.URL, error) {
	base := *address
	if domain, own := a.own(base.Hostname()); own {
		host, has := a.host(base.Hostname(), domain)
		if !has {
			return nil, fmt.Errorf("there is no API at %s", base.Hostname())
		}
		if port := base.Port(); port != "" {
			host += ":" + port
		}
		base.Host, base.Path, base.RawPath = host, "", ""
		return &base, nil
	}
	base.Path, base.RawPath = a.prefix(base.Path), ""
	return &base, nil
}

// own returns the vendor's domain that contains a host.
func (a Address) own(host string) (string, bool) {
	for _, domain := range a.Domains {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return domain, true
		}
	}
	return "", false
}

func (a Address) host(host, domain string) (string, bool) {
	if a.Host != nil {
		return a.Host(host)
	}
	return host, host != domain && host != "www."+domain
}

// prefix returns the part of a path before the vendor's own paths. It is usually empty, unless a
// reverse proxy adds one.
func (a Address) prefix(whole string) string {
	segments := strings.Split(strings.Trim(whole, "/"), "/")
	for at := range segments {
		for _, pattern := range append(a.Paths[:len(a.Paths):len(a.Paths)], commonPaths...) {
			if begins(segments[at:], pattern) {
				return strings.TrimSuffix("/"+strings.Join(segments[:at], "/"), "/")
			}
		}
	}
	return strings.TrimRight(whole, "/")
}

func begins(segments []string, pattern string) bool {
	pattern, last := strings.CutSuffix(pattern, "$")
	wanted := strings.Split(pattern, "/")
	if len(segments) < len(wanted) || (last && len(segments) > len(wanted)) {
		return false
	}
	for at, one := range wanted {
		if matched, err := path.Match(one, strings.ToLower(segments[at])); err != nil || !matched {
			return false
		}
	}
	return true
}

// Base returns the base URL of an application at an address, like Address.Base, but rejects another
// vendor's address.
func (c Catalog) Base(application Application, address *url.URL) (*url.URL, error) {
	descriptor, known := c.Lookup(application)
	if !known {
		return nil, fmt.Errorf("%s cannot be connected", application)
	}
	if _, own := descriptor.Address.own(address.Hostname()); own {
		return descriptor.Address.Base(address)
	}
	for _, other := range c.descriptors {
		if _, foreign := other.Address.own(address.Hostname()); foreign {
			return nil, fmt.Errorf("that is an address of %s, not of %s", other.Name, descriptor.Name)
		}
	}
	return descriptor.Address.Base(address)
}

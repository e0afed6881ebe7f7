package vendors

import (
	"fmt"
	"net/url"
	"path"
	"strings"
)

// Address says how a vendor's address is written, so that whatever people copy (from the vendor's documentation, its API or one of its
// pages) leads to the one base URL below which its API is called.
type Address struct {
	// Example is the base URL as people should enter it.
	Example string
	// Domains are the vendor's own. Nothing but the API and the vendor's pages lives there, so no path belongs to the address.
	Domains []string
	// Host returns the API's host for a host in Domains, such as the one at which people see the vendor's pages. It reports false for a
	// host without an API. nil: every host except a bare domain and its www.
	Host func(host string) (string, bool)
	// Paths are where the vendor's API and pages begin on a host of the customer's own: the address ends before the first that matches.
	// Each is one segment or several, in lower case, with the wildcards of path.Match; "$" at its end matches the end of the path only.
	Paths []string
}

// commonPaths are pages that many web applications have, whoever made them.
//
//nolint:gochecknoglobals // a table
var commonPaths = []string{
	"login*", "signin*", "sign_in*", "sign-in*", "logout*", "home", "dashboard*", "index.*", "default.*", "swagger*", "*.aspx", "*.html", "*.php",
}

// Base returns the base URL that an address leads to. The address must be one that safehttp.CheckURL returned: a clean path, no query.
// The error is a sentence for people.
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

// own returns the vendor's domain that holds a host.
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

// prefix returns the part of a path that comes before the vendor's own: where a proxy has put the vendor, usually nothing.
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

// Base returns the base URL of an application at an address, as Address.Base does, and refuses what is another vendor's.
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

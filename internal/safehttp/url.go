package safehttp

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// maxURLLength is what browsers and servers agree on for an address.
const maxURLLength = 2048

// CheckURL reads a base URL as a person types it and gives it without the slash at its end. It takes https, and http where some
// network is allowed at all: which one the host stands in is checked when it is dialled. Its errors are sentences for people.
func CheckURL(raw string, allowPrivate []netip.Prefix) (*url.URL, error) {
	raw = strings.TrimSpace(raw)
	if raw == "" || len(raw) > maxURLLength {
		return nil, errors.New("the address must have 1 to 2048 characters")
	}
	parsed, err := url.Parse(raw)
	if err != nil || parsed.Opaque != "" || parsed.Hostname() == "" {
		return nil, errors.New("the address must look like https://host.example")
	}
	if err := checkParts(raw, parsed); err != nil {
		return nil, err
	}
	if err := checkScheme(parsed.Scheme, allowPrivate); err != nil {
		return nil, err
	}
	if err := checkHost(parsed.Hostname(), allowPrivate); err != nil {
		return nil, err
	}
	parsed.Path = strings.TrimRight(parsed.Path, "/")
	parsed.RawPath = strings.TrimRight(parsed.RawPath, "/")
	return parsed, nil
}

func checkParts(raw string, parsed *url.URL) error {
	if parsed.User != nil {
		return errors.New("the address must not hold a user name or password")
	}
	if parsed.RawQuery != "" || parsed.ForceQuery || strings.Contains(raw, "#") {
		return errors.New("the address must end before any ? or #")
	}
	if parsed.Port() == "" {
		if strings.HasSuffix(parsed.Host, ":") {
			return errors.New("the address has a colon but no port")
		}
		return nil
	}
	if port, err := strconv.ParseUint(parsed.Port(), 10, 16); err != nil || port == 0 {
		return errors.New("the port must be 1 to 65535")
	}
	return nil
}

func checkScheme(scheme string, allowPrivate []netip.Prefix) error {
	if scheme == "https" || (scheme == "http" && len(allowPrivate) > 0) {
		return nil
	}
	return errors.New("the address must begin with https://")
}

func checkHost(host string, allowPrivate []netip.Prefix) error {
	if address, err := netip.ParseAddr(host); err == nil {
		if address.Zone() != "" || (!public(address) && !within(address, allowPrivate)) {
			return ErrRefused
		}
		return nil
	}
	// 127.1, 0x7f000001 and 2130706433 are addresses to some resolvers and names to others: no public name ends in a number.
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	if _, err := strconv.ParseUint(labels[len(labels)-1], 0, 64); err == nil {
		return ErrRefused
	}
	if strings.ContainsAny(host, ":%<>\\^`{|} ") {
		return errors.New("the address must look like https://host.example")
	}
	return nil
}

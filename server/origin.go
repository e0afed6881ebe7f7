package main

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// normalOrigin returns an origin as browsers send it: scheme and host in lower case, no trailing slash, and no default
// port. It returns "" if text is not the origin of a page, such as "null".
func normalOrigin(text string) string {
	parsed, err := url.Parse(strings.TrimSpace(text))
	if err != nil || parsed.User != nil || parsed.Path != "" && parsed.Path != "/" || parsed.RawQuery != "" || parsed.Fragment != "" ||
		strings.HasSuffix(text, "?") || strings.HasSuffix(text, "#") {
		return ""
	}
	scheme := strings.ToLower(parsed.Scheme)
	if scheme != "http" && scheme != "https" || parsed.Hostname() == "" {
		return ""
	}
	return scheme + "://" + withoutDefaultPort(scheme, parsed.Host)
}

// withoutDefaultPort returns host in lower case, without the scheme's default port.
func withoutDefaultPort(scheme, host string) string {
	host = strings.ToLower(host)
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		return strings.TrimSuffix(host, ":")
	}
	if port == "" || scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		if strings.Contains(name, ":") {
			return "[" + name + "]"
		}
		return name
	}
	return host
}

// checkOrigin returns an error if a setting is not an origin.
func checkOrigin(text string) error {
	if normalOrigin(text) == "" {
		return fmt.Errorf("%q is not an origin: write scheme, host and port, such as https://app.example.com", text)
	}
	return nil
}

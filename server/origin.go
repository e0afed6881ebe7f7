package main

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// normalOrigin returns an origin as browsers send it: scheme and host in lower case, no slash at its end, and no port if it is the
// scheme's own. It returns "" for a text that is no origin of a page, such as "null".
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

// withoutDefaultPort returns a host and port in lower case, without the port if it is the scheme's own.
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

// checkOrigin refuses a setting that is no origin.
func checkOrigin(text string) error {
	if normalOrigin(text) == "" {
		return fmt.Errorf("%q is not an origin: write scheme, host and port, such as https://app.example.com", text)
	}
	return nil
}

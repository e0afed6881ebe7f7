package call

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/orgmap/orgmap/internal/vendors"
)

// Credentials count as rejected only if the vendor itself rejects them: a firewall, proxy or
// captive portal in front of it also returns 401 and 403. Believing these would stop an integration
// until someone enters the very same key again.

// refusalFields returns the field names, in lower case, that identify an API's error, unless
// Config.Refusals overrides them.
func refusalFields() []string {
	return []string{"error", "errors", "error_description", "message", "errormessage", "title", "detail", "code"}
}

// speaksForItself reports whether a refusal comes from the vendor's API.
func (c *Client) speaksForItself(reply Reply) bool {
	body := bytes.TrimSpace(reply.Body)
	challenged := reply.Status == http.StatusUnauthorized && reply.Header.Get("WWW-Authenticate") != ""
	switch {
	case reply.Header.Get("Cf-Mitigated") != "": // Cloudflare sets this if it answered instead of the server behind it
		return false
	case c.config.OwnPage != "" && strings.Contains(strings.ToLower(string(body)), c.config.OwnPage):
		return true
	case isPage(reply):
		return false
	case len(body) == 0:
		return reply.Status == http.StatusUnauthorized
	case challenged:
		return true
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil {
		return false
	}
	fields := c.config.Refusals
	if fields == nil {
		fields = refusalFields()
	}
	for name := range object {
		if slices.Contains(fields, strings.ToLower(name)) {
			return true
		}
	}
	return false
}

// isPage reports whether a response is a web page.
func isPage(reply Reply) bool {
	kind, _, _ := mime.ParseMediaType(reply.Header.Get("Content-Type"))
	return kind == "text/html" || kind == "application/xhtml+xml" || bytes.HasPrefix(bytes.TrimSpace(reply.Body), []byte("<"))
}

// isBlock reports whether only a device between this server and the vendor returns this status.
func isBlock(status int) bool {
	return status == http.StatusProxyAuthRequired || status == http.StatusNetworkAuthenticationRequired || status == http.StatusUnavailableForLegalReasons
}

func (c *Client) blocked(status int) string {
	return fmt.Sprintf("A firewall or proxy in front of %s refused the request (HTTP status %d), not %s itself. Allow this server's IP address there, or check the "+
		"address. The credentials were not rejected.", c.config.Vendor, status, c.config.Vendor)
}

// classOf returns the class of an unsuccessful response, and reports whether something in front of
// the vendor sent it.
func (c *Client) classOf(reply Reply, told vendors.Class) (class vendors.Class, blocked bool) {
	if isBlock(reply.Status) {
		return vendors.Unavailable, true
	}
	if told == "" {
		told = classify(reply.Status)
	}
	if told == vendors.CredentialsRejected && !c.speaksForItself(reply) {
		return vendors.Unavailable, true
	}
	return told, false
}

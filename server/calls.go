package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/orgmap/orgmap/internal/vendors"
)

// calls returns client with its calls counted, traced, and limited to the vendor's rate for the key.
func (a *App) calls(descriptor vendors.Descriptor, baseURL string, credentials vendors.Credentials, client *http.Client) *http.Client {
	application := descriptor.Application
	seen := a.settings.tracing.Calls(string(application), a.metrics.Calls(string(application), client))
	return a.pacer.Client(a.vendorKey(baseURL, credentials), application, descriptor.Limits, seen)
}

// vendorKey identifies calls that a vendor counts together: a keyed hash of the host and the credentials, which reveals
// neither. Which connection makes the calls does not matter to the vendor.
func (a *App) vendorKey(baseURL string, credentials vendors.Credentials) []byte {
	host := ""
	if parsed, err := url.Parse(baseURL); err == nil {
		host = strings.ToLower(parsed.Host)
	}
	values := make(map[string]string, len(credentials))
	for name := range credentials {
		values[name] = credentials.Get(name)
	}
	text, err := json.Marshal([]any{host, values})
	if err != nil {
		panic(err) // strings always have a JSON form
	}
	return a.settings.sealer.Mark(text)
}

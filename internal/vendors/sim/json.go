package sim

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/orgmap/orgmap/internal/vendors"
)

func sendJSON(w http.ResponseWriter, status int, contentType string, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		panic(err) // every value here can be marshaled
	}
	send(w, status, contentType, string(body))
}

// text returns nil for a field that a fault removed, so that null is sent.
func text(value string, null bool) any {
	if null {
		return nil
	}
	return value
}

// number returns an id of digits as a JSON number of any size; anything else as text.
func number(value string, null bool) any {
	if null {
		return nil
	}
	if _, err := strconv.ParseUint(value, 10, 64); err == nil && (value == "0" || value[0] != '0') {
		return json.Number(value)
	}
	return value
}

// intParameter returns a parameter as an integer, or otherwise if it is missing.
func intParameter(query url.Values, name string, otherwise int) (int, error) {
	if !query.Has(name) {
		return otherwise, nil
	}
	return strconv.Atoi(query.Get(name))
}

// hint returns the row's id in another application, or "".
func (r Row) hint(application vendors.Application) string {
	for _, hint := range r.Hints {
		if hint.Application == application {
			return hint.RemoteID
		}
	}
	return ""
}

// typedWebsite returns the row's website as most people type it, without a scheme.
func (r Row) typedWebsite() string { return strings.TrimPrefix(r.Website, "https://") }

// nextURL returns the request's own address with other parameters, absolute as vendors send it.
func nextURL(r *http.Request, listing Listing, parameters url.Values) string {
	address := ownURL(r)
	query := r.URL.Query()
	for name, values := range parameters {
		query[name] = values
	}
	address.RawQuery = query.Encode()
	if listing.NextHost != "" {
		address.Host = listing.NextHost
	}
	return address.String()
}

// ownURL returns the address that the client requested, without its query.
func ownURL(r *http.Request) url.URL {
	address := url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path}
	if r.TLS != nil {
		address.Scheme = "https"
	}
	// URL.Path lacks a prefix that a mux removed.
	if asked, err := url.ParseRequestURI(r.RequestURI); err == nil {
		address.Path = asked.Path
	}
	return address
}

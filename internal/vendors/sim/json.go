package sim

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/orgmap/orgmap/internal/vendors"
)

func sendJSON(w http.ResponseWriter, status int, contentType string, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		panic(err) // nothing here is unmarshalable
	}
	send(w, status, contentType, string(body))
}

// text gives nil for a row whose field a fault took off, so that null is sent.
func text(value string, null bool) any {
	if null {
		return nil
	}
	return value
}

// number sends an id of digits as a JSON number, however large; anything else as text.
func number(value string, null bool) any {
	if null {
		return nil
	}
	if _, err := strconv.ParseUint(value, 10, 64); err == nil && (value == "0" || value[0] != '0') {
		return json.Number(value)
	}
	return value
}

// intParameter reads a whole number, or gives what the vendor takes where there is none.
func intParameter(query url.Values, name string, otherwise int) (int, error) {
	if !query.Has(name) {
		return otherwise, nil
	}
	return strconv.Atoi(query.Get(name))
}

// hint finds what a row says about another application.
func (r Row) hint(application vendors.Application) string {
	for _, hint := range r.Hints {
		if hint.Application == application {
			return hint.RemoteID
		}
	}
	return ""
}

// nextURL is the request's own address with other parameters, absolute as vendors send it.
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

// ownURL is the address that the client asked for, without its query.
func ownURL(r *http.Request) url.URL {
	address := url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path}
	if r.TLS != nil {
		address.Scheme = "https"
	}
	// URL.Path lacks a prefix that a mux took off.
	if asked, err := url.ParseRequestURI(r.RequestURI); err == nil {
		address.Path = asked.Path
	}
	return address
}

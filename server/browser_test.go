package main

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/transport"
)

const (
	friendly = "https://app.example.com"
	foreign  = "https://evil.example.com"
)

func newBrowserWorld(t *testing.T) *client {
	t.Helper()
	return newWorldWith(t, func(s *serving) { s.AllowedOrigins = []string{friendly + "/"} }).newAccount(20)
}

func TestCORS_AllowsOnlyListedOrigins(t *testing.T) {
	t.Parallel()
	admin := newBrowserWorld(t)
	const question = `{"query":"{ quota { used } }"}`
	for _, test := range []struct {
		origin  string
		allowed bool
	}{
		{friendly, true},
		{foreign, false},
		{"http://app.example.com", false},
		{friendly + ".evil.example.com", false},
		{friendly + ":8443", false},
		{"https://evilapp.example.com", false},
		{"null", false},
	} {
		preflight := admin.send(http.MethodOptions, "/graphql", "", "Origin", test.origin, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type,idempotency-key")
		posted := admin.send(http.MethodPost, "/graphql", question, "Origin", test.origin, "Content-Type", "application/json", "Authorization", "Bearer "+admin.token)
		for _, got := range []reply{preflight, posted} {
			require.Contains(t, strings.Join(got.Header.Values("Vary"), ","), "Origin", test.origin)
			if test.allowed {
				require.Equal(t, friendly, got.Header.Get("Access-Control-Allow-Origin"), test.origin)
			} else {
				require.Empty(t, got.Header.Values("Access-Control-Allow-Origin"), test.origin)
			}
		}
		if test.allowed {
			require.Equal(t, http.StatusNoContent, preflight.StatusCode)
			require.Contains(t, preflight.Header.Get("Access-Control-Allow-Headers"), "Idempotency-Key")
		} else {
			require.Equal(t, http.StatusForbidden, preflight.StatusCode, test.origin)
			require.Empty(t, preflight.Header.Get("Access-Control-Allow-Methods"), test.origin)
		}
	}
}

func TestCrossSiteRequests_AreRefusedUnlessTheirOriginIsListed(t *testing.T) {
	t.Parallel()
	admin := newBrowserWorld(t)
	ask := func(header ...string) int {
		return admin.send(http.MethodGet, "/graphql?query="+url.QueryEscape("{ quota { used } }"), "", append(header, "Authorization", "Bearer "+admin.token)...).StatusCode
	}
	require.Equal(t, http.StatusForbidden, ask("Sec-Fetch-Site", "cross-site"))
	require.Equal(t, http.StatusForbidden, ask("Sec-Fetch-Site", "cross-site", "Origin", foreign))
	require.Equal(t, http.StatusOK, ask("Sec-Fetch-Site", "cross-site", "Origin", friendly))
	require.Equal(t, http.StatusOK, ask("Sec-Fetch-Site", "same-origin"))
	require.Equal(t, http.StatusForbidden, admin.send(http.MethodPost, "/session", `{"token":"`+admin.token+`"}`, "Content-Type", "application/json", "Sec-Fetch-Site", "cross-site").StatusCode)
}

// Requests that a page of another site can send without a preflight must not change anything, even with the cookie.
func TestRequestsWithoutPreflight_ChangeNothing(t *testing.T) {
	t.Parallel()
	admin := newBrowserWorld(t)
	const mutation = `mutation { createOrganization(input: {name: "Planted"}) { organization { id } } }`
	asJSON := `{"query":"mutation { createOrganization(input: {name: \"Planted\"}) { organization { id } } }"}`
	form := url.Values{"query": {mutation}}.Encode()
	multipart := "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n" + asJSON + "\r\n--x--\r\n"
	for _, test := range []struct{ what, method, path, body, media string }{
		{"a form", http.MethodPost, "/graphql", form, "application/x-www-form-urlencoded"},
		{"a form with JSON", http.MethodPost, "/graphql", asJSON, "application/x-www-form-urlencoded"},
		{"plain text", http.MethodPost, "/graphql", asJSON, "text/plain"},
		{"plain text that names JSON", http.MethodPost, "/graphql", asJSON, "text/plain; a=application/json"},
		{"two media types", http.MethodPost, "/graphql", asJSON, "text/plain, application/json"},
		{"a multipart form", http.MethodPost, "/graphql", multipart, "multipart/form-data; boundary=x"},
		{"no media type", http.MethodPost, "/graphql", asJSON, ""},
		{"a query string", http.MethodGet, "/graphql?" + form, "", ""},
		{"a query string for events", http.MethodGet, "/graphql?" + form + "&accept=text/event-stream", "", ""},
		{"a posted query string", http.MethodPost, "/graphql?" + form, "", "text/plain"},
		{"a head", http.MethodHead, "/graphql?" + form, "", ""},
	} {
		for _, from := range [][]string{{"Origin", foreign}, {"Origin", foreign, "Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {}} {
			header := append([]string{"Cookie", sessionCookie + "=" + admin.token}, from...)
			if test.media != "" {
				header = append(header, "Content-Type", test.media)
			}
			got := admin.send(test.method, test.path, test.body, header...)
			require.GreaterOrEqual(t, got.StatusCode, 400, "%s from %v: %s", test.what, from, got.body)
		}
	}
	require.Empty(t, admin.names())
	// Another site cannot sign anyone in either.
	for _, media := range []string{"text/plain", "application/x-www-form-urlencoded", ""} {
		got := admin.send(http.MethodPost, "/session", `{"token":"`+admin.token+`"}`, "Content-Type", media, "Origin", foreign)
		require.Equal(t, http.StatusForbidden, got.StatusCode)
		require.Empty(t, got.Cookies())
	}
}

func TestWebSocket_ForeignOriginIsRefusedBeforeTheUpgrade(t *testing.T) {
	t.Parallel()
	admin := newBrowserWorld(t)
	dial := func(header http.Header) int {
		ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
		defer cancel()
		socket, response, err := websocket.Dial(ctx, admin.url+"/graphql", &websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}, HTTPHeader: header})
		if err == nil {
			_ = socket.CloseNow()
		}
		require.NotNil(t, response, err)
		return response.StatusCode
	}
	cookie := sessionCookie + "=" + admin.token
	require.Equal(t, http.StatusForbidden, dial(http.Header{"Origin": {foreign}, "Cookie": {cookie}}))
	require.Equal(t, http.StatusForbidden, dial(http.Header{"Origin": {"null"}}))
	require.Equal(t, http.StatusForbidden, dial(http.Header{"Sec-Fetch-Site": {"cross-site"}, "Cookie": {cookie}}))
	require.Equal(t, http.StatusSwitchingProtocols, dial(http.Header{"Origin": {friendly}, "Sec-Fetch-Site": {"cross-site"}}))
	require.Equal(t, http.StatusSwitchingProtocols, dial(http.Header{"Origin": {admin.url}, "Cookie": {cookie}}))
	require.Equal(t, http.StatusSwitchingProtocols, dial(nil))
}

func TestSecurityHeaders_AreOnEveryResponse(t *testing.T) {
	t.Parallel()
	plain := newBrowserWorld(t)
	secure := newWorldWith(t, func(s *serving) { s.PublicURL = "https://orgmap.example.com" })
	for _, path := range []string{"/graphql", "/session", "/livez", "/readyz", "/nowhere", "/"} {
		got := plain.send(http.MethodGet, path, "")
		require.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"), path)
		require.Contains(t, got.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'", path)
		require.Equal(t, "no-referrer", got.Header.Get("Referrer-Policy"), path)
		require.Empty(t, got.Header.Get("Strict-Transport-Security"), path)
		require.NotEmpty(t, secure.send(http.MethodGet, path, "").Header.Get("Strict-Transport-Security"), path)
	}
}

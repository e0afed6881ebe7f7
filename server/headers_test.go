package main

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/transport"
)

// hostileHeaders returns headers that a caller without a token may send, hoping that some part of the server takes the
// request for one that needs no token: pairs of names and values.
func hostileHeaders() map[string][]string {
	return map[string][]string{
		"none":                                {},
		"an upgrade to anything":              {"Upgrade", "x"},
		"an upgrade and its connection":       {"Upgrade", "x", "Connection", "Upgrade"},
		"an upgrade to HTTP/2":                {"Upgrade", "h2c", "Connection", "Upgrade, HTTP2-Settings", "HTTP2-Settings", "AAMAAABkAAQAAP__"},
		"a websocket without a connection":    {"Upgrade", "websocket"},
		"a websocket upgrade with keep-alive": {"Upgrade", "websocket", "Connection", "keep-alive"},
		"an upgrade to a similar protocol":    {"Upgrade", "websocket2", "Connection", "Upgrade"},
		"a websocket in look-alike letters":   {"Upgrade", "web\u017foc\u212aet", "Connection", "Upgrade"},
		"two words for a websocket":           {"Upgrade", "web socket", "Connection", "Upgrade"},
		"only a WebSocket key":                {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Protocol", transport.Subprotocol},
		"empty credentials":                   {"Authorization", ""},
		"a scheme without a token":            {"Authorization", "Bearer"},
		"a scheme and blanks":                 {"Authorization", "Bearer   "},
		"another scheme":                      {"Authorization", "Basic YWRtaW46YWRtaW4="},
		"an invalid token":                    {"Authorization", "Bearer orgmap_nobody"},
		"credentials twice":                   {"Authorization", "", "Authorization", ""},
		"an empty cookie":                     {"Cookie", sessionCookie + "="},
		"an invalid cookie":                   {"Cookie", sessionCookie + "=x"},
		"a proxy's claim about the client":    {"X-Forwarded-For", "127.0.0.1", "Forwarded", "for=127.0.0.1;proto=https", "X-Real-Ip", "127.0.0.1", "X-Forwarded-User", "admin", "X-Forwarded-Proto", "https"},
		"a proxy's claim about the user":      {"Remote-User", "admin", "X-Remote-User", "admin", "X-Auth-Request-User", "admin", "X-Webauth-User", "admin"},
		"a proxy's claim about the path":      {"X-Original-Url", "/livez", "X-Rewrite-Url", "/livez"},
		"another method":                      {"X-Http-Method-Override", "OPTIONS", "X-Http-Method", "OPTIONS", "X-Method-Override", "OPTIONS"},
		"a page of the same origin":           {"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "navigate"},
		"a preflight's headers":               {"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization"},
		"an idempotency key":                  {"Idempotency-Key", "x"},
		"a trace":                             {"Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
		"an expected body":                    {"Expect", "100-continue"},
		"events to resume":                    {"Accept", "text/event-stream", "Last-Event-Id", "1"},
	}
}

// operations returns how many operations reached GraphQL, whether answered or refused there.
func (w *world) operations() (count float64) {
	w.t.Helper()
	families, err := w.app.registry.Gather()
	require.NoError(w.t, err)
	for _, family := range families {
		if family.GetName() == "orgmap_graphql_operations_total" {
			for _, metric := range family.GetMetric() {
				count += metric.GetCounter().GetValue()
			}
		}
	}
	return count
}

// TestHeaders_HostileHeadersGrantNoAccess sends odd combinations of headers with every kind of request and no token.
// Each gets a 401, and none reaches GraphQL, which would count it.
func TestHeaders_HostileHeadersGrantNoAccess(t *testing.T) {
	t.Parallel()
	world := newWorld(t)
	viewer := world.newAccount(5)
	viewer.do("{ __typename }", nil)
	before := world.operations()
	require.NotZero(t, before, "the counter counts")
	bodies := map[string]string{
		"a query": `{"query":"{ __typename }"}`, "a mutation": `{"query":"mutation { __typename }"}`, "an invalid request": `{"query":"{{{"}`, "no JSON": `{`,
	}
	query := "/graphql?" + url.Values{"query": {"{ __typename }"}}.Encode()
	for name, header := range hostileHeaders() {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, "PROPFIND"} {
			if method == http.MethodOptions && name == "a preflight's headers" {
				continue // a real preflight, which does not reach GraphQL
			}
			got := world.send(method, query, "", header...)
			require.Equal(t, http.StatusUnauthorized, got.StatusCode, "%s with %s: %s", method, name, got.body)
			require.Equal(t, transport.Challenge, got.Header.Get("WWW-Authenticate"), "%s with %s", method, name)
		}
		for kind, body := range bodies {
			for _, accept := range []string{"application/json", "application/graphql-response+json", "text/event-stream", "text/html"} {
				got := world.send(http.MethodPost, "/graphql", body, append([]string{"Content-Type", "application/json", "Accept", accept}, header...)...)
				require.Equal(t, http.StatusUnauthorized, got.StatusCode, "%s for %s with %s: %s", kind, accept, name, got.body)
				require.Contains(t, got.body, `"UNAUTHENTICATED"`, "%s for %s with %s", kind, accept, name)
			}
		}
		// A POST is never a WebSocket. A GET with these headers is one, and sends its credentials in its first message.
		got := world.send(http.MethodPost, query, bodies["a query"], append([]string{
			"Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
		}, header...)...)
		require.Equal(t, http.StatusUnauthorized, got.StatusCode, "a websocket by POST with %s: %s", name, got.body)
	}
	// A handshake without its key is neither a WebSocket nor a query.
	got := world.send(http.MethodGet, query, "", "Upgrade", "websocket", "Connection", "Upgrade")
	require.Equal(t, http.StatusBadRequest, got.StatusCode, got.body)
	require.Equal(t, before, world.operations(), "a request without a token reached GraphQL")
}

// TestHeaders_TwoAuthorizationHeadersAreRefused sends two Authorization headers. A proxy in front may have checked the
// other one.
func TestHeaders_TwoAuthorizationHeadersAreRefused(t *testing.T) {
	t.Parallel()
	viewer := newWorld(t).newAccount(5)
	good, none := "Bearer "+viewer.token, "Bearer orgmap_nobody"
	for _, pair := range [][2]string{{good, none}, {none, good}, {good, good}, {"", good}} {
		got := viewer.send(http.MethodPost, "/graphql", `{"query":"{ __typename }"}`, "Content-Type", "application/json", "Authorization", pair[0], "Authorization", pair[1])
		require.Equal(t, http.StatusUnauthorized, got.StatusCode, got.body)
	}
}

// TestSockets_UnauthenticatedOperationsAreRefusedBeforeParsing opens WebSockets without a token and sends what a
// signed-in client sends.
func TestSockets_UnauthenticatedOperationsAreRefusedBeforeParsing(t *testing.T) {
	t.Parallel()
	world := newWorld(t)
	viewer := world.newAccount(5)
	viewer.do("{ __typename }", nil)
	before := world.operations()
	subscribe := object{"type": "subscribe", "id": "1", "payload": object{"query": "{ __typename }"}}
	for name, messages := range map[string][]object{
		"an operation at once":          {subscribe},
		"no credentials":                {{"type": "connection_init"}, subscribe},
		"invalid credentials":           {{"type": "connection_init", "payload": object{"authorization": "Bearer orgmap_nobody"}}, subscribe},
		"credentials of the wrong type": {{"type": "connection_init", "payload": object{"authorization": []string{"Bearer " + viewer.token}}}, subscribe},
		"credentials in a ping":         {{"type": "ping", "payload": object{"authorization": "Bearer " + viewer.token}}, subscribe},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
		socket := world.dial()
		for _, message := range messages {
			_ = wsjson.Write(ctx, socket, message) // the socket may be closed by then
		}
		var got frame
		for got.Type = "pong"; got.Type == "pong"; {
			if err := wsjson.Read(ctx, socket, &got); err != nil {
				require.Contains(t, []websocket.StatusCode{4401, 4403}, websocket.CloseStatus(err), "%s: %v", name, err)
				break
			}
			require.Equal(t, "pong", got.Type, name)
		}
		cancel()
	}
	require.Equal(t, before, world.operations(), "a request without a token reached GraphQL")
}

// TestResponses_AreNotCacheableOrEmbeddable sends requests in every way and with every outcome. No cache may store a
// response, and no page of another origin may embed it.
func TestResponses_AreNotCacheableOrEmbeddable(t *testing.T) {
	t.Parallel()
	admin := newBrowserWorld(t)
	signedIn := []string{"Authorization", "Bearer " + admin.token}
	query := "/graphql?" + url.Values{"query": {"{ __typename }"}}.Encode()
	const body, json = `{"query":"{ __typename }"}`, "application/json"
	for name, got := range map[string]reply{
		"a query by GET":               admin.send(http.MethodGet, query, "", signedIn...),
		"a query by cookie":            admin.send(http.MethodGet, query, "", "Cookie", sessionCookie+"="+admin.token),
		"a query by POST":              admin.send(http.MethodPost, "/graphql", body, append(signedIn, "Content-Type", json)...),
		"events":                       admin.send(http.MethodPost, "/graphql", body, append(signedIn, "Content-Type", json, "Accept", "text/event-stream")...),
		"a request of a listed origin": admin.send(http.MethodPost, "/graphql", body, append(signedIn, "Content-Type", json, "Origin", friendly, "Sec-Fetch-Site", "cross-site")...),
		"a request of a foreign page":  admin.send(http.MethodGet, query, "", "Sec-Fetch-Site", "cross-site"),
		"a foreign preflight":          admin.send(http.MethodOptions, "/graphql", "", "Origin", foreign, "Access-Control-Request-Method", "POST"),
		"a listed preflight":           admin.send(http.MethodOptions, "/graphql", "", "Origin", friendly, "Access-Control-Request-Method", "POST"),
		"a request without sign-in":    admin.send(http.MethodGet, query, ""),
		"an invalid request":           admin.send(http.MethodPost, "/graphql", "{", append(signedIn, "Content-Type", json)...),
		"another media type":           admin.send(http.MethodPost, "/graphql", body, append(signedIn, "Content-Type", "text/plain")...),
		"another method":               admin.send(http.MethodPut, "/graphql", body, signedIn...),
		"nothing acceptable":           admin.send(http.MethodGet, query, "", append(signedIn, "Accept", "text/html")...),
		"half a handshake":             admin.send(http.MethodGet, query, "", "Upgrade", "websocket", "Connection", "Upgrade"),
		"a foreign page's socket":      admin.send(http.MethodGet, query, "", "Upgrade", "websocket", "Connection", "Upgrade", "Origin", foreign),
		"a session":                    admin.send(http.MethodGet, "/session", ""),
		"a sign-out":                   admin.send(http.MethodDelete, "/session", ""),
	} {
		require.Equal(t, "private, no-store", got.Header.Get("Cache-Control"), name)
		require.Equal(t, "same-origin", got.Header.Get("Cross-Origin-Resource-Policy"), name)
		for _, varied := range []string{"Authorization", "Cookie", "Origin"} {
			require.Contains(t, strings.Join(got.Header.Values("Vary"), ", "), varied, name)
		}
	}
	got := admin.send(http.MethodPost, "/graphql", body, append(signedIn, "Content-Type", json, "Origin", friendly, "Sec-Fetch-Site", "cross-site")...)
	require.Equal(t, http.StatusOK, got.StatusCode, "pages of listed origins get responses")
	require.Equal(t, friendly, got.Header.Get("Access-Control-Allow-Origin"))
	require.Contains(t, strings.Join(got.Header.Values("Vary"), ", "), "Accept, Accept-Encoding")
}

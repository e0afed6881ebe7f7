package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
)

// newOIDCWorld returns a server that trusts an issuer, with the admin of an account that has people.
func newOIDCWorld(t *testing.T) (*issuer, *client) {
	t.Helper()
	issuer := newIssuer(t)
	return issuer, bootWorld(t, issuer.stores(t)).newAccount(20)
}

// stores returns the stores of servers that trust the issuer.
func (i *issuer) stores(t *testing.T) worldStores {
	t.Helper()
	return worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t), adjust: func(s *serving) {
		s.OIDCIssuer, s.OIDCClientID, s.OIDCClientSecret = i.url, oidcClient, oidcSecret
		s.OIDCAccountClaim, s.OIDCRoleClaim = "orgmap_account", "orgmap_role"
		require.NoError(t, (&serving{
			Role: "all", Workers: 1, DatabaseConns: 4, OIDCIssuer: s.OIDCIssuer, OIDCClientID: s.OIDCClientID,
		}).Validate())
	}}
}

// with returns a client of the same account with another token.
func (c *client) with(token string) *client {
	return &client{world: c.world, account: c.account, token: token}
}

const viewerQuery = `{ viewer { name role account { id } } }`

func TestOIDC_JWTAuthenticatesItsSubject(t *testing.T) {
	t.Parallel()
	issuer, admin := newOIDCWorld(t)
	issuer.person(admin.account, "s-1", "editor")
	ada := admin.with(issuer.sign(nil))
	viewer := at(ada.do(viewerQuery, nil), "viewer")
	require.Equal(t, object{"name": "Ada s-1", "role": "EDITOR", "account": object{"id": id.Format(id.Account, admin.account)}}, viewer)
	require.Equal(t, 1, admin.count("SELECT count(*) FROM people"), "provisioned at the first sign-in")
	ada.create("Acme")
	require.Equal(t, 1, admin.count("SELECT count(*) FROM journal WHERE actor = 'Ada s-1'"))

	require.Equal(t, "ADMIN", at(admin.with(issuer.sign(object{"orgmap_role": []string{"viewer", "Admin", "other"}, "iat": time.Now().Unix() + 2})).do(viewerQuery, nil), "viewer", "role"), "the highest of several roles counts")
	require.Equal(t, "ADMIN", at(ada.do(viewerQuery, nil), "viewer", "role"), "an older token gets the role of the latest claims")
	require.Equal(t, "EDITOR", at(admin.with(issuer.signWith(jose.ES256, jose.JSONWebKey{Key: issuer.ec, KeyID: "ec"}, object{"sub": "s-2", "aud": []string{"other", oidcClient}, "azp": oidcClient})).do(viewerQuery, nil), "viewer", "role"))

	// If the issuer later names another account for the subject, that is another person.
	stranger := admin.newAccount(20)
	issuer.person(stranger.account, "s-1", "viewer")
	require.Equal(t, id.Format(id.Account, stranger.account), at(admin.with(issuer.sign(object{"iat": time.Now().Unix() + 5})).do(viewerQuery, nil), "viewer", "account", "id"))
	require.Equal(t, 3, admin.count("SELECT count(*) FROM people"))
}

func TestOIDC_RefusesForgedAndInvalidTokens(t *testing.T) {
	t.Parallel()
	issuer, admin := newOIDCWorld(t)
	issuer.person(admin.account, "s-1", "admin")
	now := time.Now()
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	strangerEC, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	public, err := x509.MarshalPKIXPublicKey(&issuer.rsa.PublicKey)
	require.NoError(t, err)
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})
	good := issuer.sign(nil)
	parts := strings.Split(good, ".")
	for name, token := range map[string]string{
		"alg none":                                       issuer.unsigned(object{"alg": "none"}),
		"alg none in mixed case":                         issuer.unsigned(object{"alg": "nOnE", "kid": "rsa"}),
		"a removed signature":                            parts[0] + "." + parts[1] + ".",
		"another payload with a valid signature":         parts[0] + "." + strings.Split(issuer.sign(object{"sub": "s-2"}), ".")[1] + "." + parts[2],
		"the public key as a secret":                     issuer.signWith(jose.HS256, jose.JSONWebKey{Key: publicPEM, KeyID: "rsa"}, nil),
		"the public key's bytes as a secret":             issuer.signWith(jose.HS256, jose.JSONWebKey{Key: public, KeyID: "rsa"}, nil),
		"a foreign key with the issuer's key id":         issuer.signWith(jose.RS256, jose.JSONWebKey{Key: stranger, KeyID: "rsa"}, nil),
		"a foreign key with its own key id":              issuer.signWith(jose.RS256, jose.JSONWebKey{Key: stranger, KeyID: "../../keys"}, nil),
		"a key of another type with the issuer's key id": issuer.signWith(jose.ES256, jose.JSONWebKey{Key: strangerEC, KeyID: "rsa"}, nil),
		"another issuer":                                 issuer.sign(object{"iss": "https://elsewhere.example.com"}),
		"another audience":                               issuer.sign(object{"aud": "another-client"}),
		"no audience":                                    issuer.sign(object{"aud": nil}),
		"expired":                                        issuer.sign(object{"exp": now.Add(-40 * time.Second).Unix()}),
		"without an expiry":                              issuer.sign(object{"exp": nil}),
		"not valid yet":                                  issuer.sign(object{"nbf": now.Add(50 * time.Second).Unix()}),
		"issued in the future":                           issuer.sign(object{"iat": now.Add(time.Minute).Unix()}),
		"without an account":                             issuer.sign(object{"orgmap_account": nil}),
		"an invalid account id":                          issuer.sign(object{"orgmap_account": "acct_nothing"}),
		"an unknown account":                             issuer.sign(object{"orgmap_account": id.Format(id.Account, uuid.New())}),
		"without a role":                                 issuer.sign(object{"orgmap_role": nil}),
		"an unknown role":                                issuer.sign(object{"orgmap_role": "root"}),
		"without a subject":                              issuer.sign(object{"sub": nil}),
		"an invalid token":                               "a.b.c",
		"a session that was never opened":                "orgsession_abc",
	} {
		got := admin.send(http.MethodPost, "/graphql", `{"query":"{ viewer { name } }"}`, "Content-Type", "application/json", "Authorization", "Bearer "+token)
		require.Equal(t, http.StatusUnauthorized, got.StatusCode, "%s: %s", name, got.body)
		require.NotContains(t, got.body, issuer.url, name)
	}
	require.Zero(t, admin.count("SELECT count(*) FROM people"))
	issuer.mutex.Lock()
	require.LessOrEqual(t, issuer.keysAt, 5, "forged key ids must not cause a fetch of the issuer's keys each time")
	issuer.mutex.Unlock()
	for name, changed := range map[string]object{
		"just expired, within the leeway": {"exp": now.Add(-15 * time.Second).Unix()},
		"from a clock that is ahead":      {"iat": now.Add(15 * time.Second).Unix(), "nbf": now.Add(15 * time.Second).Unix()},
	} {
		require.Empty(t, admin.with(issuer.sign(changed)).ask(viewerQuery, nil).Errors, name)
	}
}

// browse follows redirects with cookies, like a browser, and returns the last response.
func browse(t *testing.T, jar map[string]string, address string) reply {
	t.Helper()
	for range 10 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		require.NoError(t, err)
		for name, value := range jar {
			request.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		response, err := http.DefaultTransport.RoundTrip(request)
		require.NoError(t, err)
		_ = response.Body.Close()
		for _, cookie := range response.Cookies() {
			require.True(t, cookie.HttpOnly, cookie.Name)
			if jar[cookie.Name] = cookie.Value; cookie.MaxAge < 0 {
				delete(jar, cookie.Name)
			}
		}
		next, err := response.Location()
		if err != nil || next.Path == "/setup" { // the page that was requested
			return reply{Response: response}
		}
		address = next.String()
	}
	t.Fatal("too many redirects")
	return reply{}
}

func TestOIDC_SignsInWithABrowser(t *testing.T) {
	t.Parallel()
	issuer, admin := newOIDCWorld(t)
	issuer.person(admin.account, "s-1", "editor")
	jar := map[string]string{}
	describe := func() object {
		var described object
		require.NoError(t, json.Unmarshal([]byte(admin.send(http.MethodGet, "/session", "", "Cookie", sessionCookie+"="+jar[sessionCookie]).body), &described))
		return described
	}
	require.Equal(t, object{"oidc": true, "signedIn": false}, describe())
	last := browse(t, jar, admin.url+"/auth/login?return=/setup")
	require.Equal(t, http.StatusFound, last.StatusCode)
	require.NotContains(t, jar, loginCookie, "an attempt can be used once")
	require.Equal(t, object{"oidc": true, "signedIn": true, "name": "Ada s-1", "role": "EDITOR"}, describe())
	require.Zero(t, admin.count("SELECT count(*) FROM sessions WHERE hash = $1", []byte(jar[sessionCookie])), "the text of the session is not stored")

	asked := admin.send(http.MethodPost, "/graphql", `{"query":"{ viewer { role } }"}`, "Content-Type", "application/json", "Cookie", sessionCookie+"="+jar[sessionCookie])
	require.Contains(t, asked.body, `"data":{"viewer":{"role":"EDITOR"}}`)
	out := admin.send(http.MethodPost, "/auth/logout", "", "Cookie", sessionCookie+"="+jar[sessionCookie], "Sec-Fetch-Site", "cross-site")
	require.Equal(t, http.StatusForbidden, out.StatusCode, "another site cannot sign people out")
	out = admin.send(http.MethodPost, "/auth/logout", "", "Cookie", sessionCookie+"="+jar[sessionCookie])
	require.Equal(t, http.StatusOK, out.StatusCode)
	require.Equal(t, object{"oidc": true, "signedIn": false}, describe(), "the session has ended, even for a copy of its cookie")
	var answered struct{ Next string }
	require.NoError(t, json.Unmarshal([]byte(out.body), &answered))
	require.Equal(t, issuer.url+"/logout?"+url.Values{"client_id": {oidcClient}, "post_logout_redirect_uri": {admin.url + "/"}, "ui": {"en"}}.Encode(), answered.Next)
	out = admin.send(http.MethodDelete, "/session", "", "Cookie", sessionCookie+"="+admin.token)
	require.Equal(t, http.StatusNoContent, out.StatusCode, "signing out with a pasted token does not involve the issuer")
}

func TestOIDC_ForgedCallbacksOpenNoSession(t *testing.T) {
	t.Parallel()
	issuer, admin := newOIDCWorld(t)
	issuer.person(admin.account, "s-1", "editor")
	begin := func() (attempt, state string) {
		got := admin.send(http.MethodGet, "/auth/login?return=https://evil.example.com/", "")
		require.Equal(t, http.StatusFound, got.StatusCode)
		address, err := got.Location()
		require.NoError(t, err)
		return got.Cookies()[0].Value, address.Query().Get("state")
	}
	code := func(address string) string {
		response, err := http.DefaultTransport.RoundTrip(must(http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)))
		require.NoError(t, err)
		_ = response.Body.Close()
		next, err := response.Location()
		require.NoError(t, err)
		return next.Query().Get("code")
	}
	authorize := func() (attempt, state, given string) {
		got := admin.send(http.MethodGet, "/auth/login", "")
		address, err := got.Location()
		require.NoError(t, err)
		return got.Cookies()[0].Value, address.Query().Get("state"), code(address.String())
	}
	finish := func(attempt, state, given string) reply {
		return admin.send(http.MethodGet, "/auth/callback?"+url.Values{"state": {state}, "code": {given}}.Encode(), "", "Cookie", loginCookie+"="+attempt)
	}
	attempt, state, given := authorize()
	other, otherState := begin()
	for name, got := range map[string]reply{
		"no attempt":                 finish("", state, given),
		"an invalid attempt":         finish("e30", state, given),
		"an attempt without a state": finish("e30", "", given),
		"another browser's attempt":  finish(other, state, given),
		"another attempt's verifier": finish(other, otherState, given), // which uses up the code
		"a used code":                finish(attempt, state, given),
		"no code":                    finish(attempt, state, ""),
	} {
		require.Equal(t, http.StatusUnauthorized, got.StatusCode, "%s: %s", name, got.body)
		for _, cookie := range got.Cookies() {
			require.NotEqual(t, sessionCookie, cookie.Name, name)
		}
	}
	forge := func(nonce string) {
		issuer.mutex.Lock()
		defer issuer.mutex.Unlock()
		issuer.forged = nonce
	}
	for _, forged := range []string{"another sign-in's nonce", rand.Text()} { // the second is as long as the right one
		forge(forged)
		attempt, state, given = authorize()
		require.Equal(t, http.StatusUnauthorized, finish(attempt, state, given).StatusCode, forged)
	}
	forge("")
	attempt, state, given = authorize()
	good := finish(attempt, state, given)
	require.Equal(t, http.StatusFound, good.StatusCode)
	require.Equal(t, "/", good.Header.Get("Location"))
	for _, page := range []string{"https://evil.example.com", "//evil.example.com", "/\\evil.example.com", "/a\r\nSet-Cookie: b", "", "setup"} {
		require.Equal(t, "/", localPage(page), page)
	}
	require.Equal(t, "/sync?a=b#c", localPage("/sync?a=b#c"))
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// stream opens a socket with a subscription and returns it once an event proves that the subscription runs.
func (c *client) stream() *websocket.Conn {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), waitTimeout)
	defer cancel()
	socket := c.dial()
	kind, _ := c.signIn(socket)
	require.Equal(c.t, "connection_ack", kind)
	require.NoError(c.t, wsjson.Write(ctx, socket, object{"id": "1", "type": "subscribe", "payload": object{"query": `subscription { accountChanges { cursor } }`}}))
	return socket
}

// lastly reads until the socket is closed and returns the close code. No subscription may be told that it is complete.
func lastly(t *testing.T, socket *websocket.Conn) websocket.StatusCode {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	for {
		var got frame
		if err := wsjson.Read(ctx, socket, &got); err != nil {
			return websocket.CloseStatus(err)
		}
		require.NotEqual(t, "complete", got.Type, "a client would consider that the end of the stream")
		if got.Type == "ping" {
			require.NoError(t, wsjson.Write(ctx, socket, object{"type": "pong"}))
		}
	}
}

// soon is how long a socket may stay open after its right ends.
const soon = 5 * time.Second

func TestSockets_EndWhenAccessEnds(t *testing.T) {
	t.Parallel()
	issuer, admin := newOIDCWorld(t)
	for name, start := range map[string]func() (holder *client, end func()){
		"a token that expires": func() (*client, func()) {
			text, _, err := admin.tokens().Create(t.Context(), admin.account, "short", auth.Viewer, 2*time.Second)
			require.NoError(t, err)
			return admin.with(text), func() {
				admin.waitUntil("SELECT EXISTS (SELECT FROM api_tokens WHERE name = 'short' AND expires_at <= now())")
			}
		},
		"a token that is revoked": func() (*client, func()) {
			text, made, err := admin.tokens().Create(t.Context(), admin.account, "revoked", auth.Viewer, 0)
			require.NoError(t, err)
			return admin.with(text), func() { require.NoError(t, admin.tokens().Revoke(t.Context(), made.ID)) }
		},
		"a JWT that expires": func() (*client, func()) {
			issuer.person(admin.account, "expiring", "viewer")
			expiry := time.Now().Add(2*time.Second - 30*time.Second) // expires in 2 s, including the leeway
			return admin.with(issuer.sign(object{"exp": expiry.Unix()})), func() { admin.waitUntil(fmt.Sprintf("SELECT now() > to_timestamp(%d)", expiry.Unix()+30)) }
		},
		"a person who loses the role": func() (*client, func()) {
			issuer.person(admin.account, "demoted", "admin")
			return admin.with(issuer.sign(nil)), func() {
				require.Empty(t, admin.with(issuer.sign(object{"sub": "demoted", "orgmap_role": "viewer", "iat": time.Now().Unix() + 5})).ask(viewerQuery, nil).Errors)
			}
		},
		"a person who is blocked": func() (*client, func()) {
			issuer.person(admin.account, "blocked", "admin")
			return admin.with(issuer.sign(nil)), func() { require.NoError(t, admin.people().Block(t.Context(), admin.account, "blocked", true)) }
		},
		"a session that is closed": func() (*client, func()) {
			issuer.person(admin.account, "leaving", "admin")
			jar := map[string]string{}
			browse(t, jar, admin.url+"/auth/login?return=/setup")
			return admin.with(jar[sessionCookie]), func() {
				admin.send(http.MethodPost, "/auth/logout", "", "Cookie", sessionCookie+"="+jar[sessionCookie])
			}
		},
	} {
		holder, end := start()
		socket := holder.stream()
		end()
		began := time.Now()
		require.EqualValues(t, 4403, lastly(t, socket), name)
		require.Less(t, time.Since(began), soon*slowdown, name)
		if name != "a person who loses the role" {
			require.Equal(t, []string{"UNAUTHENTICATED"}, answerCodes(holder.ask(viewerQuery, nil)), name)
		}
	}
}

func TestSocket_ContinuesWithARenewedToken(t *testing.T) {
	t.Parallel()
	issuer, admin := newOIDCWorld(t)
	issuer.person(admin.account, "s-1", "editor")
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	short := time.Now().Add(3*time.Second - 30*time.Second)
	socket := admin.with(issuer.sign(object{"exp": short.Unix()})).stream()
	ping := func(socket *websocket.Conn, token string) frame {
		require.NoError(t, wsjson.Write(ctx, socket, object{"type": "ping", "payload": object{"authorization": "Bearer " + token}}))
		var got frame
		require.NoError(t, wsjson.Read(ctx, socket, &got))
		return got
	}
	require.Equal(t, frame{Type: "pong"}, ping(socket, issuer.sign(nil)), "the pong must not contain the token")
	admin.waitUntil(fmt.Sprintf("SELECT now() > to_timestamp(%d)", short.Unix()+30+4)) // and the next session check
	admin.create("Later")
	var got frame
	for got.Type != "next" {
		require.NoError(t, wsjson.Read(ctx, socket, &got))
	}

	stranger := admin.newAccount(1)
	require.NoError(t, wsjson.Write(ctx, socket, object{"type": "ping", "payload": object{"authorization": "Bearer " + stranger.token}}))
	require.EqualValues(t, 4403, lastly(t, socket), "another account's token")
	socket = admin.stream()
	require.NoError(t, wsjson.Write(ctx, socket, object{"type": "ping", "payload": object{"authorization": "Bearer nonsense"}}))
	require.EqualValues(t, 4403, lastly(t, socket), "an invalid token")
	socket = admin.stream()
	require.NoError(t, wsjson.Write(ctx, socket, object{"type": "ping", "payload": object{"n": 1}}))
	require.NoError(t, wsjson.Read(ctx, socket, &got))
	require.JSONEq(t, `{"n":1}`, string(got.Payload), "any other payload is echoed")
}

// waitUntil waits until a statement returns true.
func (w *world) waitUntil(statement string) {
	w.t.Helper()
	conn := w.connection()
	require.Eventually(w.t, func() bool {
		var yes bool
		require.NoError(w.t, conn.QueryRow(w.t.Context(), statement).Scan(&yes))
		return yes
	}, waitTimeout, 20*time.Millisecond)
}

func TestSettings_OfOIDCAreValidated(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]serving{
		"an issuer without a client":  {OIDCIssuer: "https://login.example.com"},
		"a client without an issuer":  {OIDCClientID: "orgmap"},
		"an issuer over plain http":   {OIDCIssuer: "http://login.example.com", OIDCClientID: "orgmap"},
		"an issuer that is not a URL": {OIDCIssuer: "login.example.com", OIDCClientID: "orgmap"},
	} {
		require.ErrorContains(t, wrong.validateOIDC(), "ORGMAP_OIDC_ISSUER", name)
	}
	good := serving{OIDCIssuer: "https://login.example.com/realms/a", OIDCClientID: "orgmap"}
	require.NoError(t, good.validateOIDC())
}

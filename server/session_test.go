package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/bearer"
	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/throttle"
)

// signedIn exchanges the client's token for a session cookie and returns it.
func (c *client) signedIn(header ...string) *http.Cookie {
	c.t.Helper()
	got := c.send(http.MethodPost, "/session", `{"token":"`+c.token+`"}`, append(header, "Content-Type", "application/json")...)
	require.Equal(c.t, http.StatusNoContent, got.StatusCode, got.body)
	require.Len(c.t, got.Cookies(), 1)
	return got.Cookies()[0]
}

func (c *client) described(cookies string) (described object) {
	c.t.Helper()
	require.NoError(c.t, json.Unmarshal([]byte(c.send(http.MethodGet, "/session", "", "Cookie", cookies).body), &described))
	return described
}

func TestSession_ContainsNoTokenAndEndsWithSignOut(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	cookie := admin.signedIn()
	require.Equal(t, sessionCookie, cookie.Name)
	require.True(t, strings.HasPrefix(cookie.Value, bearer.SessionPrefix), "the cookie contains no token")
	kept := cookie.Name + "=" + cookie.Value
	require.Equal(t, true, admin.described(kept)["signedIn"])
	require.Equal(t, false, admin.described(kept + "; " + kept)["signedIn"], "with two cookies, one may be forged")

	again := admin.signedIn("Cookie", kept)
	require.Equal(t, false, admin.described(kept)["signedIn"], "a new session replaces the previous one")
	kept = again.Name + "=" + again.Value
	out := admin.send(http.MethodDelete, "/session", "", "Cookie", kept)
	require.Equal(t, http.StatusNoContent, out.StatusCode)
	require.Equal(t, `"storage"`, out.Header.Get("Clear-Site-Data"))
	require.Equal(t, false, admin.described(kept)["signedIn"])
	require.Empty(t, admin.ask(viewerQuery, nil).Errors, "the token is still valid")

	last := admin.signedIn()
	tokens, err := admin.tokens().List(t.Context(), admin.account)
	require.NoError(t, err)
	require.NoError(t, admin.tokens().Revoke(t.Context(), tokens[0].ID))
	require.Equal(t, false, admin.described(last.Name + "=" + last.Value)["signedIn"], "the session ends with its token")
	for _, text := range []string{last.Value, "", "orgmap_", "a.b.c"} {
		got := admin.send(http.MethodPost, "/session", `{"token":"`+text+`"}`, "Content-Type", "application/json")
		require.Equal(t, http.StatusUnauthorized, got.StatusCode, text)
	}
}

func TestSession_BehindHTTPSUsesAHostCookie(t *testing.T) {
	t.Parallel()
	admin := newWorldWith(t, func(s *serving) { s.PublicURL = "https://orgmap.example.com" }).newAccount(20)
	cookie := admin.signedIn()
	require.Equal(t, "__Host-"+sessionCookie, cookie.Name)
	require.True(t, cookie.Secure)
	require.Equal(t, "/", cookie.Path)
	require.Empty(t, cookie.Domain)
	require.Equal(t, true, admin.described(cookie.Name + "=" + cookie.Value)["signedIn"])
	planted := sessionCookie + "=" + admin.token
	require.Equal(t, false, admin.described(planted)["signedIn"], "a cookie that another host may have set is ignored")
	require.Equal(t, "the ADMIN", admin.described(planted + "; " + cookie.Name + "=" + cookie.Value)["name"])
}

func TestOwnOrigin_IsRequiredForUnsafeMethods(t *testing.T) {
	t.Parallel()
	admin := newBrowserWorld(t)
	cookie := admin.signedIn()
	kept := cookie.Name + "=" + cookie.Value
	for _, path := range []string{"/session", "/auth/logout", "/graphql", "/livez", "/metrics", "/", "/nowhere"} {
		for _, method := range []string{http.MethodPost, http.MethodDelete, http.MethodPut, http.MethodPatch, "PURGE"} {
			for _, from := range [][]string{
				{"Origin", foreign},
				{"Origin", "null"},
				{"Origin", admin.url + "1"},
				{"Sec-Fetch-Site", "same-site"},
				{"Origin", foreign, "Sec-Fetch-Site", "same-site"},
				{"Sec-Fetch-Site", "cross-site"},
			} {
				got := admin.send(method, path, "", append(from, "Cookie", kept)...)
				require.Equal(t, http.StatusForbidden, got.StatusCode, "%s %s %v", method, path, from)
				require.Empty(t, got.Cookies())
			}
		}
	}
	require.Equal(t, true, admin.described(kept)["signedIn"], "no session was ended")
	require.Equal(t, http.StatusNoContent, admin.send(http.MethodPost, "/auth/logout", "", "Cookie", kept, "Origin", admin.url, "Sec-Fetch-Site", "same-origin").StatusCode)
}

// An unauthenticated client that sends invalid sessions, the same or different, on every route causes only a few
// statements.
func TestInvalidSessions_ShareStatements(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	holders := bearer.New(w.app.db)
	ctx, statements := pg.WithStatementCount(t.Context())
	var group sync.WaitGroup
	for n := range 2000 {
		group.Go(func() {
			if _, err := holders.Holder(ctx, bearer.SessionPrefix+fmt.Sprint("other ", n)); err == nil {
				t.Error("a session that was never opened is accepted")
			}
		})
	}
	group.Wait()
	require.Less(t, statements.Load(), int64(200), "for 2,000 different sessions")
	_, err := holders.Holder(ctx, bearer.SessionPrefix+"same")
	require.Error(t, err)
	before := statements.Load()
	for range 200 {
		_, err := holders.Holder(ctx, bearer.SessionPrefix+"same")
		require.Error(t, err)
	}
	require.LessOrEqual(t, statements.Load()-before, int64(20), "for the same session, 200 times")
}

func TestAlive_ChecksOpenStreamsInAFewStatements(t *testing.T) {
	t.Parallel()
	issuer, admin := newOIDCWorld(t)
	const people = 60
	type holding struct {
		text  string
		actor auth.Actor
	}
	var holdings []holding
	for n := range people {
		issuer.person(admin.account, fmt.Sprint("person ", n), "viewer")
		text := issuer.sign(nil)
		actor, _, err := admin.app.holder(t.Context(), text)
		require.NoError(t, err)
		session, err := admin.app.sessions.OpenForPerson(t.Context(), actor)
		require.NoError(t, err)
		holdings = append(holdings, holding{text, actor}, holding{session, actor})
	}
	var statements atomic.Int64
	admin.app.alive.authenticate = func(ctx context.Context, texts []string) (map[string]auth.Actor, error) {
		ctx, count := pg.WithStatementCount(ctx)
		defer func() { statements.Add(count.Load()) }()
		return admin.app.stillGood(ctx, texts)
	}
	check := func() int64 {
		var bad atomic.Int64
		var group sync.WaitGroup
		for _, one := range holdings {
			group.Go(func() {
				actor, err := admin.app.holderStill(t.Context(), one.text, one.actor)
				if err != nil {
					bad.Add(1)
				} else if actor != one.actor {
					t.Errorf("%v is %v now", one.actor, actor)
				}
			})
		}
		group.Wait()
		return bad.Load()
	}
	require.Zero(t, check())
	require.Less(t, statements.Load(), int64(2*people/4), "for %d streams", 2*people)
	require.NoError(t, admin.people().Block(t.Context(), admin.account, "person 7", true))
	require.Eventually(t, func() bool { return check() == 2 }, soon, aliveFor/10, "a block ends both streams of the person and no others")
}

func TestOIDC_AttemptIsSealedTimedAndUsedOnce(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	stores := issuer.stores(t)
	admin := bootWorld(t, stores).newAccount(20)
	other := &client{world: bootWorld(t, stores), account: admin.account, token: admin.token}
	issuer.person(admin.account, "s-1", "editor")
	finish := func(on *client, attempt, state, code string) int {
		return on.send(http.MethodGet, "/auth/callback?"+url.Values{"state": {state}, "code": {code}}.Encode(), "", "Cookie", loginCookie+"="+attempt).StatusCode
	}
	plain := func(content string) string { return base64.RawURLEncoding.EncodeToString([]byte(content)) }
	for _, forged := range []string{plain(`{"state":"me","nonce":"n","verifier":"v"}`), plain(""), "", "nonsense"} {
		require.Equal(t, http.StatusUnauthorized, finish(admin, forged, "me", "x"))
	}
	require.Zero(t, issuer.exchanges.Load(), "a forged cookie causes no call to the issuer")
	require.Zero(t, admin.count("SELECT count(*) FROM sign_in_attempts"), "a forged cookie writes no row")

	begun := admin.send(http.MethodGet, "/auth/login", "")
	address, err := begun.Location()
	require.NoError(t, err)
	attempt, state := begun.Cookies()[0].Value, address.Query().Get("state")
	require.NotContains(t, attempt, state)
	decoded, err := base64.RawURLEncoding.DecodeString(attempt)
	require.NoError(t, err)
	require.NotContains(t, string(decoded), state, "the content of the attempt is sealed")
	require.Equal(t, http.StatusUnauthorized, finish(admin, attempt, "another state", "x"))
	require.Zero(t, issuer.exchanges.Load())
	require.Equal(t, http.StatusUnauthorized, finish(admin, attempt, state, "x"), "a code that the issuer did not issue")
	asked := issuer.exchanges.Load() // one for each way in which a client may authenticate
	require.Positive(t, asked)
	for _, on := range []*client{admin, other} {
		require.Equal(t, http.StatusUnauthorized, finish(on, attempt, state, "x"))
	}
	require.Equal(t, asked, issuer.exchanges.Load(), "an attempt can be used once across servers")

	seal := func(age string) string {
		encoded, err := json.Marshal(object{"state": "s", "nonce": "n", "verifier": "v", "begun": age})
		require.NoError(t, err)
		sealed, err := admin.app.settings.sealer.Seal(encoded, loginBound)
		require.NoError(t, err)
		return base64.RawURLEncoding.EncodeToString(sealed)
	}
	require.Equal(t, http.StatusUnauthorized, finish(admin, seal("2020-01-01T00:00:00Z"), "s", "x"))
	require.Equal(t, asked, issuer.exchanges.Load(), "an expired attempt is refused")
}

func TestOIDC_LimitsTheRateOfIssuerCalls(t *testing.T) {
	t.Parallel()
	issuer, admin := newOIDCWorld(t)
	noon := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	admin.app.logins = throttle.NewBuckets(loginsAtOnce, loginsEachSecond, func() time.Time { return noon })
	admin.app.callers.attempts = throttle.NewAddresses(4*loginsAtOnce, 1, 1<<20, clock.System) // all attempts come from one address
	var group errgroup.Group
	group.SetLimit(20) // connections of one address
	var unavailable atomic.Int64
	for range 2 * loginsAtOnce {
		group.Go(func() error {
			begun := admin.send(http.MethodGet, "/auth/login", "")
			address, err := begun.Location()
			if err != nil {
				return err
			}
			got := admin.send(http.MethodGet, "/auth/callback?code=x&state="+address.Query().Get("state"), "", "Cookie", loginCookie+"="+begun.Cookies()[0].Value)
			if got.StatusCode == http.StatusServiceUnavailable {
				unavailable.Add(1)
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	require.EqualValues(t, loginsAtOnce, unavailable.Load())
	require.LessOrEqual(t, issuer.exchanges.Load(), int64(2*loginsAtOnce), "each of two ways to identify a client is used once")
}

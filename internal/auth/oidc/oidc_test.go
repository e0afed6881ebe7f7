package oidc_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/oidc"
	"github.com/orgmap/orgmap/internal/id"
)

// provider is an issuer's server: its metadata, with additions by a test, and its keys.
type provider struct {
	*httptest.Server
	t           *testing.T
	mux         *http.ServeMux
	key         *rsa.PrivateKey
	metadata    map[string]any
	away        atomic.Bool
	asked       atomic.Int64 // requests for its keys
	discoveries atomic.Int64
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	mux := http.NewServeMux()
	p := &provider{t: t, mux: mux, key: key}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		p.discoveries.Add(1)
		if p.away.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_ = json.NewEncoder(w).Encode(p.metadata)
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		p.asked.Add(1)
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "one", Algorithm: "RS256", Use: "sig"}}})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	p.metadata = map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys"}
	return p
}

// issuer returns an Issuer that trusts the provider, with the test's clock.
func (p *provider) issuer(now func() time.Time) *oidc.Issuer {
	return oidc.New(oidc.Options{Issuer: p.URL, ClientID: "orgmap", AccountClaim: "account", RoleClaim: "role", Clock: now})
}

func (p *provider) token(keyID string, claims map[string]any) string {
	p.t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: p.key, KeyID: keyID}}, nil)
	require.NoError(p.t, err)
	payload, err := json.Marshal(claims)
	require.NoError(p.t, err)
	signed, err := signer.Sign(payload)
	require.NoError(p.t, err)
	text, err := signed.CompactSerialize()
	require.NoError(p.t, err)
	return text
}

func TestVerify_AppliesTheLeewayToTheSecond(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	start := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	var now atomic.Pointer[time.Time]
	now.Store(&start)
	issuer := p.issuer(func() time.Time { return *now.Load() })
	account := id.New()
	text := p.token("one", map[string]any{
		"iss": p.URL, "aud": "orgmap", "sub": "ada", "email": "ada@example.com", "account": id.Format(id.Account, account), "role": []string{"viewer", "EDITOR", "other"},
		"iat": start.Unix(), "nbf": start.Unix(), "exp": start.Add(time.Minute).Unix(),
	})
	for _, test := range []struct {
		at   time.Duration
		good bool
	}{{-31 * time.Second, false}, {-30 * time.Second, true}, {0, true}, {89 * time.Second, true}, {90 * time.Second, false}} {
		moment := start.Add(test.at)
		now.Store(&moment)
		identity, err := issuer.Verify(t.Context(), text)
		if !test.good {
			require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err), test.at)
			continue
		}
		require.NoError(t, err, test.at)
		require.Equal(t, auth.Identity{Issuer: p.URL, Subject: "ada", Name: "ada@example.com", AccountID: account, Role: auth.Editor, IssuedAt: start}, withUTC(identity))
	}
}

func TestVerify_TakesOnlyVerifiedEmailAddresses(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	now := time.Now()
	issuer := p.issuer(time.Now)
	for verified, want := range map[any]string{true: "ada@example.com", "true": "ada@example.com", false: "", "false": "", 1: "", nil: ""} {
		identity, err := issuer.Verify(t.Context(), p.token("one", map[string]any{
			"iss": p.URL, "aud": "orgmap", "sub": "ada", "account": id.Format(id.Account, id.New()), "role": "EDITOR",
			"email": "ada@example.com", "email_verified": verified, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		}))
		require.NoError(t, err)
		require.Equal(t, want, identity.Email, "%v", verified)
	}
}

func TestVerify_AppliesNotBeforeToTheSecond(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	start := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		at   time.Duration
		good bool
	}{{0, false}, {29 * time.Second, false}, {30 * time.Second, true}} {
		issuer := p.issuer(func() time.Time { return start.Add(test.at) })
		_, err := issuer.Verify(t.Context(), p.token("one", map[string]any{
			"iss": p.URL, "aud": "orgmap", "sub": "ada", "account": id.Format(id.Account, id.New()), "role": "EDITOR",
			"iat": start.Unix(), "nbf": start.Add(time.Minute).Unix(), "exp": start.Add(time.Hour).Unix(),
		}))
		require.Equal(t, test.good, err == nil, "%s: %v", test.at, err)
	}
}

func withUTC(identity auth.Identity) auth.Identity {
	identity.IssuedAt = identity.IssuedAt.UTC()
	return identity
}

func TestVerify_UnreachableIssuerIsUnavailable(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.away.Store(true)
	issuer := p.issuer(time.Now)
	for range 3 {
		_, err := issuer.Verify(t.Context(), p.token("one", map[string]any{"iss": p.URL}))
		require.Equal(t, apperr.Unavailable, apperr.CodeOf(err))
	}
	require.Empty(t, issuer.EndSession(t.Context(), "http://orgmap.example/"), "signing out works without the issuer")
}

func TestVerify_UnknownKeyIDsDoNotFloodTheIssuer(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	issuer := p.issuer(time.Now)
	for _, keyID := range []string{"a", "b", "c", "d", "e", "f"} {
		_, err := issuer.Verify(t.Context(), p.token(keyID, map[string]any{"iss": p.URL, "aud": "orgmap"}))
		require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
	}
	require.LessOrEqual(t, p.asked.Load(), int64(2))
}

func TestEndSession_ReturnsTheIssuersURLOrNone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		endpoint any
		want     string
	}{
		"none":                      {nil, ""},
		"an invalid URL":            {"::", ""},
		"a path":                    {"/logout", ""},
		"a javascript URL":          {"javascript:alert(1)", ""},
		"an https URL":              {"https://login.example.com/end", "https://login.example.com/end?client_id=orgmap&post_logout_redirect_uri=https%3A%2F%2Forgmap.example%2F"},
		"an https URL with a query": {"https://login.example.com/end?p=a", "https://login.example.com/end?client_id=orgmap&p=a&post_logout_redirect_uri=https%3A%2F%2Forgmap.example%2F"},
		"a number":                  {7, ""},
		"an http URL":               {"http://127.0.0.1:1/end", "http://127.0.0.1:1/end?client_id=orgmap&post_logout_redirect_uri=https%3A%2F%2Forgmap.example%2F"}, // as the issuer's own
	} {
		p := newProvider(t)
		p.metadata["end_session_endpoint"] = test.endpoint
		require.Equal(t, test.want, p.issuer(time.Now).EndSession(t.Context(), "https://orgmap.example/"), name)
	}
}

func TestVerify_RefusesClaimsOfTheWrongTypeOrOutOfBounds(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	issuer := p.issuer(func() time.Time { return now })
	claims := func(changed map[string]any) string {
		all := map[string]any{
			"iss": p.URL, "aud": "orgmap", "sub": "ada", "account": id.Format(id.Account, id.New()), "role": "viewer",
			"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		}
		for name, value := range changed {
			if all[name] = value; value == absent {
				delete(all, name)
			}
		}
		return p.token("one", all)
	}
	later := now.Add(time.Hour).Unix()
	for name, changed := range map[string]map[string]any{
		"nbf as a string":                {"nbf": "9999999999"},
		"nbf as a string in the past":    {"nbf": "1"},
		"nbf null":                       {"nbf": nil},
		"nbf as a list":                  {"nbf": []any{1}},
		"nbf true":                       {"nbf": true},
		"nbf out of range":               {"nbf": 1e300},
		"exp as a string":                {"exp": strconv.FormatInt(later, 10)},
		"exp null":                       {"exp": nil},
		"exp false":                      {"exp": false},
		"exp out of range":               {"exp": 1e300},
		"no exp":                         {"exp": absent},
		"iat as a string":                {"iat": strconv.FormatInt(now.Unix(), 10)},
		"iat null":                       {"iat": nil},
		"no iat":                         {"iat": absent},
		"iat out of range":               {"iat": -1e18},
		"iat negative":                   {"iat": -1},
		"a lifetime of a hundred years":  {"exp": now.AddDate(100, 0, 0).Unix()},
		"a lifetime one second too long": {"exp": now.Add(24*time.Hour + time.Second).Unix()},
		"several audiences and no azp":   {"aud": []string{"orgmap", "other"}},
		"several audiences, azp of another client": {"aud": []string{"orgmap", "other"}, "azp": "other"},
		"several audiences, azp as a list":         {"aud": []string{"orgmap", "other"}, "azp": []string{"orgmap"}},
		"a subject with a NUL":                     {"sub": "a\x00b"},
		"a subject that is a NUL":                  {"sub": "\x00"},
		"a subject with a control character":       {"sub": "a\u0085b"},
		"a subject that is too long":               {"sub": strings.Repeat("a", 256)},
		"a subject that is much too long":          {"sub": strings.Repeat("a", 10_000)},
		"a subject that is not a string":           {"sub": 7},
		"an account with a NUL":                    {"account": "acct_\x00"},
		"an account that is much too long":         {"account": "acct_" + strings.Repeat("a", 10_000)},
		"an account that is not a string":          {"account": []string{id.Format(id.Account, id.New())}},
		"a role that is not a string":              {"role": 3},
		"a role with a NUL":                        {"role": "admin\x00"},
	} {
		_, err := issuer.Verify(t.Context(), claims(changed))
		require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err), "%s: %v", name, err)
	}
	for name, changed := range map[string]map[string]any{
		"nbf now":                              {"nbf": now.Unix()},
		"times with a fraction":                {"iat": float64(now.Unix()) + 0.25, "exp": float64(later) + 0.75, "nbf": float64(now.Unix()) + 0.5},
		"the longest lifetime":                 {"exp": now.Add(24 * time.Hour).Unix()},
		"several audiences, azp of our client": {"aud": []string{"orgmap", "other"}, "azp": "orgmap"},
		"one audience in a list":               {"aud": []string{"orgmap"}},
		"a subject of the maximum length":      {"sub": strings.Repeat("ä", 255)},
		"names that are not strings":           {"name": 7, "preferred_username": []string{}, "email": nil},
		"a name with a NUL, and too long":      {"name": "\x00" + strings.Repeat("a", 10_000)},
	} {
		_, err := issuer.Verify(t.Context(), claims(changed))
		require.NoError(t, err, name)
	}
}

// absent removes a claim from a token.
const absent = "(absent)"

// newSilent returns an issuer that accepts connections but never responds; started receives a value
// for each connection.
func newSilent(t *testing.T) (issuer *oidc.Issuer, started chan struct{}) {
	t.Helper()
	release := make(chan struct{})
	started = make(chan struct{}, 100)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		started <- struct{}{}
		<-release
	}))
	t.Cleanup(func() {
		close(release)
		server.Close()
	})
	return oidc.New(oidc.Options{Issuer: server.URL, ClientID: "orgmap", AccountClaim: "account", RoleClaim: "role", Clock: time.Now}), started
}

func TestDiscovery_ASilentIssuerDoesNotOutlastCallersContexts(t *testing.T) {
	t.Parallel()
	issuer, started := newSilent(t)
	waiting, leave := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			_, err := issuer.Verify(waiting, "a.b.c")
			_, _, beginErr := issuer.Begin(waiting, "http://orgmap.example/auth/callback")
			if !errors.Is(err, context.Canceled) || !errors.Is(beginErr, context.Canceled) {
				t.Error(err, beginErr)
			}
		})
	}
	<-started
	require.Empty(t, issuer.EndSession(t.Context(), "http://orgmap.example/"), "sign-out returns although the issuer never answers")
	leave()
	group.Wait() // although the issuer never responds
	require.Empty(t, started, "all callers share one attempt")
}

func TestDiscovery_FailureIsCachedBriefly(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.away.Store(true)
	issuer := p.issuer(time.Now)
	for range 10 {
		_, _, err := issuer.Begin(t.Context(), "http://orgmap.example/auth/callback")
		require.Equal(t, apperr.Unavailable, apperr.CodeOf(err))
	}
	require.EqualValues(t, 1, p.discoveries.Load())
}

package oidc_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
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

// provider is what an issuer is asked for: its metadata, with what a test adds, and its keys.
type provider struct {
	*httptest.Server
	t        *testing.T
	key      *rsa.PrivateKey
	metadata map[string]any
	away     atomic.Bool
	asked    atomic.Int64 // for its keys
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	p := &provider{t: t, key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
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

// issuer trusts the provider, with a clock of the test's.
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

func TestVerify_HoldsToTheSecondOfItsLeeway(t *testing.T) {
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

func withUTC(identity auth.Identity) auth.Identity {
	identity.IssuedAt = identity.IssuedAt.UTC()
	return identity
}

func TestVerify_AnIssuerThatIsAwayIsNotTheTokensFault(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.away.Store(true)
	issuer := p.issuer(time.Now)
	for range 3 {
		_, err := issuer.Verify(t.Context(), p.token("one", map[string]any{"iss": p.URL}))
		require.Equal(t, apperr.Unavailable, apperr.CodeOf(err))
	}
	require.Empty(t, issuer.EndSession("http://orgmap.example/"), "signing out does not need it")
}

func TestVerify_ForgedKeyIDsDoNotFloodTheIssuer(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	issuer := p.issuer(time.Now)
	for _, keyID := range []string{"a", "b", "c", "d", "e", "f"} {
		_, err := issuer.Verify(t.Context(), p.token(keyID, map[string]any{"iss": p.URL, "aud": "orgmap"}))
		require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
	}
	require.LessOrEqual(t, p.asked.Load(), int64(2))
}

func TestEndSession_IsAPlaceOfTheIssuersOrNone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		endpoint any
		want     string
	}{
		"none":          {nil, ""},
		"nonsense":      {"::", ""},
		"a path":        {"/logout", ""},
		"no web page":   {"javascript:alert(1)", ""},
		"as it is":      {"https://login.example.com/end", "https://login.example.com/end?client_id=orgmap&post_logout_redirect_uri=https%3A%2F%2Forgmap.example%2F"},
		"with a query":  {"https://login.example.com/end?p=a", "https://login.example.com/end?client_id=orgmap&p=a&post_logout_redirect_uri=https%3A%2F%2Forgmap.example%2F"},
		"no text":       {7, ""},
		"of plain http": {"http://127.0.0.1:1/end", "http://127.0.0.1:1/end?client_id=orgmap&post_logout_redirect_uri=https%3A%2F%2Forgmap.example%2F"}, // as the issuer's own
	} {
		p := newProvider(t)
		p.metadata["end_session_endpoint"] = test.endpoint
		require.Equal(t, test.want, p.issuer(time.Now).EndSession("https://orgmap.example/"), name)
	}
}

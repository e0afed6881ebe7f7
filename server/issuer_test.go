package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/id"
)

const (
	oidcClient = "orgmap-client"
	oidcSecret = "orgmap-client-secret/with+signs"
)

// issuer is an OpenID Connect provider as in the specifications, with one person signed in to it: discovery, keys, the
// code flow with PKCE, and client authentication. Tests decide what its tokens contain.
type issuer struct {
	t   *testing.T
	url string
	rsa *rsa.PrivateKey
	ec  *ecdsa.PrivateKey

	exchanges atomic.Int64 // exchanges of codes for tokens

	mutex  sync.Mutex        // protects the fields below
	claims object            // claims of the person, in addition to those of the protocol
	codes  map[string]object // what each code was issued for
	forged string            // replaces the right nonce
	keysAt int               // how often the keys were fetched
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	one := &issuer{t: t, codes: map[string]object{}}
	var err error
	one.rsa, err = rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	one.ec, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", one.discovery)
	mux.HandleFunc("GET /keys", one.keys)
	mux.HandleFunc("GET /authorize", one.authorize)
	mux.HandleFunc("POST /token", one.token)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	one.url = server.URL
	return one
}

func answerJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

func (i *issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	answerJSON(w, http.StatusOK, object{
		"issuer": i.url, "authorization_endpoint": i.url + "/authorize", "token_endpoint": i.url + "/token", "jwks_uri": i.url + "/keys", "end_session_endpoint": i.url + "/logout?ui=en",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256", "ES256", "none", "HS256"}, "code_challenge_methods_supported": []string{"S256"},
	})
}

func (i *issuer) keys(w http.ResponseWriter, _ *http.Request) {
	i.mutex.Lock()
	i.keysAt++
	i.mutex.Unlock()
	answerJSON(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: &i.rsa.PublicKey, KeyID: "rsa", Algorithm: "RS256", Use: "sig"}, {Key: &i.ec.PublicKey, KeyID: "ec", Algorithm: "ES256", Use: "sig"},
	}})
}

func (i *issuer) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if query.Get("response_type") != "code" || query.Get("client_id") != oidcClient || query.Get("code_challenge_method") != "S256" ||
		query.Get("code_challenge") == "" || query.Get("state") == "" || query.Get("nonce") == "" {
		http.Error(w, "not as the specification wants it", http.StatusBadRequest)
		return
	}
	code := rand.Text()
	i.mutex.Lock()
	i.codes[code] = object{"redirect": query.Get("redirect_uri"), "challenge": query.Get("code_challenge"), "nonce": query.Get("nonce")}
	i.mutex.Unlock()
	http.Redirect(w, r, query.Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {query.Get("state")}}.Encode(), http.StatusFound)
}

func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	i.exchanges.Add(1)
	client, secret, basic := r.BasicAuth()
	if basic { // both are form-encoded before they are joined: RFC 6749, 2.3.1
		client, _ = url.QueryUnescape(client)
		secret, _ = url.QueryUnescape(secret)
	} else {
		client, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	if client != oidcClient || secret != oidcSecret {
		answerJSON(w, http.StatusUnauthorized, object{"error": "invalid_client"})
		return
	}
	i.mutex.Lock()
	issued, known := i.codes[r.PostFormValue("code")]
	delete(i.codes, r.PostFormValue("code"))
	nonce := i.forged
	i.mutex.Unlock()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !known || r.PostFormValue("grant_type") != "authorization_code" || issued["redirect"] != r.PostFormValue("redirect_uri") ||
		issued["challenge"] != base64.RawURLEncoding.EncodeToString(sum[:]) {
		answerJSON(w, http.StatusBadRequest, object{"error": "invalid_grant"})
		return
	}
	if nonce == "" {
		nonce, _ = issued["nonce"].(string)
	}
	answerJSON(w, http.StatusOK, object{"access_token": rand.Text(), "token_type": "Bearer", "expires_in": 300, "id_token": i.sign(object{"nonce": nonce})})
}

// person sets who is signed in to the issuer.
func (i *issuer) person(account uuid.UUID, subject, role string) {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	i.claims = object{"sub": subject, "name": "Ada " + subject, "orgmap_account": id.Format(id.Account, account), "orgmap_role": role}
}

// all returns the claims of a token for the person, with changes. A nil value removes a claim.
func (i *issuer) all(changed object) object {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	now := time.Now()
	claims := object{"iss": i.url, "aud": oidcClient, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix()}
	for _, more := range []object{i.claims, changed} {
		for name, value := range more {
			if claims[name] = value; value == nil {
				delete(claims, name)
			}
		}
	}
	return claims
}

func (i *issuer) sign(changed object) string {
	return i.signWith(jose.RS256, jose.JSONWebKey{Key: i.rsa, KeyID: "rsa"}, changed)
}

func (i *issuer) signWith(algorithm jose.SignatureAlgorithm, key any, changed object) string {
	i.t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	require.NoError(i.t, err)
	payload, err := json.Marshal(i.all(changed))
	require.NoError(i.t, err)
	signed, err := signer.Sign(payload)
	require.NoError(i.t, err)
	text, err := signed.CompactSerialize()
	require.NoError(i.t, err)
	return text
}

// unsigned returns a token with the given header and no signature.
func (i *issuer) unsigned(header object) string {
	encode := func(value object) string {
		text, _ := json.Marshal(value)
		return base64.RawURLEncoding.EncodeToString(text)
	}
	return encode(header) + "." + encode(i.all(nil)) + "."
}

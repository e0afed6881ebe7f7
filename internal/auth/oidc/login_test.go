package oidc_test

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth/oidc"
	"github.com/orgmap/orgmap/internal/id"
)

func TestCheck_RequiresTheStateOfItsAttempt(t *testing.T) {
	t.Parallel()
	attempt := oidc.Attempt{State: rand.Text()}
	require.NoError(t, attempt.Check(attempt.State, "code"))
	for _, state := range []string{"", rand.Text(), attempt.State + "x"} { // the second is as long as the correct one
		require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(attempt.Check(state, "code")), state)
	}
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(attempt.Check(attempt.State, "")))
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(oidc.Attempt{}.Check("", "code")))
}

func TestFinish_RefusesTheTokenOfAnotherSignIn(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	claims := map[string]any{
		"iss": p.URL, "aud": "orgmap", "sub": "ada", "account": id.Format(id.Account, id.New()), "role": "EDITOR",
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix(),
	}
	p.mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		claims["nonce"] = r.FormValue("code")
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "none", "token_type": "Bearer", "id_token": p.token("one", claims)})
	})
	issuer := p.issuer(time.Now)
	_, attempt, err := issuer.Begin(t.Context(), "http://orgmap.example/callback")
	require.NoError(t, err)
	identity, err := issuer.Finish(t.Context(), "http://orgmap.example/callback", attempt, attempt.Nonce)
	require.NoError(t, err)
	require.Equal(t, "ada", identity.Subject)
	for _, nonce := range []string{rand.Text(), "", attempt.Nonce + "x"} { // the first is as long as the correct one
		_, err := issuer.Finish(t.Context(), "http://orgmap.example/callback", attempt, nonce)
		require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err), nonce)
	}
}

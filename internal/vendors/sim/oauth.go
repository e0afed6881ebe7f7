package sim

import (
	"net/http"
	"strings"

	"github.com/orgmap/orgmap/internal/vendors"
)

const oauthTokenLife = 60 * 60 // seconds: the usual life

// clientCredentials answers a client that signs in as itself, its ID and secret in the form.
func clientCredentials(s *Server, w http.ResponseWriter, r *http.Request, right vendors.Credentials) {
	switch {
	case r.PostFormValue("grant_type") != "client_credentials":
		sendJSON(w, http.StatusBadRequest, "application/json", map[string]any{"error": "unsupported_grant_type"})
	case r.PostFormValue("client_id") != right["client_id"] || r.PostFormValue("client_secret") != right["client_secret"]:
		sendJSON(w, http.StatusUnauthorized, "application/json", map[string]any{"error": "invalid_client"})
	default:
		sendJSON(w, http.StatusOK, "application/json", map[string]any{
			"access_token": s.newToken(), "token_type": "Bearer", "expires_in": oauthTokenLife, "scope": r.PostFormValue("scope"),
		})
	}
}

// bearsToken reports whether a request brings a token that is still good.
func (s *Server) bearsToken(r *http.Request) bool {
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return found && s.hasToken(token)
}

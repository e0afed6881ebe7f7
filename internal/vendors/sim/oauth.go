package sim

import (
	"net/http"
	"strings"

	"github.com/orgmap/orgmap/internal/vendors"
)

const oauthTokenLife = 60 * 60 // seconds: the usual life

// clientCredentials serves a client credentials grant with the client's ID and secret in the form.
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

// bearsToken reports whether a request has a valid token.
func (s *Server) bearsToken(r *http.Request) bool {
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return found && s.hasToken(token)
}

package call

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
)

// FetchToken requests a token from an OAuth 2 token endpoint. The Client's Authorizer adds the
// client credentials, if any.
func (c *Client) FetchToken(ctx context.Context, path string, query, form url.Values) (Token, error) {
	var response struct {
		AccessToken Text   `json:"access_token"`
		ExpiresIn   Number `json:"expires_in"` // seconds
	}
	if _, err := c.Do(ctx, Request{Path: path, Query: query, Form: form}, &response); err != nil {
		return Token{}, err
	}
	return c.newToken(response.AccessToken, lifetime(response.ExpiresIn.Value))
}

// newToken rejects a token that cannot be sent in a header.
func (c *Client) newToken(value Text, life time.Duration) (Token, error) {
	if value == "" || strings.ContainsFunc(string(value), func(r rune) bool { return r <= ' ' || r > '~' }) {
		return Token{}, c.Garbled("no usable access token in the answer")
	}
	return Token{Value: string(value), Life: life}, nil
}

// lifetime converts seconds to a duration of at most a day: longer-lived tokens are renewed after a
// day.
func lifetime(seconds float64) time.Duration {
	const longest = 24 * time.Hour
	return time.Duration(min(max(seconds, 0), longest.Seconds()) * float64(time.Second))
}

// ClientCredentials returns the form of the client credentials grant, with the credentials in the
// form.
func ClientCredentials(id, secret, scope string) url.Values {
	return url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}, "scope": {scope}}
}

// ClassifyToken is a Config.Classify for token endpoints: OAuth 2 rejects credentials with 400,
// like other mistakes.
func ClassifyToken(reply Reply) (vendors.Class, time.Duration) {
	if reply.Status != http.StatusBadRequest {
		return "", 0
	}
	var refusal struct {
		Error Text `json:"error"`
	}
	if json.Unmarshal(reply.Body, &refusal) != nil {
		return "", 0
	}
	switch refusal.Error {
	case "invalid_grant", "invalid_client", "unauthorized_client", "access_denied":
		return vendors.CredentialsRejected, 0
	default:
		return "", 0
	}
}

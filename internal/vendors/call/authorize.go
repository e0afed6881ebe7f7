package call

import (
	"context"
	"net/http"
	"time"
)

// Authorizer puts credentials on requests.
type Authorizer interface {
	// Authorize puts them on a request, and gives the part that must not show in an error.
	Authorize(ctx context.Context, request *http.Request) (secret string, err error)
	// Renew is told that the vendor did not accept them, and reports whether new ones may do better.
	Renew(secret string) bool
}

// Header authorizes with a fixed value in a header.
func Header(name, value string) Authorizer { return header{name, value} }

type header struct{ name, value string }

func (h header) Authorize(_ context.Context, request *http.Request) (string, error) {
	request.Header.Set(h.name, h.value)
	return h.value, nil
}

func (h header) Renew(string) bool { return false }

// Basic authorizes with a user name and a password.
func Basic(user, password string) Authorizer { return basic{user, password} }

type basic struct{ user, password string }

func (b basic) Authorize(_ context.Context, request *http.Request) (string, error) {
	request.SetBasicAuth(b.user, b.password)
	return request.Header.Get("Authorization")[len("Basic "):], nil
}

func (b basic) Renew(string) bool { return false }

// Token is what a vendor gives for credentials, for a while.
type Token struct {
	Value string
	Life  time.Duration // 0: not said
}

// tokenMargin is taken off a token's life, so that none runs out on its way.
const tokenMargin = 30 * time.Second

// Bearer authorizes with a token that it fetches when it has none, keeps while it lives, and drops when it is refused.
func Bearer(fetch func(context.Context) (Token, error)) Authorizer {
	return &bearer{fetch: fetch, token: newKept[string]()}
}

type bearer struct {
	fetch func(context.Context) (Token, error)
	token *kept[string]
}

func (b *bearer) Authorize(ctx context.Context, request *http.Request) (string, error) {
	value, err := b.token.get(ctx, func(ctx context.Context) (string, time.Duration, error) {
		token, err := b.fetch(ctx)
		if token.Life <= 2*tokenMargin {
			return token.Value, 0, err
		}
		return token.Value, token.Life - tokenMargin, err
	})
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+value)
	return value, nil
}

func (b *bearer) Renew(refused string) bool {
	b.token.drop(refused)
	return true
}

package call

import (
	"context"
	"net/http"
	"time"
)

// Authorizer adds credentials to requests.
type Authorizer interface {
	// Authorize adds credentials to a request and returns the part that must not appear in an error.
	Authorize(ctx context.Context, request *http.Request) (secret string, err error)
	// Renew discards credentials that the vendor rejected and reports whether new ones may work.
	Renew(secret string) bool
}

// Header returns an Authorizer that sends a fixed value in a header.
func Header(name, value string) Authorizer { return header{name, value} }

type header struct{ name, value string }

func (h header) Authorize(_ context.Context, request *http.Request) (string, error) {
	request.Header.Set(h.name, h.value)
	return h.value, nil
}

func (h header) Renew(string) bool { return false }

// Basic returns an Authorizer that sends a user name and a password.
func Basic(user, password string) Authorizer { return basic{user, password} }

type basic struct{ user, password string }

func (b basic) Authorize(_ context.Context, request *http.Request) (string, error) {
	request.SetBasicAuth(b.user, b.password)
	return request.Header.Get("Authorization")[len("Basic "):], nil
}

func (b basic) Renew(string) bool { return false }

// Token is a short-lived token that a vendor issues for credentials.
type Token struct {
	Value string
	Life  time.Duration // 0: not given
}

// tokenMargin is subtracted from a token's life so that no token expires on its way.
const tokenMargin = 30 * time.Second

// Bearer returns an Authorizer that fetches a token when it has none, keeps it while it is valid,
// and drops it if it is rejected.
func Bearer(fetch func(context.Context) (Token, error)) Authorizer {
	return &bearer{fetch: fetch, token: newSharedValue[string]()}
}

type bearer struct {
	fetch func(context.Context) (Token, error)
	token *sharedValue[string]
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

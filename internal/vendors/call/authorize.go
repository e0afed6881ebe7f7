package call

import (
	"context"
	"net/http"
	"sync"
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
	return &bearer{fetch: fetch, fetching: make(chan struct{}, 1)}
}

type bearer struct {
	fetch    func(context.Context) (Token, error)
	fetching chan struct{} // held by the one who fetches: a lock that a context can stop waiting for

	mu      sync.Mutex // guards value and expires
	value   string
	expires time.Time // zero: not known
}

func (b *bearer) Authorize(ctx context.Context, request *http.Request) (string, error) {
	value, err := b.token(ctx)
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+value)
	return value, nil
}

func (b *bearer) Renew(refused string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	// Another caller may have renewed it already: then that one is tried.
	if b.value == refused {
		b.value = ""
	}
	return true
}

func (b *bearer) token(ctx context.Context) (string, error) {
	if value := b.current(); value != "" {
		return value, nil
	}
	select {
	case b.fetching <- struct{}{}:
		defer func() { <-b.fetching }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if value := b.current(); value != "" {
		return value, nil
	}
	token, err := b.fetch(ctx)
	if err != nil {
		return "", err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.value, b.expires = token.Value, time.Time{}
	if token.Life > 2*tokenMargin {
		b.expires = time.Now().Add(token.Life - tokenMargin)
	}
	return token.Value, nil
}

func (b *bearer) current() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.expires.IsZero() && time.Now().After(b.expires) {
		b.value = ""
	}
	return b.value
}

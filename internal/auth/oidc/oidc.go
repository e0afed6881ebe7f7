// Package oidc trusts one OpenID Connect issuer: it verifies the issuer's tokens and signs people
// in with it.
package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/id"
)

// Options names the trusted issuer and says how to read its claims.
type Options struct {
	Issuer       string // the iss claim of its tokens
	ClientID     string // the required audience of its tokens
	ClientSecret string // empty for a public client
	AccountClaim string // the claim with the id of the person's account
	RoleClaim    string // the claim with a role's name or a list of names; the highest role counts
	Clock        clock.Clock
}

const (
	// leeway is the accepted difference between the issuer's clock and ours.
	leeway = 30 * time.Second
	// longestLife is the longest accepted lifetime of a token.
	longestLife = 24 * time.Hour
	// timeout limits a call to the issuer.
	timeout = 10 * time.Second
	// pace is the time between two fetches of the issuer's keys, and after a failed discovery: tokens
	// with unknown key ids, which anyone can send, must not make us flood the issuer.
	pace = 5 * time.Second
)

// algorithms returns the algorithms with which only the issuer can sign. Without this list a token
// could choose "none", or be signed with the public key as an HMAC secret.
func algorithms() []string {
	return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}
}

// Issuer is the trusted issuer.
type Issuer struct {
	options Options
	client  *http.Client

	mutex     sync.Mutex // guards the fields below
	provider  *oidc.Provider
	discovery *discovery // in progress; nil: none
	failed    *discovery // the last one, if it failed; nil: it did not
}

// discovery is one attempt to fetch the issuer's metadata, shared by all callers that need it.
type discovery struct {
	done     chan struct{} // closed when the other fields are set
	provider *oidc.Provider
	err      error
	ended    time.Time
}

// New returns an Issuer. It calls the issuer only when needed, so a server can start while the
// issuer is down.
func New(options Options) *Issuer {
	return &Issuer{options: options, client: &http.Client{
		Timeout:       timeout,
		Transport:     &pacedTransport{next: http.DefaultTransport, last: map[string]time.Time{}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

var (
	errToken       = apperr.New(apperr.Unauthenticated, "This token is invalid, expired, or issued for another application.")
	errClaims      = apperr.New(apperr.Unauthenticated, "Your sign-in has no account or role for Orgmap. Ask your administrator for access.")
	errSubject     = apperr.New(apperr.Unauthenticated, "Your sign-in contains an identifier that Orgmap cannot store. Ask your administrator for access.")
	errUnavailable = apperr.New(apperr.Unavailable, "The sign-in service is not responding. Try again in a moment.")
)

// discovered returns the issuer's metadata. It fetches the metadata once, in the background:
// callers wait for it until their own context ends, and after a failure it is not fetched again for
// the time of pace.
func (i *Issuer) discovered(ctx context.Context) (*oidc.Provider, error) {
	provider, asked := i.discover()
	if provider != nil {
		return provider, nil
	}
	select {
	case <-asked.done:
		return asked.provider, asked.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// discover returns the provider, or the discovery that is running or has just failed.
func (i *Issuer) discover() (*oidc.Provider, *discovery) {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	switch {
	case i.provider != nil:
		return i.provider, nil
	case i.discovery != nil:
		return nil, i.discovery
	case i.failed != nil && time.Since(i.failed.ended) < pace:
		return nil, i.failed
	}
	i.discovery = &discovery{done: make(chan struct{})}
	go i.ask(i.discovery)
	return nil, i.discovery
}

func (i *Issuer) ask(current *discovery) {
	// The provider keeps this context for fetching keys, so it must not be a request's.
	provider, err := oidc.NewProvider(oidc.ClientContext(context.Background(), i.client), i.options.Issuer)
	i.mutex.Lock()
	defer i.mutex.Unlock()
	defer close(current.done)
	i.discovery = nil
	if err != nil {
		current.err = &apperr.Error{Code: errUnavailable.Code, Message: errUnavailable.Message, Cause: err}
		current.ended = time.Now()
		i.failed = current
		return
	}
	i.provider, current.provider, i.failed = provider, provider, nil
}

// Verify verifies a JSON Web Token and returns the identity in it. The error's code is UNAUTHENTICATED if the token is
// invalid, and UNAVAILABLE if the issuer could not be reached since the server started.
func (i *Issuer) Verify(ctx context.Context, token string) (auth.Identity, error) {
	identity, _, err := i.verify(ctx, token)
	return identity, err
}

func (i *Issuer) verify(ctx context.Context, token string) (identity auth.Identity, nonce string, err error) {
	provider, err := i.discovered(ctx)
	if err != nil {
		return auth.Identity{}, "", err
	}
	verifier := provider.Verifier(&oidc.Config{ // uses the shared keys
		ClientID: i.options.ClientID, SupportedSigningAlgs: algorithms(),
		SkipExpiryCheck: true, // go-oidc allows no leeway; inTime checks it
	})
	verified, err := verifier.Verify(ctx, token)
	if err != nil {
		return auth.Identity{}, "", &apperr.Error{Code: errToken.Code, Message: errToken.Message, Cause: err}
	}
	var claims map[string]any
	if err := verified.Claims(&claims); err != nil || !i.meant(verified.Audience, claims) {
		return auth.Identity{}, "", errToken
	}
	issued, good := i.inTime(claims)
	if !good {
		return auth.Identity{}, "", errToken
	}
	identity, err = i.read(verified, claims)
	identity.IssuedAt = issued
	return identity, verified.Nonce, err
}

// meant reports whether the token is for this client. With several audiences, the azp claim must
// name this client.
func (i *Issuer) meant(audience []string, claims map[string]any) bool {
	return len(audience) == 1 || claims["azp"] == i.options.ClientID
}

// inTime reports whether the token is valid now, and returns when it was issued. A token must have
// both iat and exp and must not live longer than longestLife.
func (i *Issuer) inTime(claims map[string]any) (issued time.Time, good bool) {
	now := i.options.Clock()
	issued, hasIssued := timeClaim(claims["iat"])
	expires, hasExpiry := timeClaim(claims["exp"])
	if !hasIssued || !hasExpiry {
		return time.Time{}, false
	}
	if claim, given := claims["nbf"]; given {
		notBefore, isTime := timeClaim(claim)
		if !isTime || now.Add(leeway).Before(notBefore) {
			return time.Time{}, false
		}
	}
	return issued, now.Add(-leeway).Before(expires) && !issued.After(now.Add(leeway)) && expires.Sub(issued) <= longestLife
}

// timeClaim reads a claim that is a time in seconds. It reports false for anything else.
func timeClaim(claim any) (time.Time, bool) {
	const year9999 = 253402300799
	seconds, isNumber := claim.(float64)
	if !isNumber || seconds < 0 || seconds > year9999 {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0), true
}

// read returns the identity in the claims.
func (i *Issuer) read(token *oidc.IDToken, claims map[string]any) (auth.Identity, error) {
	text, _ := claims[i.options.AccountClaim].(string)
	account := id.Of(id.Account, text)
	role := highestRole(claims[i.options.RoleClaim])
	if account == uuid.Nil || role == 0 || token.Subject == "" {
		return auth.Identity{}, errClaims
	}
	if !validSubject(token.Subject) {
		return auth.Identity{}, errSubject
	}
	identity := auth.Identity{Issuer: token.Issuer, Subject: token.Subject, AccountID: account, Role: role}
	for _, claim := range []string{"name", "preferred_username", "email"} {
		if identity.Name, _ = claims[claim].(string); identity.Name != "" {
			break
		}
	}
	if verified := claims["email_verified"]; verified == true || verified == "true" { // some issuers send a text
		identity.Email, _ = claims["email"].(string)
	}
	return identity, nil
}

// validSubject reports whether OpenID Connect allows a subject and it can be stored: at most 255
// characters, no control characters.
func validSubject(subject string) bool {
	const longest = 255
	return utf8.ValidString(subject) && utf8.RuneCountInString(subject) <= longest && !strings.ContainsFunc(subject, unicode.IsControl)
}

// highestRole returns the highest role that a claim names, ignoring case; 0 if it names none.
func highestRole(claim any) (highest auth.Role) {
	names, _ := claim.([]any)
	for _, name := range append(slices.Clone(names), claim) {
		text, _ := name.(string)
		if role, err := auth.ParseRole(strings.ToUpper(text)); err == nil {
			highest = max(highest, role)
		}
	}
	return highest
}

// pacedTransport limits how often each address is fetched. Posts, which are people signing in, are
// limited by the callers of Finish.
type pacedTransport struct {
	next  http.RoundTripper
	mutex sync.Mutex // protects last
	last  map[string]time.Time
}

var errPaced = errors.New("oidc: the issuer was asked just now")

func (p *pacedTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method == http.MethodGet {
		address := request.URL.String()
		p.mutex.Lock()
		early := time.Since(p.last[address]) < pace
		if !early {
			p.last[address] = time.Now() // only two addresses: discovery and keys
		}
		p.mutex.Unlock()
		if early {
			return nil, fmt.Errorf("%w: %s", errPaced, address)
		}
	}
	return p.next.RoundTrip(request)
}

// Package oidc trusts one issuer of OpenID Connect: it checks the tokens that it signs, and leads people through signing in
// with it.
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

// Options say whom to trust, and how the issuer's claims are to be read.
type Options struct {
	Issuer       string // as it names itself in its tokens
	ClientID     string // which tokens must be meant for
	ClientSecret string // empty for a public client
	AccountClaim string // the claim that holds the id of the person's account
	RoleClaim    string // the claim that holds a role's name, or a list with one or more; the highest counts
	Clock        clock.Clock
}

const (
	// leeway is how much the issuer's clock may differ from ours.
	leeway = 30 * time.Second
	// longestLife is how long a token may be good for.
	longestLife = 24 * time.Hour
	// timeout bounds a call to the issuer.
	timeout = 10 * time.Second
	// pace is how long the issuer is left alone between two fetches of its keys, and after a failed discovery: tokens with
	// unknown key ids, which anybody can send, must not make us flood it.
	pace = 5 * time.Second
)

// algorithms are those with which only the issuer can sign. Without a list a token could choose "none", or be signed with the
// public key as if it were a secret.
func algorithms() []string {
	return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}
}

// Issuer is the one that is trusted.
type Issuer struct {
	options Options
	client  *http.Client

	mutex     sync.Mutex // protects what follows
	provider  *oidc.Provider
	discovery *discovery // under way; nil: none is
	failed    *discovery // the last one that failed; nil: none did
}

// discovery is one attempt to learn what the issuer is like, which all who need that share.
type discovery struct {
	done     chan struct{} // closed when the rest is known
	provider *oidc.Provider
	err      error
	ended    time.Time
}

// New makes an issuer. It is asked nothing before it is needed: that it is away must not keep a server from starting.
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

// discovered returns what the issuer is like. It asks the issuer once, in the background: callers wait for the answer as long
// as their own context allows, and for a moment after a failure nobody asks again.
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

// discover returns the provider, or the attempt that will find it or has failed just now.
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
	// The provider keeps the context for as long as it fetches keys, so it must not be a request's.
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

// Verify checks a JSON Web Token and tells who it says its holder is. Code UNAUTHENTICATED where it is not good, UNAVAILABLE
// where the issuer has not answered since the start.
func (i *Issuer) Verify(ctx context.Context, token string) (auth.Identity, error) {
	identity, _, err := i.verify(ctx, token)
	return identity, err
}

func (i *Issuer) verify(ctx context.Context, token string) (identity auth.Identity, nonce string, err error) {
	provider, err := i.discovered(ctx)
	if err != nil {
		return auth.Identity{}, "", err
	}
	verifier := provider.Verifier(&oidc.Config{ // with the keys that all share
		ClientID: i.options.ClientID, SupportedSigningAlgs: algorithms(),
		SkipExpiryCheck: true, // it knows no leeway; inTime does
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

// meant reports whether the token is for this client. If it has several audiences, it names the one that it was made for.
func (i *Issuer) meant(audience []string, claims map[string]any) bool {
	return len(audience) == 1 || claims["azp"] == i.options.ClientID
}

// inTime reports whether now is between the token's times, and returns when it was issued. A token must say when it was issued
// and when it expires, and must not live longer than longestLife.
func (i *Issuer) inTime(claims map[string]any) (issued time.Time, good bool) {
	now := i.options.Clock()
	issued, hasIssued := moment(claims["iat"])
	expires, hasExpiry := moment(claims["exp"])
	if !hasIssued || !hasExpiry {
		return time.Time{}, false
	}
	if claim, given := claims["nbf"]; given {
		notBefore, isTime := moment(claim)
		if !isTime || now.Add(leeway).Before(notBefore) {
			return time.Time{}, false
		}
	}
	return issued, now.Add(-leeway).Before(expires) && !issued.After(now.Add(leeway)) && expires.Sub(issued) <= longestLife
}

// moment reads a claim that is a time: a number of seconds. It reports false for all else.
func moment(claim any) (time.Time, bool) {
	const year9999 = 253402300799
	seconds, isNumber := claim.(float64)
	if !isNumber || seconds < 0 || seconds > year9999 {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0), true
}

// read finds who the person is in the claims.
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
	return identity, nil
}

// validSubject reports whether a subject is one that OpenID Connect allows and that can be stored: at most 255 characters,
// none of them a control character.
func validSubject(subject string) bool {
	const longest = 255
	return utf8.ValidString(subject) && utf8.RuneCountInString(subject) <= longest && !strings.ContainsFunc(subject, unicode.IsControl)
}

// highestRole is the highest role that a claim names, in any case; 0 where it names none.
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

// pacedTransport fetches each address at most once in a while. Posts, which are sign-ins of people, are paced by who calls Finish.
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
			p.last[address] = time.Now() // discovery and keys: two addresses in all
		}
		p.mutex.Unlock()
		if early {
			return nil, fmt.Errorf("%w: %s", errPaced, address)
		}
	}
	return p.next.RoundTrip(request)
}

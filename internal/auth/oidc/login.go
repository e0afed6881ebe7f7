package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
)

// Attempt holds what a browser must bring back after signing in, to prove that it started the
// sign-in.
type Attempt struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"` // of PKCE
}

var errAttempt = apperr.New(apperr.Unauthenticated, "Sign-in failed. Try again.")

// Begin returns the address to send a browser to for signing in, and what it must bring back.
func (i *Issuer) Begin(ctx context.Context, redirect string) (address string, attempt Attempt, err error) {
	config, err := i.config(ctx, redirect)
	if err != nil {
		return "", Attempt{}, err
	}
	attempt = Attempt{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	return config.AuthCodeURL(attempt.State, oidc.Nonce(attempt.Nonce), oauth2.S256ChallengeOption(attempt.Verifier)), attempt, nil
}

// Check checks, without calling the issuer, that the browser brought back the state it left with.
// It fails with code UNAUTHENTICATED.
func (a Attempt) Check(state, code string) error {
	if a.State == "" || subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) != 1 || code == "" {
		return errAttempt
	}
	return nil
}

// Finish exchanges the code from the browser for the identity of the person. The attempt must have
// passed Check.
func (i *Issuer) Finish(ctx context.Context, redirect string, attempt Attempt, code string) (auth.Identity, error) {
	config, err := i.config(ctx, redirect)
	if err != nil {
		return auth.Identity{}, err
	}
	answer, err := config.Exchange(oidc.ClientContext(ctx, i.client), code, oauth2.VerifierOption(attempt.Verifier))
	if err != nil {
		return auth.Identity{}, &apperr.Error{Code: errAttempt.Code, Message: errAttempt.Message, Cause: err}
	}
	token, _ := answer.Extra("id_token").(string)
	identity, nonce, err := i.verify(ctx, token)
	if err == nil && subtle.ConstantTimeCompare([]byte(nonce), []byte(attempt.Nonce)) != 1 {
		err = errAttempt
	}
	if err != nil {
		return auth.Identity{}, err
	}
	return identity, nil
}

// endSessionWait is how long a sign-out waits for the issuer's discovery if that is not done yet.
const endSessionWait = time.Second

// EndSession returns the address to send a browser to after its session here has ended, so that its
// session at the issuer ends too and it comes back to the page back. It returns "" if the issuer
// has no such address or does not answer within a second: signing out must not take long. It sends
// no token, because none is stored; some issuers then ask people for confirmation.
func (i *Issuer) EndSession(ctx context.Context, back string) string {
	ctx, cancel := context.WithTimeout(ctx, endSessionWait)
	defer cancel()
	provider, err := i.discovered(ctx)
	if err != nil {
		return ""
	}
	var metadata struct {
		Address string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&metadata); err != nil {
		return ""
	}
	address, err := url.Parse(metadata.Address)
	if err != nil || address.Host == "" || address.Scheme != "https" && !strings.HasPrefix(i.options.Issuer, "http://") {
		return ""
	}
	query := address.Query()
	query.Set("client_id", i.options.ClientID)
	query.Set("post_logout_redirect_uri", back)
	address.RawQuery = query.Encode()
	return address.String()
}

func (i *Issuer) config(ctx context.Context, redirect string) (*oauth2.Config, error) {
	provider, err := i.discovered(ctx)
	if err != nil {
		return nil, err
	}
	return &oauth2.Config{
		ClientID: i.options.ClientID, ClientSecret: i.options.ClientSecret, Endpoint: provider.Endpoint(),
		RedirectURL: redirect, Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}, nil
}

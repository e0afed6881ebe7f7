package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/bearer"
)

// signInSecret is what a page signs in with: the code of a sign-in link, or a token.
type signInSecret struct {
	Code  string `json:"code"`
	Token string `json:"token"`
}

// readSecret reads the secret that a page signs in with. It accepts only JSON, which a form on another site cannot
// send.
func readSecret(w http.ResponseWriter, r *http.Request) (secret signInSecret, err error) {
	if !isJSON(r) {
		return secret, apperr.New(apperr.Forbidden, "Sign in from Orgmap's own pages, with JSON.")
	}
	err = json.NewDecoder(http.MaxBytesReader(w, r.Body, maxSessionBody)).Decode(&secret)
	secret.Code, secret.Token = strings.TrimSpace(secret.Code), strings.TrimSpace(secret.Token)
	if err != nil || (secret.Code == "") == (secret.Token == "") {
		return secret, apperr.New(apperr.Unauthenticated, "Send {\"code\": \"...\"} or {\"token\": \"...\"}.")
	}
	return secret, nil
}

// holderOf returns the holder of a secret without using up a code.
func (a *App) holderOf(ctx context.Context, secret signInSecret) (auth.Actor, error) {
	if secret.Code != "" {
		return a.sessions.CodeHolder(ctx, secret.Code)
	}
	if strings.HasPrefix(secret.Token, bearer.SessionPrefix) {
		return auth.Actor{}, apperr.New(apperr.Unauthenticated, "This is a session. Sign in with a token.")
	}
	holder, err := a.holders.Holder(ctx, secret.Token)
	return holder.Actor, err
}

// openSession opens a session for the holder of the secret. It uses up a code.
func (a *App) openSession(ctx context.Context, secret signInSecret) (string, error) {
	if secret.Code != "" {
		return a.sessions.Redeem(ctx, secret.Code)
	}
	holder, err := a.holderOf(ctx, secret)
	if err != nil {
		return "", err
	}
	return a.sessions.OpenForToken(ctx, holder)
}

// signInPreview says who the secret would sign in, and who is signed in now.
type signInPreview struct {
	holderView

	Current *currentHolder `json:"current"`
}

type currentHolder struct {
	holderView

	Same bool `json:"same"` // the secret signs in the same holder in the same account
}

type holderView struct {
	Account string `json:"account"`
	Name    string `json:"name"`
	Role    string `json:"role"`
}

// previewSignIn tells a page what signing in with a secret would do, so that the page can ask first. It changes
// nothing.
func (a *App) previewSignIn(w http.ResponseWriter, r *http.Request) {
	previewed, err := a.preview(w, r)
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(previewed)
}

func (a *App) preview(w http.ResponseWriter, r *http.Request) (previewed signInPreview, err error) {
	secret, err := readSecret(w, r)
	if err != nil {
		return previewed, err
	}
	holder, err := a.holderOf(r.Context(), secret)
	if err != nil {
		return previewed, err
	}
	if previewed.holderView, err = a.viewHolder(r.Context(), holder); err != nil {
		return previewed, err
	}
	current, signedIn, err := a.signedInAs(r)
	if err != nil || !signedIn {
		return previewed, err
	}
	view, err := a.viewHolder(r.Context(), current)
	previewed.Current = &currentHolder{holderView: view, Same: current.AccountID == holder.AccountID && current.ID == holder.ID}
	return previewed, err
}

// viewHolder returns what a page shows of a holder, including the account's name.
func (a *App) viewHolder(ctx context.Context, holder auth.Actor) (holderView, error) {
	found, err := a.resolver.Sources.Accounts.Current(auth.WithActor(ctx, holder))
	if err != nil {
		return holderView{}, err
	}
	return holderView{Account: found.Name, Name: holder.Name, Role: holder.Role.String()}, nil
}

// signedInAs returns the actor signed in in the browser, and whether there is one.
func (a *App) signedInAs(r *http.Request) (auth.Actor, bool, error) {
	header := a.bearer(r)
	if header == "" {
		return auth.Actor{}, false, nil
	}
	ctx, err := a.authenticate(r.Context(), header)
	if apperr.CodeOf(err) == apperr.Unauthenticated {
		return auth.Actor{}, false, nil
	}
	if err != nil {
		return auth.Actor{}, false, err
	}
	actor, _ := auth.ActorFrom(ctx)
	return actor, true, nil
}

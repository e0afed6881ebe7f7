package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth/oidc"
	"github.com/orgmap/orgmap/internal/auth/session"
	"github.com/orgmap/orgmap/internal/clock"
)

const (
	// loginCookie holds a sign-in attempt while the browser is at the issuer.
	loginCookie = "orgmap_login"
	// loginBound ties the sealed attempt to its purpose.
	loginBound = "sign-in attempt"
	// loginLifetime is how long a person may take to enter a password and a second factor.
	loginLifetime = session.AttemptLifetime
)

// Rate limits for sign-ins at the issuer, which locks out clients that call it too often, and for logging failed ones.
const (
	loginsAtOnce, loginsEachSecond       = 100, 10
	loginLogsAtOnce, loginLogsEachSecond = 20, 1
)

var errLoginPace = apperr.New(apperr.Unavailable, "Too many people are signing in at once. Try again in a moment.")

// login is the sealed content of loginCookie. Only servers with this keyset can create one. It works once, within
// loginLifetime.
type login struct {
	oidc.Attempt
	Return string    `json:"return"` // the page to go to afterwards
	Begun  time.Time `json:"begun"`
}

// beginLogin redirects a browser to the issuer.
func (a *App) beginLogin(w http.ResponseWriter, r *http.Request) {
	address, attempt, err := a.issuer.Begin(r.Context(), a.callback(r))
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	encoded, err := json.Marshal(login{Attempt: attempt, Return: localPage(r.URL.Query().Get("return")), Begun: clock.System()})
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	sealed, err := a.settings.sealer.Seal(encoded, loginBound)
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	a.setLogin(w, r, base64.RawURLEncoding.EncodeToString(sealed), loginLifetime)
	redirect(w, address)
}

// begunLogin returns the attempt in the browser's cookie. It returns an empty one if the cookie is missing or invalid.
func (a *App) begunLogin(r *http.Request) (begun login) {
	sealed, err := base64.RawURLEncoding.DecodeString(a.cookie(r, loginCookie))
	if err != nil {
		return login{}
	}
	encoded, err := a.settings.sealer.Open(sealed, loginBound)
	if err != nil || json.Unmarshal(encoded, &begun) != nil || clock.System().Sub(begun.Begun) > loginLifetime {
		return login{}
	}
	return begun
}

// finishLogin handles the redirect back from the issuer and opens a session.
func (a *App) finishLogin(w http.ResponseWriter, r *http.Request) {
	begun := a.begunLogin(r)
	a.setLogin(w, r, "", -time.Second)
	opened, err := a.openFromIssuer(r, begun.Attempt)
	if err != nil {
		a.logFailedLogin(r.Context(), err)
		a.refuse(w, r, err)
		return
	}
	a.replaceSession(w, r, opened, session.PersonLifetime)
	redirect(w, localPage(begun.Return))
}

// openFromIssuer asks the issuer who signed in and opens a session for that person. It does anything expensive only for
// an attempt that began here and was not used before.
func (a *App) openFromIssuer(r *http.Request, attempt oidc.Attempt) (string, error) {
	ctx, query := r.Context(), r.URL.Query()
	if err := attempt.Check(query.Get("state"), query.Get("code")); err != nil {
		return "", err
	}
	if _, wait := a.logins.Take(uuid.Nil, 1); wait > 0 {
		return "", errLoginPace
	}
	if err := a.sessions.UseAttempt(ctx, attempt.State); err != nil {
		return "", err
	}
	identity, err := a.issuer.Finish(ctx, a.callback(r), attempt, query.Get("code"))
	if err != nil {
		return "", err
	}
	actor, err := a.people.See(ctx, identity)
	if err != nil {
		return "", err
	}
	return a.sessions.OpenForPerson(ctx, actor)
}

// logFailedLogin logs a failed sign-in. It is rate limited, since anyone can cause any number of failures.
func (a *App) logFailedLogin(ctx context.Context, err error) {
	if _, wait := a.loginLogs.Take(uuid.Nil, 1); wait > 0 {
		a.loginsUnlogged.Add(1)
		return
	}
	a.logger.WarnContext(ctx, "sign-in failed", "error", err, "notLogged", a.loginsUnlogged.Swap(0))
}

// callback returns the address that the issuer redirects to. It must be registered there, so forging Host is useless.
func (a *App) callback(r *http.Request) string { return a.base(r) + "/auth/callback" }

// base returns the server's public address, without a trailing slash.
func (a *App) base(r *http.Request) string {
	if a.settings.PublicURL == "" {
		return "http://" + r.Host
	}
	return strings.TrimSuffix(a.settings.PublicURL, "/")
}

// setLogin stores the attempt. The browser must send it when the issuer redirects back, which SameSite=Strict would
// prevent.
func (a *App) setLogin(w http.ResponseWriter, r *http.Request, value string, lifetime time.Duration) {
	a.setCookie(w, r, loginCookie, value, lifetime, http.SameSiteLaxMode)
}

// localPage returns asked if it is a page of this server, else "/": a sign-in link must not lead to another site.
func localPage(asked string) string {
	if !strings.HasPrefix(asked, "/") || strings.HasPrefix(asked, "//") || strings.ContainsAny(asked, "\\\r\n\t") {
		return "/"
	}
	return asked
}

// redirect redirects without the body that http.Redirect writes, so the address never appears in HTML.
func redirect(w http.ResponseWriter, address string) {
	w.Header().Set("Location", address)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusFound)
}

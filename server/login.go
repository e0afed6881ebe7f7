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
	// loginCookie carries an attempt to sign in while the browser is at the issuer.
	loginCookie = "orgmap_login"
	// loginBound binds what is sealed in it to its use.
	loginBound = "sign-in attempt"
	// loginLifetime is how long somebody may take to enter a password and a second factor.
	loginLifetime = session.AttemptLifetime
)

// The pace of sign-ins at the issuer, which locks out clients that ask too often, and of log lines on those that fail.
const (
	loginsAtOnce, loginsEachSecond       = 100, 10
	loginLogsAtOnce, loginLogsEachSecond = 20, 1
)

var errLoginPace = apperr.New(apperr.Unavailable, "Too many people are signing in at once. Try again in a moment.")

// login is what loginCookie holds, sealed: nobody can make one but this server and its like, and each is good once and for
// loginLifetime.
type login struct {
	oidc.Attempt
	Return string    `json:"return"` // the page to go to afterwards
	Begun  time.Time `json:"begun"`
}

// beginLogin sends a browser to the issuer.
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

// begunLogin is the attempt that the browser brings back; empty if it brings none that is good.
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

// finishLogin takes a browser back from the issuer and opens a session.
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

// openFromIssuer asks the issuer who came back and opens a session for them. What costs anything is done only for an attempt
// that was begun here and not used yet.
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

// logFailedLogin logs a sign-in that failed, at a pace: strangers can make any number of them fail.
func (a *App) logFailedLogin(ctx context.Context, err error) {
	if _, wait := a.loginLogs.Take(uuid.Nil, 1); wait > 0 {
		a.loginsUnlogged.Add(1)
		return
	}
	a.logger.WarnContext(ctx, "sign-in failed", "error", err, "notLogged", a.loginsUnlogged.Swap(0))
}

// callback is where the issuer sends browsers back to. It must be told there in advance, so that a forged Host gets nowhere.
func (a *App) callback(r *http.Request) string { return a.base(r) + "/auth/callback" }

// base is the address that browsers know this server by, without a slash at the end.
func (a *App) base(r *http.Request) string {
	if a.settings.PublicURL == "" {
		return "http://" + r.Host
	}
	return strings.TrimSuffix(a.settings.PublicURL, "/")
}

// setLogin keeps the attempt. It must come along when the issuer's page leads back here, which Strict would not let it.
func (a *App) setLogin(w http.ResponseWriter, r *http.Request, value string, lifetime time.Duration) {
	a.setCookie(w, r, loginCookie, value, lifetime, http.SameSiteLaxMode)
}

// localPage is a page of this server, whatever was asked for: a link to sign in must not lead to another site.
func localPage(asked string) string {
	if !strings.HasPrefix(asked, "/") || strings.HasPrefix(asked, "//") || strings.ContainsAny(asked, "\\\r\n\t") {
		return "/"
	}
	return asked
}

// redirect answers without the page that http.Redirect adds: nothing of an address is written into HTML.
func redirect(w http.ResponseWriter, address string) {
	w.Header().Set("Location", address)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusFound)
}

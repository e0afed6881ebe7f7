package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/auth/oidc"
	"github.com/orgmap/orgmap/internal/auth/person"
)

const (
	// loginCookie carries an attempt to sign in while the browser is at the issuer.
	loginCookie = "orgmap_login"
	// loginLifetime is how long somebody may take to enter a password and a second factor.
	loginLifetime = 10 * time.Minute
)

// login is what loginCookie holds. A script cannot read it, and nobody but the browser that went away brings it back.
type login struct {
	oidc.Attempt
	Return string `json:"return"` // the page to go to afterwards
}

// beginLogin sends a browser to the issuer.
func (a *App) beginLogin(w http.ResponseWriter, r *http.Request) {
	address, attempt, err := a.issuer.Begin(r.Context(), a.callback(r))
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	encoded, err := json.Marshal(login{Attempt: attempt, Return: localPage(r.URL.Query().Get("return"))})
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	a.setLogin(w, r, base64.RawURLEncoding.EncodeToString(encoded), loginLifetime)
	redirect(w, address)
}

// finishLogin takes a browser back from the issuer and opens a session.
func (a *App) finishLogin(w http.ResponseWriter, r *http.Request) {
	var begun login
	if cookie, err := r.Cookie(loginCookie); err == nil {
		if decoded, err := base64.RawURLEncoding.DecodeString(cookie.Value); err == nil {
			_ = json.Unmarshal(decoded, &begun) // what is left empty is refused below
		}
	}
	a.setLogin(w, r, "", -time.Second)
	query := r.URL.Query()
	identity, err := a.issuer.Finish(r.Context(), a.callback(r), begun.Attempt, query.Get("state"), query.Get("code"))
	if err != nil {
		a.logger.WarnContext(r.Context(), "signing in failed", "error", err)
		a.refuse(w, r, err)
		return
	}
	actor, err := a.people.See(r.Context(), identity)
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	session, err := a.people.OpenSession(r.Context(), actor)
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	a.setSession(w, r, session, person.SessionLifetime)
	redirect(w, localPage(begun.Return))
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
	http.SetCookie(w, &http.Cookie{
		Name: loginCookie, Value: value, Path: "/auth/", MaxAge: int(lifetime.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: a.overHTTPS(r),
	})
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

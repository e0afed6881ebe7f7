package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth/bearer"
	"github.com/orgmap/orgmap/internal/auth/session"
)

// sessionCookie holds a page's session. Scripts cannot read it, and browsers do not send it with requests from other
// sites. On https its name has the prefix that keeps other hosts from setting it.
const sessionCookie = "orgmap_session"

// maxSessionBody limits the body of a sign-in: a code or token and some braces.
const maxSessionBody = 4 << 10

func (a *App) sessionRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /session", a.describeSession)
	mux.Handle("POST /session", a.paced(http.HandlerFunc(a.signIn)))
	mux.Handle("POST /session/preview", a.paced(http.HandlerFunc(a.previewSignIn)))
	mux.Handle("DELETE /session", a.paced(http.HandlerFunc(a.signOut)))
	mux.Handle("POST /auth/logout", a.paced(http.HandlerFunc(a.signOut)))
	return mux
}

// describeSession tells a page who is signed in, if anyone, and whether OpenID Connect is available.
func (a *App) describeSession(w http.ResponseWriter, r *http.Request) {
	described := map[string]any{"oidc": a.issuer != nil, "signedIn": false}
	actor, signedIn, err := a.signedInAs(r)
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	if signedIn {
		described["signedIn"], described["name"], described["role"] = true, actor.Name, actor.Role.String()
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(described)
}

// signIn exchanges the code of a sign-in link, or a token, for a session. The browser stores the session in a cookie,
// and never the token.
func (a *App) signIn(w http.ResponseWriter, r *http.Request) {
	secret, err := readSecret(w, r)
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	opened, err := a.openSession(r.Context(), secret)
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	a.replaceSession(w, r, opened, session.TokenLifetime)
	w.WriteHeader(http.StatusNoContent)
}

// signOut ends the session and deletes the cookie. If the cookie holds a token, as in earlier versions, signOut deletes
// only the cookie: programs may use the token too. If the session came from an issuer that can end its own, the
// response tells the page where to go for that.
func (a *App) signOut(w http.ResponseWriter, r *http.Request) {
	next := ""
	if text := a.cookie(r, sessionCookie); strings.HasPrefix(text, bearer.SessionPrefix) {
		ended, _, err := a.sessions.Close(r.Context(), text)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		if a.issuer != nil && ended.PersonID != uuid.Nil {
			next = a.issuer.EndSession(r.Context(), a.base(r)+"/")
		}
	}
	a.setCookie(w, r, sessionCookie, "", -time.Second, http.SameSiteStrictMode)
	w.Header().Set("Clear-Site-Data", `"storage"`) // deletes what was typed during the session
	if next == "" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(map[string]string{"next": next})
}

// replaceSession gives the browser a session and ends its previous one. If the previous session cannot be ended, it
// expires later, and the sign-in still succeeds.
func (a *App) replaceSession(w http.ResponseWriter, r *http.Request, opened string, lifetime time.Duration) {
	if before := a.cookie(r, sessionCookie); strings.HasPrefix(before, bearer.SessionPrefix) {
		_, _, _ = a.sessions.Close(r.Context(), before)
	}
	a.setCookie(w, r, sessionCookie, opened, lifetime, http.SameSiteStrictMode)
}

// bearer returns the request's credentials: its Authorization header, else the session cookie if the page may use it.
// It joins several Authorization headers into one that matches no token: a proxy in front of the server may have
// checked a different one.
func (a *App) bearer(r *http.Request) string {
	if header := strings.Join(r.Header.Values("Authorization"), ", "); header != "" {
		return header
	}
	kept := a.cookie(r, sessionCookie)
	if kept == "" || crossSite(r) {
		return ""
	}
	if r.Header.Get("Origin") != "" && !a.allowOrigin(r) {
		return ""
	}
	return "Bearer " + kept
}

func isJSON(r *http.Request) bool {
	mediaType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.EqualFold(strings.TrimSpace(mediaType), "application/json")
}

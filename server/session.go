package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/bearer"
	"github.com/orgmap/orgmap/internal/auth/session"
)

// sessionCookie carries a session for pages. Scripts cannot read it, and browsers do not send it along with requests that other
// sites make. Behind https its name has the prefix that keeps other hosts from setting it.
const sessionCookie = "orgmap_session"

// maxSessionBody bounds what is read of a sign-in: a token and some braces.
const maxSessionBody = 4 << 10

func (a *App) sessionRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /session", a.describeSession)
	mux.Handle("POST /session", a.paced(http.HandlerFunc(a.signIn)))
	mux.Handle("DELETE /session", a.paced(http.HandlerFunc(a.signOut)))
	mux.Handle("POST /auth/logout", a.paced(http.HandlerFunc(a.signOut)))
	return mux
}

// describeSession tells a page whether somebody is signed in, and how one can.
func (a *App) describeSession(w http.ResponseWriter, r *http.Request) {
	described := map[string]any{"oidc": a.issuer != nil, "signedIn": false}
	if header := a.bearer(r); header != "" {
		ctx, err := a.authenticate(r.Context(), header)
		switch code := apperr.CodeOf(err); {
		case err == nil:
			actor, _ := auth.ActorFrom(ctx)
			described["signedIn"], described["name"], described["role"] = true, actor.Name, actor.Role.String()
		case code != apperr.Unauthenticated:
			a.refuse(w, r, err)
			return
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(described)
}

// signIn trades a token for a session, which the browser keeps in a cookie: the token itself stays out of it. It takes JSON
// alone, which no other site's form can send.
func (a *App) signIn(w http.ResponseWriter, r *http.Request) {
	if !isJSON(r) {
		a.refuse(w, r, apperr.New(apperr.Forbidden, "Sign in from Orgmap's own pages, with JSON."))
		return
	}
	var body struct {
		Token string `json:"token"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxSessionBody)).Decode(&body); err != nil {
		a.refuse(w, r, apperr.New(apperr.Unauthenticated, "Send {\"token\": \"...\"}."))
		return
	}
	opened, err := a.openWithToken(r.Context(), strings.TrimSpace(body.Token))
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	a.replaceSession(w, r, opened, session.TokenLifetime)
	w.WriteHeader(http.StatusNoContent)
}

// openWithToken opens a session for whoever holds the token.
func (a *App) openWithToken(ctx context.Context, token string) (string, error) {
	if strings.HasPrefix(token, bearer.SessionPrefix) {
		return "", apperr.New(apperr.Unauthenticated, "This is a session. Sign in with a token.")
	}
	holder, err := a.holders.Holder(ctx, token)
	if err != nil {
		return "", err
	}
	return a.sessions.OpenForToken(ctx, holder.Actor)
}

// signOut ends the session and takes the cookie away. Of a token in the cookie, which earlier versions put there, only the
// cookie goes: programs may use it too. If the session was opened by an issuer that can end its own, the answer says where the
// page goes on for that.
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
	w.Header().Set("Clear-Site-Data", `"storage"`) // nothing that was typed outlives the session
	if next == "" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(map[string]string{"next": next})
}

// replaceSession gives the browser a session and ends the one that it had. That one ends by itself later if it cannot be ended
// now: a sign-in does not fail for that.
func (a *App) replaceSession(w http.ResponseWriter, r *http.Request, opened string, lifetime time.Duration) {
	if before := a.cookie(r, sessionCookie); strings.HasPrefix(before, bearer.SessionPrefix) {
		_, _, _ = a.sessions.Close(r.Context(), before)
	}
	a.setCookie(w, r, sessionCookie, opened, lifetime, http.SameSiteStrictMode)
}

// bearer is what the request authenticates with: its Authorization header, else the session cookie, where the request
// comes from a page that may use it. Several Authorization headers make one that no token matches: whatever is in front of the
// server may have looked at another of them.
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

package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/person"
)

// sessionCookie carries a token for pages. Scripts cannot read it, and browsers do not send it along with requests that
// other sites make.
const sessionCookie = "orgmap_session"

// sessionLifetime is how long a browser keeps the cookie; the token in it may end earlier.
const sessionLifetime = 30 * 24 * time.Hour

// maxSessionBody bounds what is read of a sign-in: a token and some braces.
const maxSessionBody = 4 << 10

func (a *App) sessions() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /session", a.describeSession)
	mux.HandleFunc("POST /session", a.signIn)
	mux.HandleFunc("DELETE /session", a.signOut)
	mux.HandleFunc("POST /auth/logout", a.signOut)
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

// signIn trades a token for a session cookie. It takes JSON alone, which no other site's form can send.
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
	token := strings.TrimSpace(body.Token)
	if _, err := a.tokens.Authenticate(r.Context(), token); err != nil {
		a.refuse(w, r, err)
		return
	}
	a.setSession(w, r, token, sessionLifetime)
	w.WriteHeader(http.StatusNoContent)
}

// signOut ends the session and takes the cookie away. Of a token in the cookie only the cookie goes: programs may use it too.
// Where the session was opened by an issuer that can end its own, the answer says where the page goes on for that.
func (a *App) signOut(w http.ResponseWriter, r *http.Request) {
	next := ""
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		if strings.HasPrefix(cookie.Value, person.SessionPrefix) && a.issuer != nil {
			next = a.issuer.EndSession(r.Context(), a.base(r)+"/")
		}
		if err := a.people.CloseSession(r.Context(), cookie.Value); err != nil {
			a.refuse(w, r, err)
			return
		}
	}
	a.setSession(w, r, "", -time.Second)
	if next == "" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(map[string]string{"next": next})
}

func (a *App) setSession(w http.ResponseWriter, r *http.Request, token string, lifetime time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: sessionCookie, Value: token, Path: "/", MaxAge: int(lifetime.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: a.overHTTPS(r),
	})
}

// overHTTPS tells whether the browser came by https, also where something in front of the server took that off.
func (a *App) overHTTPS(r *http.Request) bool {
	return r.TLS != nil || strings.HasPrefix(a.settings.PublicURL, "https://")
}

// bearer is what the request authenticates with: its Authorization header, else the session cookie, where the request
// comes from a page that may use it. Several Authorization headers make one that no token matches: whatever is in front of the
// server may have looked at another of them.
func (a *App) bearer(r *http.Request) string {
	if header := strings.Join(r.Header.Values("Authorization"), ", "); header != "" {
		return header
	}
	cookie, err := r.Cookie(sessionCookie)
	if err != nil || cookie.Value == "" || crossSite(r) {
		return ""
	}
	if r.Header.Get("Origin") != "" && !a.allowOrigin(r) {
		return ""
	}
	return "Bearer " + cookie.Value
}

func isJSON(r *http.Request) bool {
	mediaType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.EqualFold(strings.TrimSpace(mediaType), "application/json")
}

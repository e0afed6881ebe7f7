package main

import (
	"net/http"
	"strings"
	"time"
)

// hostPrefix on a cookie's name has browsers take it only over https, for this host alone and for all of its paths: no other
// host of the site can set one.
const hostPrefix = "__Host-"

// cookieName is the full name of a cookie of ours.
func (a *App) cookieName(r *http.Request, name string) string {
	if a.overHTTPS(r) {
		return hostPrefix + name
	}
	return name
}

// cookie is the value of a cookie of ours; "" if there is none, or several: then somebody else has set one of them.
func (a *App) cookie(r *http.Request, name string) string {
	if found := r.CookiesNamed(a.cookieName(r, name)); len(found) == 1 {
		return found[0].Value
	}
	return ""
}

// setCookie gives the browser a cookie of ours, or takes it away if its lifetime is negative.
func (a *App) setCookie(w http.ResponseWriter, r *http.Request, name, value string, lifetime time.Duration, sameSite http.SameSite) {
	http.SetCookie(w, &http.Cookie{
		Name: a.cookieName(r, name), Value: value, Path: "/", MaxAge: int(lifetime.Seconds()),
		HttpOnly: true, SameSite: sameSite, Secure: a.overHTTPS(r),
	})
}

// overHTTPS reports whether the browser came by https, also if something in front of the server took that off.
func (a *App) overHTTPS(r *http.Request) bool {
	return r.TLS != nil || strings.HasPrefix(a.settings.PublicURL, "https://")
}

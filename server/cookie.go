package main

import (
	"net/http"
	"strings"
	"time"
)

// hostPrefix in a cookie's name makes browsers accept the cookie only over https, for this host only and for all paths.
// No other host of the site can set it.
const hostPrefix = "__Host-"

// cookieName returns the full name of one of our cookies.
func (a *App) cookieName(r *http.Request, name string) string {
	if a.overHTTPS(r) {
		return hostPrefix + name
	}
	return name
}

// cookie returns the value of one of our cookies. It returns "" if there are several: then one was set by another host.
func (a *App) cookie(r *http.Request, name string) string {
	if found := r.CookiesNamed(a.cookieName(r, name)); len(found) == 1 {
		return found[0].Value
	}
	return ""
}

// setCookie sets one of our cookies, or deletes it if lifetime is negative.
func (a *App) setCookie(w http.ResponseWriter, r *http.Request, name, value string, lifetime time.Duration, sameSite http.SameSite) {
	http.SetCookie(w, &http.Cookie{
		Name: a.cookieName(r, name), Value: value, Path: "/", MaxAge: int(lifetime.Seconds()),
		HttpOnly: true, SameSite: sameSite, Secure: a.overHTTPS(r),
	})
}

// overHTTPS reports whether the browser uses https, even if a proxy in front of the server terminates TLS.
func (a *App) overHTTPS(r *http.Request) bool {
	return r.TLS != nil || strings.HasPrefix(a.settings.PublicURL, "https://")
}

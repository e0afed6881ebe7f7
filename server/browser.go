package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/orgmap/orgmap/internal/apperr"
)

// The CORS methods and headers for pages of allowed origins, beyond what every page may use.
const (
	corsMethods = "GET, POST, DELETE"
	corsHeaders = "Accept, Authorization, Content-Type, Idempotency-Key"
	corsExposed = "Retry-After, X-Request-Id"
	// corsMaxAge is how long browsers cache a preflight, in seconds: longer than most pages are open, but short enough
	// that a changed allow-list soon takes effect.
	corsMaxAge = "600"
)

// strictTransport is one year. Only servers on https may send it.
const strictTransport = "max-age=31536000"

// privately is the Cache-Control value that keeps shared caches from storing a response.
const privately = "private, no-store"

// secured adds security headers to every response. The handler of the pages adds its own.
func (a *App) secured(next http.Handler) http.Handler {
	careful := http.Header{}
	careful.Set("X-Content-Type-Options", "nosniff")
	careful.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	careful.Set("Referrer-Policy", "no-referrer")
	careful.Set("Cross-Origin-Resource-Policy", "same-origin")
	if strings.HasPrefix(a.settings.PublicURL, "https://") {
		careful.Set("Strict-Transport-Security", strictTransport)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), careful) // shared: handlers must replace a value, not append to it
		next.ServeHTTP(w, r)
	})
}

// ownOrigin refuses requests from pages of foreign origins that could change something, on every route. Browsers send
// the Origin of every request except GET and HEAD; GET, HEAD and OPTIONS change nothing here.
func (a *App) ownOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodOptions:
		default:
			foreign := r.Header.Get("Origin") != "" || crossSite(r) || r.Header.Get("Sec-Fetch-Site") == "same-site"
			if foreign && !a.allowOrigin(r) {
				w.Header().Add("Vary", "Origin")
				a.refuse(w, r, errForeignOrigin)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// shared opens the API to pages of allowed origins only: CORS headers are sent only to them, preflights of other
// origins are refused, and so are requests that the browser marks as cross-site.
func (a *App) shared(next http.Handler) http.Handler {
	// Caches must not give one caller's response to another. Pages of listed origins use CORS, which the resource
	// policy that secured sets does not affect.
	private := http.Header{}
	private.Set("Cache-Control", privately)
	private.Set("Vary", "Origin, Authorization, Cookie")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		maps.Copy(header, private) // shared values, as in secured
		allowed, listed := a.allowOrigin(r), a.listedOrigin(r)
		if listed != "" {
			header.Set("Access-Control-Allow-Origin", listed)
			header.Set("Access-Control-Allow-Credentials", "true") // for same-site pages, which the cookie reaches
			header.Set("Access-Control-Expose-Headers", corsExposed)
		}
		switch {
		case r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "":
			if !allowed {
				a.refuse(w, r, errForeignOrigin)
				return
			}
			header.Add("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers")
			header.Set("Access-Control-Allow-Methods", corsMethods)
			header.Set("Access-Control-Allow-Headers", corsHeaders)
			header.Set("Access-Control-Max-Age", corsMaxAge)
			w.WriteHeader(http.StatusNoContent)
		case crossSite(r) && !allowed:
			a.refuse(w, r, errForeignOrigin)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

var errForeignOrigin = apperr.New(apperr.Forbidden, "Pages of this origin may not use Orgmap. The operator can allow them with ORGMAP_ALLOWED_ORIGINS.")

// listedOrigin returns the request's origin as the browser sent it if it is on the operator's list, else "".
func (a *App) listedOrigin(r *http.Request) string {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return ""
	}
	normal := normalOrigin(origin)
	if normal == "" || !slices.ContainsFunc(a.settings.AllowedOrigins, func(allowed string) bool { return normalOrigin(allowed) == normal }) {
		return ""
	}
	return origin
}

// allowOrigin reports whether the request comes from a page of the server's own origin or of a listed one.
func (a *App) allowOrigin(r *http.Request) bool {
	origin, public := normalOrigin(r.Header.Get("Origin")), normalOrigin(a.settings.PublicURL)
	if origin == "" {
		return false
	}
	if a.listedOrigin(r) != "" || origin == public {
		return true
	}
	scheme, host, _ := strings.Cut(origin, "://")
	// If the public URL is https, a page loaded over http may have been tampered with.
	return host == withoutDefaultPort(scheme, r.Host) && (scheme == "https" || !strings.HasPrefix(public, "https://"))
}

// crossSite reports whether the browser marked the request as coming from another site.
func crossSite(r *http.Request) bool { return r.Header.Get("Sec-Fetch-Site") == "cross-site" }

package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/orgmap/orgmap/internal/apperr"
)

// What pages of allowed origins may send and read, beyond what every page may.
const (
	corsMethods = "GET, POST, DELETE"
	corsHeaders = "Accept, Authorization, Content-Type, Idempotency-Key"
	corsExposed = "Retry-After, X-Request-Id"
	// corsMaxAge is how long browsers remember a preflight, in seconds: longer than most pages are open, shorter than anybody
	// would wait for a changed allow-list.
	corsMaxAge = "600"
)

// strictTransport is a year; only who serves https may promise it.
const strictTransport = "max-age=31536000"

// privately keeps caches from storing an answer.
const privately = "private, no-store"

// secured puts on every answer what browsers need to know to be careful with it. Pages say more of their own.
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
		maps.Copy(w.Header(), careful) // whoever sets or adds to one of them makes a list of their own
		next.ServeHTTP(w, r)
	})
}

// ownOrigin refuses what pages of foreign origins send to change something, on every route: browsers name the origin of each
// request but those by GET and HEAD, and what those and OPTIONS do changes nothing.
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

// shared lets pages of allowed origins use what programs use, and nobody else's: their requests are answered only to them,
// preflights of others are refused, and so is whatever a browser says another site's page sends.
func (a *App) shared(next http.Handler) http.Handler {
	// No answer is anybody else's, behind a cache in between. Pages of listed origins ask by CORS, which the resource policy that
	// secured sets does not bind.
	private := http.Header{}
	private.Set("Cache-Control", privately)
	private.Set("Vary", "Origin, Authorization, Cookie")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		maps.Copy(header, private) // as in secured
		allowed, listed := a.allowOrigin(r), a.listedOrigin(r)
		if listed != "" {
			header.Set("Access-Control-Allow-Origin", listed)
			header.Set("Access-Control-Allow-Credentials", "true") // for pages of the same site, whom the cookie reaches
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

// listedOrigin returns the request's origin, as the browser wrote it, if it is on the operator's list, else "".
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

// allowOrigin tells whether the request comes from a page of the server's own origin or of one that is allowed by name.
func (a *App) allowOrigin(r *http.Request) bool {
	origin, public := normalOrigin(r.Header.Get("Origin")), normalOrigin(a.settings.PublicURL)
	if origin == "" {
		return false
	}
	if a.listedOrigin(r) != "" || origin == public {
		return true
	}
	scheme, host, _ := strings.Cut(origin, "://")
	// If people come by https, a page that came by http may have been changed on the way.
	return host == withoutDefaultPort(scheme, r.Host) && (scheme == "https" || !strings.HasPrefix(public, "https://"))
}

// crossSite tells whether a browser says that another site made the request.
func crossSite(r *http.Request) bool { return r.Header.Get("Sec-Fetch-Site") == "cross-site" }

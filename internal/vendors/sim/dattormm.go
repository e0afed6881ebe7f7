package sim

import (
	"hash/fnv"
	"net/http"
	"strconv"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
)

const (
	dattoTokenLife = 100 * 60 * 60 // seconds
	dattoPage      = 250
	// dattoBlockAfter is the number of refused requests in a row after which Datto RMM blocks the caller.
	dattoBlockAfter = 10
)

// dattoRMM serves POST /auth/oauth/token and GET /api/v2/account/sites.
type dattoRMM struct{}

func (dattoRMM) application() vendors.Application { return vendors.ApplicationDattoRMM }

func (dattoRMM) credentials() vendors.Credentials {
	return vendors.Credentials{"api_key": "7Q2K9SIMULATED4TZ1", "api_secret": "MB5W8SIMULATED3XR6"}
}

func (dattoRMM) limit() Limit { return Limit{Requests: 600, Per: time.Minute} }

func (dattoRMM) kind(r *http.Request) Kind {
	switch {
	case r.URL.Path == "/auth/oauth/token" && r.Method == http.MethodPost:
		return SignIn
	case r.URL.Path == "/api/v2/account/sites" && r.Method == http.MethodGet:
		return List
	default:
		return Other
	}
}

func (d dattoRMM) signIn(s *Server, w http.ResponseWriter, r *http.Request) {
	user, password, _ := r.BasicAuth()
	if user != "public-client" || password != "public" {
		sendJSON(w, http.StatusUnauthorized, "application/json", map[string]any{"error": "invalid_client", "error_description": "Bad client credentials"})
		return
	}
	right := d.credentials()
	if r.PostFormValue("grant_type") != "password" {
		sendJSON(w, http.StatusBadRequest, "application/json", map[string]any{"error": "unsupported_grant_type", "error_description": "Unsupported grant type"})
		return
	}
	if r.PostFormValue("username") != right["api_key"] || r.PostFormValue("password") != right["api_secret"] {
		sendJSON(w, http.StatusBadRequest, "application/json", map[string]any{"error": "invalid_grant", "error_description": "Bad credentials"})
		return
	}
	sendJSON(w, http.StatusOK, "application/json", map[string]any{
		"access_token": s.newToken(), "token_type": "bearer", "expires_in": dattoTokenLife, "scope": "default",
	})
}

func (dattoRMM) authorized(s *Server, r *http.Request) bool { return s.bearsToken(r) }

func (dattoRMM) window(r *http.Request) (Window, error) {
	query := r.URL.Query()
	number, err := intParameter(query, "page", 0)
	if err != nil {
		return Window{}, err
	}
	size, err := intParameter(query, "max", dattoPage)
	if err != nil {
		return Window{}, err
	}
	return Window{Page: max(number, 0), Size: min(max(size, 1), dattoPage)}, nil
}

func (dattoRMM) page(w http.ResponseWriter, r *http.Request, listing Listing) {
	sites := make([]map[string]any, 0, len(listing.Rows))
	for _, row := range listing.Rows {
		sites = append(sites, dattoSite(row))
	}
	details := map[string]any{"count": len(sites), "totalCount": listing.Total, "prevPageUrl": nil, "nextPageUrl": nil}
	if listing.Next >= 0 {
		details["nextPageUrl"] = nextURL(r, listing, map[string][]string{"page": {decimal(listing.Next / listing.Size)}})
	}
	sendJSON(w, http.StatusOK, "application/json", map[string]any{"pageDetails": details, "sites": sites})
}

func dattoSite(row Row) map[string]any {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(row.RemoteID))
	return map[string]any{
		"id": hash.Sum32(), "uid": text(row.RemoteID, row.NullID), "accountUid": "sim00001", "name": text(row.Name, row.NullName),
		"description": "", "notes": "", "onDemand": false, "splashtopAutoInstall": true,
		// A real response may contain the customer's proxy password: a connector must drop it.
		"proxySettings":       map[string]any{"type": "http", "host": "proxy.invalid", "port": 3128, "username": "sim", "password": DattoProxyPassword},
		"devicesStatus":       map[string]any{"numberOfDevices": 12, "numberOfOnlineDevices": 9, "numberOfOfflineDevices": 3},
		"autotaskCompanyName": nil, "autotaskCompanyId": text(row.hint(vendors.ApplicationAutotask), row.hint(vendors.ApplicationAutotask) == ""),
		"portalUrl": text(row.URL, row.URL == ""),
	}
}

// DattoProxyPassword is in every site that the simulation sends, and must not appear anywhere else.
const DattoProxyPassword = "simulated-proxy-password"

func (d dattoRMM) reject(w http.ResponseWriter) { springError(w, http.StatusUnauthorized) }

func (dattoRMM) throttle(w http.ResponseWriter, excess int) {
	if excess > dattoBlockAfter {
		springError(w, http.StatusForbidden)
		return
	}
	springError(w, http.StatusTooManyRequests)
}

func (dattoRMM) fail(w http.ResponseWriter, _ *http.Request, status int) { springError(w, status) }

func springError(w http.ResponseWriter, status int) {
	sendJSON(w, status, "application/json", map[string]any{
		"timestamp": time.Now().UnixMilli(), "status": status, "error": http.StatusText(status), "path": "/v2/account/sites",
	})
}

func decimal(number int) string { return strconv.Itoa(number) }

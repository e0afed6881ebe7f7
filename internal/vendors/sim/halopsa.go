package sim

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
)

const haloPage = 100

// haloPSA serves GET /api/authinfo, POST /auth/token and GET /api/Client.
type haloPSA struct{}

func (haloPSA) application() vendors.Application { return vendors.ApplicationHaloPSA }

func (haloPSA) credentials() vendors.Credentials {
	return vendors.Credentials{
		"client_id": "51a01a7e-d000-4000-8000-0000000000a1", "client_secret": "51a01a7e-d000-4000-8000-0000000000b2-SIMULATED", "tenant": "simulatedtenant",
	}
}

func (haloPSA) limit() Limit { return Limit{Requests: 300, Per: 5 * time.Minute} }

func (haloPSA) kind(r *http.Request) Kind {
	switch {
	case r.URL.Path == "/api/authinfo" && r.Method == http.MethodGet:
		return Discovery
	case r.URL.Path == "/auth/token" && r.Method == http.MethodPost:
		return SignIn
	case strings.EqualFold(r.URL.Path, "/api/client") && r.Method == http.MethodGet:
		return List
	default:
		return Other
	}
}

func (d haloPSA) discover(_ *Server, w http.ResponseWriter, r *http.Request) {
	here := ownURL(r)
	here.Path = strings.TrimSuffix(here.Path, "/api/authinfo") + "/auth"
	sendJSON(w, http.StatusOK, "application/json", map[string]any{"auth_url": here.String(), "tenant_id": d.credentials()["tenant"]})
}

// astray always returns false: a tenant's address never changes.
func (haloPSA) astray(*Server, http.ResponseWriter, *http.Request) bool { return false }

func (d haloPSA) signIn(s *Server, w http.ResponseWriter, r *http.Request) {
	scope := r.PostFormValue("scope")
	switch {
	case r.URL.Query().Get("tenant") != d.credentials()["tenant"]:
		sendJSON(w, http.StatusBadRequest, "application/json", map[string]any{"error": "invalid_client", "error_description": "The tenant is unknown."})
	case scope != "all" && scope != "read:customers":
		sendJSON(w, http.StatusBadRequest, "application/json", map[string]any{"error": "invalid_scope"})
	default:
		clientCredentials(s, w, r, d.credentials())
	}
}

func (haloPSA) authorized(s *Server, r *http.Request) bool { return s.bearsToken(r) }

func (haloPSA) window(r *http.Request) (Window, error) {
	query := r.URL.Query()
	if paged, _ := strconv.ParseBool(query.Get("pageinate")); !paged {
		count, err := intParameter(query, "count", haloPage)
		return Window{Size: max(count, 1)}, err
	}
	return pageWindow(r, "page_no", "page_size", haloPage, haloPage)
}

func (haloPSA) page(w http.ResponseWriter, _ *http.Request, listing Listing) {
	clients := make([]map[string]any, 0, len(listing.Rows))
	for _, row := range listing.Rows {
		clients = append(clients, haloClient(row))
	}
	sendJSON(w, http.StatusOK, "application/json", map[string]any{
		"page_no": (listing.Offset+listing.Size-1)/listing.Size + 1, "page_size": listing.Size, "record_count": listing.Total, "clients": clients,
	})
}

func haloClient(row Row) map[string]any {
	linked := func(application vendors.Application) any {
		if id := row.hint(application); id != "" {
			return number(id, false)
		}
		return 0
	}
	return map[string]any{
		"id": number(row.RemoteID, row.NullID), "name": text(row.Name, row.NullName), "toplevel_id": 1, "toplevel_name": "Customers",
		"inactive": false, "colour": "#2bd3c6", "ref": "", "main_site_id": 18, "website": row.Website, "domain": "", "hudu_url": "", "kaseyaid": "",
		"itglue_id": row.hint(vendors.ApplicationITGlue), "datto_id": row.hint(vendors.ApplicationDattoRMM),
		"autotaskid": linked(vendors.ApplicationAutotask), "connectwiseid": linked(vendors.ApplicationConnectWise), "ninjarmmid": linked(vendors.ApplicationNinjaOne),
		"datecreated": "2024-01-01T00:00:00",
	}
}

func (haloPSA) reject(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	w.WriteHeader(http.StatusUnauthorized)
}

func (haloPSA) throttle(w http.ResponseWriter, _ int) {
	send(w, http.StatusTooManyRequests, "text/plain", "Rate Limit Reached - 300 Requests per rolling 5 minute window")
}

func (haloPSA) fail(w http.ResponseWriter, _ *http.Request, status int) {
	sendJSON(w, status, "application/json", map[string]any{"message": http.StatusText(status)})
}

package sim

import (
	"net/http"
	"strconv"

	"github.com/orgmap/orgmap/internal/vendors"
)

const ninjaPage = 1000

// ninjaOne serves POST /ws/oauth/token and GET /v2/organizations.
type ninjaOne struct{}

func (ninjaOne) application() vendors.Application { return vendors.ApplicationNinjaOne }

func (ninjaOne) credentials() vendors.Credentials {
	return vendors.Credentials{"client_id": "SIMULATEDq8Zr1Vn5", "client_secret": "SIMULATED-c3Vx7-Wm2Tk9-Qe4"}
}

// limit returns no limit: NinjaOne publishes none.
func (ninjaOne) limit() Limit { return Limit{} }

func (ninjaOne) kind(r *http.Request) Kind {
	switch {
	case r.URL.Path == "/ws/oauth/token" && r.Method == http.MethodPost:
		return SignIn
	case r.URL.Path == "/v2/organizations" && r.Method == http.MethodGet:
		return List
	default:
		return Other
	}
}

func (d ninjaOne) signIn(s *Server, w http.ResponseWriter, r *http.Request) {
	if r.PostFormValue("scope") != "monitoring" {
		sendJSON(w, http.StatusBadRequest, "application/json", map[string]any{"error": "invalid_scope"})
		return
	}
	clientCredentials(s, w, r, d.credentials())
}

func (ninjaOne) authorized(s *Server, r *http.Request) bool { return s.bearsToken(r) }

func (ninjaOne) window(r *http.Request) (Window, error) {
	query := r.URL.Query()
	size, err := intParameter(query, "pageSize", ninjaPage)
	if err != nil {
		return Window{}, err
	}
	after := query.Get("after")
	if after != "" {
		if _, err := strconv.ParseUint(after, 10, 64); err != nil {
			return Window{}, err
		}
	}
	return Window{After: after, Size: min(max(size, 1), ninjaPage)}, nil
}

func (ninjaOne) page(w http.ResponseWriter, _ *http.Request, listing Listing) {
	organizations := make([]map[string]any, 0, len(listing.Rows))
	for _, row := range listing.Rows {
		organizations = append(organizations, map[string]any{
			"id": number(row.RemoteID, row.NullID), "name": text(row.Name, row.NullName), "description": "",
			"userData": map[string]any{}, "nodeApprovalMode": "AUTOMATIC", "tags": []string{}, "fields": map[string]any{},
		})
	}
	sendJSON(w, http.StatusOK, "application/json", organizations)
}

func (d ninjaOne) reject(w http.ResponseWriter) { d.refuse(w, http.StatusUnauthorized) }

func (d ninjaOne) throttle(w http.ResponseWriter, _ int) { d.refuse(w, http.StatusTooManyRequests) }

func (d ninjaOne) fail(w http.ResponseWriter, _ *http.Request, status int) { d.refuse(w, status) }

func (ninjaOne) refuse(w http.ResponseWriter, status int) {
	sendJSON(w, status, "application/json", map[string]any{
		"resultCode": "FAILURE", "errorMessage": http.StatusText(status), "incidentId": "00000000-0000-4000-8000-000000000000",
	})
}

package sim

import (
	"net/http"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
)

const huduLargestPage = 1000

// hudu serves GET /api/v1/companies.
type hudu struct{}

func (hudu) application() vendors.Application { return vendors.ApplicationHudu }

func (hudu) credentials() vendors.Credentials {
	return vendors.Credentials{"api_key": "hUdU5iMuLaTeD8kQ2vXz7Rb4"}
}

func (hudu) limit() Limit { return Limit{Requests: 300, Per: time.Minute} }

func (hudu) kind(r *http.Request) Kind { return listAt(r, "/api/v1/companies") }

func (d hudu) signIn(_ *Server, w http.ResponseWriter, r *http.Request) {
	d.fail(w, r, http.StatusNotFound)
}

func (d hudu) authorized(_ *Server, r *http.Request) bool {
	return r.Header.Get("X-Api-Key") == d.credentials()["api_key"]
}

func (hudu) window(r *http.Request) (Window, error) {
	return pageWindow(r, "page", "page_size", 25, huduLargestPage)
}

func (hudu) page(w http.ResponseWriter, r *http.Request, listing Listing) {
	companies := make([]map[string]any, 0, len(listing.Rows))
	for _, row := range listing.Rows {
		companies = append(companies, huduCompany(row))
	}
	sendJSON(w, http.StatusOK, "application/json", map[string]any{"companies": companies})
}

func huduCompany(row Row) map[string]any {
	integrations := []map[string]any{}
	for _, hint := range row.Hints {
		integrations = append(integrations, huduIntegration(row, hint))
	}
	return map[string]any{
		"id": number(row.RemoteID, row.NullID), "slug": "simulated-" + row.RemoteID, "name": text(row.Name, row.NullName), "nickname": nil,
		"company_type": "Client", "parent_company_id": nil, "parent_company_name": nil, "id_number": nil, "archived": false,
		"object_type": "Company", "website": row.Website, "city": text(row.City, row.City == ""), "url": "/c/simulated-" + row.RemoteID, "full_url": text(row.URL, row.URL == ""),
		"created_at": "2024-01-01T00:00:00.000Z", "updated_at": "2025-06-30T18:00:00.000Z", "integrations": integrations,
	}
}

// huduIntegration sends the other tool's id as a number if it is one, otherwise as text.
func huduIntegration(row Row, hint vendors.Hint) map[string]any {
	names := map[vendors.Application]string{vendors.ApplicationConnectWise: "cw_manage", vendors.ApplicationAutotask: "autotask", vendors.ApplicationHaloPSA: "halo", vendors.ApplicationDattoRMM: "datto_rmm"}
	integration := map[string]any{
		"id": 55, "integrator_id": 4, "integrator_name": names[hint.Application], "sync_id": nil, "identifier": nil, "name": row.Name,
		"potential_company_id": nil, "company_id": number(row.RemoteID, row.NullID), "company_name": row.Name,
	}
	if id := number(hint.RemoteID, false); id != any(hint.RemoteID) {
		integration["sync_id"] = id
	} else {
		integration["identifier"] = hint.RemoteID
	}
	return integration
}

func (d hudu) reject(w http.ResponseWriter) { d.fail(w, nil, http.StatusUnauthorized) }

// throttle sends the response of the rate-limiting gem that Hudu uses.
func (hudu) throttle(w http.ResponseWriter, _ int) {
	send(w, http.StatusTooManyRequests, "text/plain", "Retry later\n")
}

func (hudu) fail(w http.ResponseWriter, _ *http.Request, status int) {
	sendJSON(w, status, "application/json", map[string]any{"error": http.StatusText(status)})
}

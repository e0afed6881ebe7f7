package sim

import (
	"net/http"

	"github.com/orgmap/orgmap/internal/vendors"
)

const vsaXLargestPage = 100

// vsaX serves GET /api/v3/organizations. Its error bodies are a guess: none are documented.
type vsaX struct{}

func (vsaX) application() vendors.Application { return vendors.ApplicationVSAX }

func (vsaX) credentials() vendors.Credentials {
	return vendors.Credentials{"token_id": "SIMULATED4c1e9d0b7a52", "token_secret": "SIMULATED-9wQf3LzKt6Yp"}
}

// limit returns no limit: VSA X publishes none.
func (vsaX) limit() Limit { return Limit{} }

func (vsaX) kind(r *http.Request) Kind { return listAt(r, "/api/v3/organizations") }

func (d vsaX) signIn(_ *Server, w http.ResponseWriter, r *http.Request) {
	d.fail(w, r, http.StatusNotFound)
}

func (d vsaX) authorized(_ *Server, r *http.Request) bool {
	id, secret, _ := r.BasicAuth()
	return id == d.credentials()["token_id"] && secret == d.credentials()["token_secret"]
}

func (vsaX) window(r *http.Request) (Window, error) {
	query := r.URL.Query()
	skip, err := intParameter(query, "$skip", 0)
	if err != nil {
		return Window{}, err
	}
	top, err := intParameter(query, "$top", 50)
	if err != nil {
		return Window{}, err
	}
	return Window{Skip: max(skip, 0), Size: min(max(top, 1), vsaXLargestPage)}, nil
}

func (vsaX) page(w http.ResponseWriter, _ *http.Request, listing Listing) {
	data := make([]map[string]any, 0, len(listing.Rows))
	for _, row := range listing.Rows {
		data = append(data, vsaXOrganization(row))
	}
	sendJSON(w, http.StatusOK, "application/json", map[string]any{
		"Data": data, "Meta": map[string]any{"TotalCount": listing.Total, "ResponseCode": http.StatusOK},
	})
}

func vsaXOrganization(row Row) map[string]any {
	organization := map[string]any{
		"Id": number(row.RemoteID, row.NullID), "Name": text(row.Name, row.NullName), "PsaIntegrationType": "None", "PsaMappingId": 0,
		"HasCustomFields": false,
	}
	for _, hint := range row.Hints {
		organization["PsaIntegrationType"] = map[vendors.Application]string{
			vendors.ApplicationAutotask: "Autotask", vendors.ApplicationConnectWise: "ConnectWise", vendors.ApplicationKaseyaBMS: "KaseyaBms",
		}[hint.Application]
		organization["PsaMappingId"] = number(hint.RemoteID, false)
	}
	return organization
}

func (d vsaX) reject(w http.ResponseWriter) { d.fail(w, nil, http.StatusUnauthorized) }

func (d vsaX) throttle(w http.ResponseWriter, _ int) { d.fail(w, nil, http.StatusTooManyRequests) }

func (vsaX) fail(w http.ResponseWriter, _ *http.Request, status int) {
	sendJSON(w, status, "application/json", map[string]any{
		"Error": http.StatusText(status), "Meta": map[string]any{"ResponseCode": status},
	})
}

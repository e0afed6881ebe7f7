package sim

import (
	"net/http"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
)

const itGlueJSON = "application/vnd.api+json"

// itGlue serves GET /organizations.
type itGlue struct{}

func (itGlue) application() vendors.Application { return vendors.ApplicationITGlue }

func (itGlue) credentials() vendors.Credentials {
	return vendors.Credentials{"api_key": "ITG.0f3b8a1c5d7e9f2b4a6c8d0e1f3a5b7c"}
}

func (itGlue) limit() Limit { return Limit{Requests: 3000, Per: 5 * time.Minute} }

func (itGlue) kind(r *http.Request) Kind {
	if r.Method == http.MethodGet && r.URL.Path == "/organizations" {
		return List
	}
	return Other
}

func (d itGlue) signIn(_ *Server, w http.ResponseWriter, r *http.Request) {
	d.fail(w, r, http.StatusNotFound)
}

func (d itGlue) authorized(_ *Server, r *http.Request) bool {
	return r.Header.Get("X-Api-Key") == d.credentials()["api_key"]
}

func (itGlue) window(r *http.Request) (Window, error) {
	return pageWindow(r, "page[number]", "page[size]", 50, 1000)
}

func (itGlue) page(w http.ResponseWriter, r *http.Request, listing Listing) {
	data := make([]map[string]any, 0, len(listing.Rows))
	included := []map[string]any{}
	for _, row := range listing.Rows {
		organization, records := itGlueOrganization(row)
		data = append(data, organization)
		included = append(included, records...)
	}
	number := (listing.Offset+listing.Size-1)/listing.Size + 1
	meta := map[string]any{
		"current-page": number, "prev-page": nil, "next-page": nil,
		"total-pages": (listing.Total + listing.Size - 1) / listing.Size, "total-count": listing.Total,
		"filters": map[string]any{},
	}
	links := map[string]any{}
	if number > 1 {
		meta["prev-page"] = number - 1
	}
	if listing.Next >= 0 {
		next := listing.Next/listing.Size + 1
		meta["next-page"] = next
		links["next"] = nextURL(r, listing, map[string][]string{"page[number]": {decimal(next)}})
	}
	answer := map[string]any{"data": data, "meta": meta, "links": links}
	if r.URL.Query().Get("include") == "adapters_resources" {
		answer["included"] = included
	}
	sendJSON(w, http.StatusOK, itGlueJSON, answer)
}

// itGlueOrganization returns an organization and the PSA records that it is synchronized with.
func itGlueOrganization(row Row) (organization map[string]any, included []map[string]any) {
	references := []map[string]any{}
	for n, hint := range row.Hints {
		id := "7" + row.RemoteID + decimal(n)
		references = append(references, map[string]any{"id": id, "type": "adapters-resources"})
		included = append(included, map[string]any{"id": id, "type": "adapters-resources", "attributes": map[string]any{
			"adapter-type": strings.ToLower(string(hint.Application)), "remote-id": hint.RemoteID,
		}})
	}
	return map[string]any{
		"id": text(row.RemoteID, row.NullID), "type": "organizations",
		"attributes": map[string]any{
			"name": text(row.Name, row.NullName), "alert": nil, "description": nil, "primary": false, "logo": "", "quick-notes": nil,
			"organization-type-id": 86, "organization-type-name": "Customer",
			"organization-status-id": 68, "organization-status-name": "Active",
			"short-name": nil, "created-at": "2024-02-01T09:10:11.000Z", "updated-at": "2025-06-30T18:00:00.000Z",
			"parent-id": nil, "ancestor-ids": "[]",
		},
		"relationships": map[string]any{"adapters-resources": map[string]any{"data": references}},
	}, included
}

// reject sends the gateway's response, which is not JSON:API.
func (itGlue) reject(w http.ResponseWriter) {
	sendJSON(w, http.StatusForbidden, "application/json", map[string]any{"message": "Forbidden"})
}

func (itGlue) throttle(w http.ResponseWriter, _ int) {
	sendJSON(w, http.StatusTooManyRequests, "application/json", map[string]any{"message": "Too Many Requests"})
}

func (itGlue) fail(w http.ResponseWriter, _ *http.Request, status int) {
	if status >= 500 {
		send(w, status, "text/html", "<html><body><h1>"+http.StatusText(status)+"</h1></body></html>")
		return
	}
	symbol := strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_")
	sendJSON(w, status, itGlueJSON, map[string]any{"errors": []any{
		map[string]any{"status": symbol, "title": http.StatusText(status), "source": map[string]any{"pointer": "data"}},
	}})
}

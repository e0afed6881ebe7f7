package sim

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/orgmap/orgmap/internal/vendors"
)

// connectWise serves GET /login/companyinfo/{company} and GET
// /{codebase}/apis/3.0/company/companies.
type connectWise struct{}

func (connectWise) application() vendors.Application { return vendors.ApplicationConnectWise }

func (connectWise) credentials() vendors.Credentials {
	return vendors.Credentials{
		"company_id": "simulatedmsp", "public_key": "SIMULATEDp7Yb2Kd9", "private_key": "SIMULATEDw4Hc8Zt6",
		"client_id": "5a1e7f00-0000-4000-8000-51a01a7ed000",
	}
}

// limit returns no limit: ConnectWise publishes none.
func (connectWise) limit() Limit { return Limit{} }

func (connectWise) kind(r *http.Request) Kind {
	switch {
	case r.Method != http.MethodGet:
		return Other
	case strings.HasPrefix(r.URL.Path, "/login/companyinfo/"):
		return Discovery
	case strings.HasSuffix(r.URL.Path, "/apis/3.0/company/companies"):
		return List
	default:
		return Other
	}
}

func (connectWise) codebase(s *Server) string { return fmt.Sprintf("v2025_%d", 1+s.place()) }

func (d connectWise) discover(s *Server, w http.ResponseWriter, r *http.Request) {
	if path.Base(r.URL.Path) != d.credentials()["company_id"] {
		send(w, http.StatusOK, "application/json", "null")
		return
	}
	sendJSON(w, http.StatusOK, "application/json", map[string]any{
		"CompanyName": "Simulated MSP", "CompanyID": d.credentials()["company_id"], "Codebase": d.codebase(s) + "/",
		"VersionCode": d.codebase(s), "VersionNumber": "v2025.1.100000", "IsCloud": true, "SiteUrl": r.Host,
	})
}

func (d connectWise) astray(s *Server, w http.ResponseWriter, r *http.Request) bool {
	if d.kind(r) != List || strings.HasPrefix(r.URL.Path, "/"+d.codebase(s)+"/") {
		return false
	}
	http.NotFound(w, r)
	return true
}

func (d connectWise) signIn(_ *Server, w http.ResponseWriter, r *http.Request) {
	d.fail(w, r, http.StatusNotFound)
}

func (d connectWise) authorized(_ *Server, r *http.Request) bool {
	right := d.credentials()
	user, password, _ := r.BasicAuth()
	return user == right["company_id"]+"+"+right["public_key"] && password == right["private_key"] && r.Header.Get("ClientId") == right["client_id"]
}

func (connectWise) window(r *http.Request) (Window, error) {
	return pageWindow(r, "page", "pageSize", 25, 1000)
}

func (connectWise) page(w http.ResponseWriter, r *http.Request, listing Listing) {
	companies := make([]map[string]any, 0, len(listing.Rows))
	fields := strings.Split(r.URL.Query().Get("fields"), ",")
	for _, row := range listing.Rows {
		company := map[string]any{
			"id": number(row.RemoteID, row.NullID), "name": text(row.Name, row.NullName), "deletedFlag": false, "_info": map[string]any{},
			"website": row.typedWebsite(), "city": row.City,
		}
		for _, optional := range []string{"website", "city"} {
			if company[optional] == "" || !slices.Contains(fields, optional) {
				delete(company, optional)
			}
		}
		companies = append(companies, company)
	}
	if listing.Next >= 0 {
		link := func(page int, relation string) string {
			return fmt.Sprintf(`<%s>; rel="%s"`, nextURL(r, listing, url.Values{"page": {strconv.Itoa(page)}}), relation)
		}
		last := (listing.Total + listing.Size - 1) / listing.Size
		w.Header().Set("Link", link(listing.Next/listing.Size+1, "next")+", "+link(last, "last"))
	} else if listing.Offset > 0 {
		w.Header().Set("Link", "<"+nextURL(r, listing, url.Values{"page": {"1"}})+`>; rel="first"`)
	}
	sendJSON(w, http.StatusOK, "application/json", companies)
}

func (d connectWise) reject(w http.ResponseWriter) {
	d.refuse(w, http.StatusUnauthorized, "Unauthorized", "Provided clientId or API keys are invalid.")
}

func (d connectWise) throttle(w http.ResponseWriter, _ int) {
	d.refuse(w, http.StatusTooManyRequests, "TooManyRequests", "Too many requests.")
}

func (d connectWise) fail(w http.ResponseWriter, _ *http.Request, status int) {
	d.refuse(w, status, strings.ReplaceAll(http.StatusText(status), " ", ""), http.StatusText(status))
}

func (connectWise) refuse(w http.ResponseWriter, status int, code, message string) {
	sendJSON(w, status, "application/json", map[string]any{
		"code": code, "message": message,
		"errors": []any{map[string]any{"code": code, "message": message, "resource": "company", "field": nil}},
	})
}

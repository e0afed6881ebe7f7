package sim

import (
	"net/http"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
)

const (
	kaseyaTokenLife   = time.Hour // not documented
	kaseyaLargestPage = 100       // not documented
)

// kaseya is what all parts of the Kaseya BMS API share: POST /v2/security/authenticate and the
// response envelope. The OpenAPI file has names in PascalCase; the servers send them in camelCase.
type kaseya struct{}

func (kaseya) credentials() vendors.Credentials {
	return vendors.Credentials{"username": "simulated.employee", "password": "SIMULATED-p4ss!Word", "tenant": "Simulated MSP"}
}

func (kaseya) limit() Limit { return Limit{Requests: 1500, Per: time.Hour} }

func (kaseya) kindAt(r *http.Request, list string) Kind {
	if r.URL.Path == "/v2/security/authenticate" && r.Method == http.MethodPost {
		return SignIn
	}
	return listAt(r, list)
}

func (d kaseya) signIn(s *Server, w http.ResponseWriter, r *http.Request) {
	right := d.credentials()
	if r.ParseMultipartForm(1<<16) != nil || r.PostFormValue("GrantType") != "password" {
		d.fail(w, r, http.StatusBadRequest)
		return
	}
	if r.PostFormValue("UserName") != right["username"] || r.PostFormValue("Password") != right["password"] || r.PostFormValue("Tenant") != right["tenant"] {
		d.refuse(w, 0, "Invalid user name, password or company name")
		return
	}
	now := time.Now().UTC()
	d.succeed(w, map[string]any{"result": map[string]any{
		"accessToken": s.newToken(), "refreshToken": "simulated-token-to-refresh",
		"accessTokenExpireOn": now.Add(kaseyaTokenLife).Format("2006-01-02T15:04:05.0000000Z"), "refreshTokenExpireOn": now.Add(24 * time.Hour).Format(time.RFC3339),
	}})
}

func (kaseya) authorized(s *Server, r *http.Request) bool { return s.bearsToken(r) }

func (kaseya) window(r *http.Request) (Window, error) {
	return pageWindow(r, "PageNumber", "PageSize", 50, kaseyaLargestPage)
}

func (kaseya) succeed(w http.ResponseWriter, answer map[string]any) {
	answer["success"], answer["error"] = true, nil
	sendJSON(w, http.StatusOK, "application/json; charset=utf-8", answer)
}

// refuse sends a failure as BMS documents it: inside a success.
func (kaseya) refuse(w http.ResponseWriter, code int, message string) {
	sendJSON(w, http.StatusOK, "application/json; charset=utf-8", map[string]any{
		"success": false, "result": nil, "totalRecords": 0,
		"error": map[string]any{"code": code, "message": message, "details": nil, "stackStrace": nil, "subErrors": nil},
	})
}

// reject sends the framework's response to an invalid token.
func (kaseya) reject(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	w.WriteHeader(http.StatusUnauthorized)
}

func (kaseya) throttle(w http.ResponseWriter, _ int) {
	send(w, http.StatusTooManyRequests, "text/plain", "Too many requests")
}

// fail sends a status. The API's own refusals come inside a success; failures in front of the API
// and server errors do not.
func (d kaseya) fail(w http.ResponseWriter, _ *http.Request, status int) {
	switch {
	case status == http.StatusUnauthorized:
		d.reject(w)
	case status == http.StatusTooManyRequests:
		d.throttle(w, 1)
	case status >= 500:
		send(w, status, "text/html", "<html><body><h1>"+http.StatusText(status)+"</h1></body></html>")
	default:
		d.refuse(w, status, http.StatusText(status))
	}
}

// bms serves GET /v2/crm/accounts/summary.
type bms struct{ kaseya }

func (bms) application() vendors.Application { return vendors.ApplicationKaseyaBMS }

func (d bms) kind(r *http.Request) Kind { return d.kindAt(r, "/v2/crm/accounts/summary") }

func (d bms) page(w http.ResponseWriter, _ *http.Request, listing Listing) {
	accounts := make([]map[string]any, 0, len(listing.Rows))
	for n, row := range listing.Rows {
		accounts = append(accounts, map[string]any{
			"id": number(row.RemoteID, row.NullID), "accountName": text(row.Name, row.NullName), "accountCode": nil, "accountTypeId": 3,
			"accountType": "Customer", "parentId": nil, "isActive": n%10 != 9, "isBilling": true, "locations": []any{}, "tenantName": "Simulated MSP",
			"createdOn": "2024-02-01T09:10:11.123", "modifiedOn": "2025-06-30T18:00:00Z",
		})
	}
	d.succeed(w, map[string]any{"result": accounts, "totalRecords": listing.Total})
}

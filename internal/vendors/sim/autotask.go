package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
)

const (
	autotaskPage  = 500
	autotaskZone  = "/atservicesrest/v1.0/zoneinformation"
	autotaskQuery = "/atservicesrest/v1.0/companies/query"
)

// autotask serves GET /atservicesrest/v1.0/zoneInformation and, in the zone that it names, POST
// V1.0/Companies/query and the following pages. A server has only one host, so zones are paths
// here.
type autotask struct{}

func (autotask) application() vendors.Application { return vendors.ApplicationAutotask }

func (autotask) credentials() vendors.Credentials {
	return vendors.Credentials{
		"username": "simulated7kq2@msp.example", "secret": "s1Mu*4Lat#3dSecret", "integration_code": "SIMULATED5RTZ8WQ2XK4",
	}
}

func (autotask) limit() Limit { return Limit{Requests: 10_000, Per: time.Hour} }

func (autotask) kind(r *http.Request) Kind {
	path := strings.ToLower(r.URL.Path)
	switch {
	case path == autotaskZone && r.Method == http.MethodGet:
		return Discovery
	case r.Method == http.MethodPost && (strings.HasSuffix(path, autotaskQuery) || strings.HasSuffix(path, autotaskQuery+"/next")):
		return List
	default:
		return Other
	}
}

// zone returns the path of the customer's zone.
func (autotask) zone(s *Server) string {
	if moves := s.place(); moves > 0 {
		return fmt.Sprintf("/zone%d", moves)
	}
	return ""
}

func (d autotask) discover(s *Server, w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("user") != d.credentials()["username"] {
		d.fail(w, r, http.StatusInternalServerError)
		return
	}
	zone := ownURL(r)
	zone.Path = zone.Path[:len(zone.Path)-len(autotaskZone)] + d.zone(s) + "/ATServicesRest/"
	sendJSON(w, http.StatusOK, "application/json", map[string]any{
		"zoneName": "Simulated", "url": zone.String(), "webUrl": "https://ww99.autotask.invalid/", "ci": 99,
	})
}

func (d autotask) astray(s *Server, w http.ResponseWriter, r *http.Request) bool {
	path := strings.ToLower(r.URL.Path)
	switch {
	case strings.HasSuffix(path, autotaskQuery+"/next") && r.Method != http.MethodPost:
		d.fail(w, r, http.StatusMethodNotAllowed)
	case d.kind(r) == List && !strings.HasPrefix(path, d.zone(s)+"/atservicesrest/"):
		d.reject(w)
	default:
		return false
	}
	return true
}

func (d autotask) signIn(_ *Server, w http.ResponseWriter, r *http.Request) {
	d.fail(w, r, http.StatusNotFound)
}

func (d autotask) authorized(_ *Server, r *http.Request) bool {
	right := d.credentials()
	return r.Header.Get("UserName") == right["username"] && r.Header.Get("Secret") == right["secret"] &&
		r.Header.Get("ApiIntegrationCode") == right["integration_code"]
}

// autotaskPaging is the content of a next-page address. The page is served only with the body of
// the first request.
type autotaskPaging struct {
	PageSize int      `json:"pageSize"`
	NextIDs  []string `json:"nextIds"` // the id after which the page starts; none for the start
	Query    uint32   `json:"query"`
}

func (autotask) window(r *http.Request) (Window, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return Window{}, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body)) // for page, which puts its hash into the next address
	var query struct {
		MaxRecords int
		Filter     []json.RawMessage
	}
	if err := json.Unmarshal(body, &query); err != nil || len(query.Filter) == 0 {
		return Window{}, errors.Join(errors.New("a filter is needed"), err)
	}
	if !strings.HasSuffix(strings.ToLower(r.URL.Path), "/next") {
		if query.MaxRecords == 0 {
			query.MaxRecords = autotaskPage
		}
		return Window{Size: min(max(query.MaxRecords, 1), autotaskPage)}, nil
	}
	var paging autotaskPaging
	if err := json.Unmarshal([]byte(r.URL.Query().Get("paging")), &paging); err != nil {
		return Window{}, err
	}
	if paging.Query != checksum(body) || paging.PageSize < 1 {
		return Window{}, errors.New("the body is not the first page's")
	}
	return Window{After: strings.Join(paging.NextIDs, ""), Size: paging.PageSize}, nil
}

func checksum(body []byte) uint32 {
	hash := fnv.New32a()
	_, _ = hash.Write(body)
	return hash.Sum32()
}

func (d autotask) page(w http.ResponseWriter, r *http.Request, listing Listing) {
	body, _ := io.ReadAll(r.Body) // from memory
	var query struct{ IncludeFields []string }
	_ = json.Unmarshal(body, &query) // window has read it already
	items := make([]map[string]any, 0, len(listing.Rows))
	for _, row := range listing.Rows {
		company := map[string]any{
			"id": number(row.RemoteID, row.NullID), "companyName": text(row.Name, row.NullName), "isActive": true, "userDefinedFields": []any{},
			"webAddress": text(row.typedWebsite(), row.Website == ""), "city": text(row.City, row.City == ""),
		}
		for _, optional := range []string{"webAddress", "city"} {
			if !slices.Contains(query.IncludeFields, optional) {
				delete(company, optional)
			}
		}
		items = append(items, company)
	}
	details := map[string]any{"count": len(items), "requestCount": listing.Size, "prevPageUrl": nil, "nextPageUrl": nil}
	if listing.Next >= 0 {
		paging := autotaskPaging{PageSize: listing.Size, Query: checksum(body)}
		if listing.Next > 0 {
			paging.NextIDs = []string{listing.last()}
		}
		details["nextPageUrl"] = d.next(r, listing, paging)
	}
	sendJSON(w, http.StatusOK, "application/json", map[string]any{"items": items, "pageDetails": details})
}

// last returns the id of the page's last row, not counting duplicates.
func (l Listing) last() string { return l.Rows[min(len(l.Rows), l.Size)-1].RemoteID }

func (autotask) next(r *http.Request, listing Listing, paging autotaskPaging) string {
	encoded, err := json.Marshal(paging)
	if err != nil {
		panic(err) // numbers and text only
	}
	address := ownURL(r)
	address.Path = strings.TrimSuffix(address.Path, "/next") + "/next"
	address.RawQuery = url.Values{"paging": {string(encoded)}}.Encode()
	if listing.NextHost != "" {
		address.Host = listing.NextHost
	}
	return address.String()
}

func (autotask) reject(w http.ResponseWriter) { w.WriteHeader(http.StatusUnauthorized) }

func (autotask) throttle(w http.ResponseWriter, _ int) {
	sendJSON(w, http.StatusTooManyRequests, "application/json", map[string]any{"errors": []string{"The threshold of 10000 requests per hour was exceeded."}})
}

func (autotask) fail(w http.ResponseWriter, _ *http.Request, status int) {
	sendJSON(w, status, "application/json", map[string]any{"errors": []string{http.StatusText(status)}})
}

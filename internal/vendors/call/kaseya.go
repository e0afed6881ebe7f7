package call

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
)

const (
	kaseyaUser     = "username"
	kaseyaPassword = "password"
	kaseyaTenant   = "tenant"
)

// NewKaseya returns a client of the Kaseya BMS API, version 2. Two connectors use it: one lists the accounts in BMS,
// the other lists what KaseyaOne reports to BMS about its modules. config holds the credentials that KaseyaFields
// describes. If the vendor rejects them, the error's message is rejected, which says what to do.
//
// BMS documents only status 200 and reports failures in the body. Gateways in front of it use other statuses, and
// existing clients rely on a 401 for an expired token, so both the status and the body count.
func NewKaseya(vendor, rejected string, config vendors.Config) (*Client, error) {
	if err := config.Credentials.Require(KaseyaFields()); err != nil {
		return nil, err
	}
	common := Config{
		Vendor: vendor, BaseURL: config.BaseURL, HTTP: config.Client, Secrets: config.Credentials.Values(),
		Rejected: rejected, Status: kaseyaStatus, Refusals: []string{"success", "error", "errors", "message"},
	}
	door := common
	door.Classify = kaseyaDoor
	atDoor, err := New(door)
	if err != nil {
		return nil, err
	}
	common.Authorize = Bearer(kaseyaSignIn(atDoor, config.Credentials))
	return New(common)
}

// KaseyaAddress describes the addresses of Kaseya BMS. KaseyaOne's own host, one.kaseya.com, has no API.
func KaseyaAddress() vendors.Address {
	return vendors.Address{
		Example: "https://api.bms.kaseya.com",
		Domains: []string{"kaseya.com", "vorexlogin.com"},
		Host:    kaseyaHost,
		Paths:   []string{"v[12]", "api", "bms", "security", "crm", "admin"},
	}
}

func kaseyaHost(host string) (string, bool) {
	for _, region := range KaseyaRegions() {
		api := strings.TrimPrefix(region.BaseURL, "https://")
		if plain := strings.TrimPrefix(api, "api."); host == api || host == plain || host == "www."+plain {
			return api, true
		}
	}
	return "", false
}

// KaseyaRegions returns the hosts of Kaseya BMS and of Vorex, which is BMS under another name.
func KaseyaRegions() []vendors.Region {
	return []vendors.Region{
		{Name: "North America", BaseURL: "https://api.bms.kaseya.com"},
		{Name: "Europe, Middle East and Africa", BaseURL: "https://api.bmsemea.kaseya.com"},
		{Name: "Asia and Pacific", BaseURL: "https://api.bmsapac.kaseya.com"},
		{Name: "Vorex", BaseURL: "https://api.vorexlogin.com"},
	}
}

// KaseyaFields returns the credentials that the Kaseya BMS API requires for signing in.
func KaseyaFields() []vendors.CredentialField {
	return []vendors.CredentialField{
		{Name: kaseyaUser, Label: "User name", Help: "The user name of a Kaseya BMS employee, preferably one created for Orgmap. Its role must see all CRM accounts, and it must be able to sign in without a second factor or KaseyaOne."},
		{Name: kaseyaPassword, Label: "Password", Secret: true, Help: "The employee's password in Kaseya BMS, not in KaseyaOne."},
		{Name: kaseyaTenant, Label: "Company name", Help: "The company name that is entered on the sign-in page of Kaseya BMS."},
	}
}

func kaseyaSignIn(door *Client, credentials vendors.Credentials) func(context.Context) (Token, error) {
	form := url.Values{
		"GrantType": {"password"}, // undocumented, but every known client sends it
		"UserName":  {credentials.Get(kaseyaUser)},
		"Password":  {credentials.Get(kaseyaPassword)},
		"Tenant":    {credentials.Get(kaseyaTenant)},
	}
	return func(ctx context.Context) (Token, error) {
		var response struct {
			Result Object[struct {
				AccessToken         Text
				AccessTokenExpireOn Text
			}]
		}
		reply, err := door.Do(ctx, Request{Path: "/v2/security/authenticate", Form: form, Multipart: true}, &response)
		if err != nil {
			return Token{}, err
		}
		given := response.Result.Value
		return door.newToken(given.AccessToken, kaseyaLife(reply.Header, string(given.AccessTokenExpireOn)))
	}
}

// kaseyaLife returns how long until a token expires. It is 0 or less if that is unknown: then
// only a 401 shows that it has expired.
func kaseyaLife(header http.Header, until string) time.Duration {
	// .NET omits the zone from times that it treats as UTC.
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		expires, err := time.Parse(layout, until)
		if err != nil {
			continue
		}
		// Use the vendor's own clock if it sends the time: ours may differ.
		now, err := http.ParseTime(header.Get("Date"))
		if err != nil {
			now = time.Now()
		}
		return expires.Sub(now)
	}
	return 0
}

// kaseyaDoor treats a rejected token request as rejected credentials, because the request contains
// nothing else.
func kaseyaDoor(reply Reply) (vendors.Class, time.Duration) {
	if reply.Status == http.StatusBadRequest || reply.Status == http.StatusUnprocessableEntity {
		return vendors.CredentialsRejected, 0
	}
	return "", 0
}

// kaseyaStatus returns the status of a failure that came as {"Success": false, "Error": {...}}
// inside a success. It is undocumented whether Error.Code is a status. If it is not, the wording
// separates the failures that must not be confused, and everything else is a bad request.
func kaseyaStatus(reply Reply) int {
	var response struct {
		Success Flag
		Error   Object[struct {
			Code             Number
			Message, Details Text
		}]
	}
	_ = decode(reply.Body, &response)
	if reply.Status < 200 || reply.Status > 299 || !response.Success.Given || response.Success.Value {
		return reply.Status
	}
	refusal := response.Error.Value
	if code := refusal.Code.Count(); code != nil && *code >= 400 && *code <= 599 {
		return *code
	}
	said := strings.ToLower(string(refusal.Message + " " + refusal.Details))
	switch {
	case containsAny(said, "too many", "rate limit", "call limit", "limit exceeded"):
		return http.StatusTooManyRequests
	case containsAny(said, "unauthorized", "not authorized", "token"):
		return http.StatusUnauthorized
	default:
		return http.StatusBadRequest
	}
}

func containsAny(text string, parts ...string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// KaseyaResult requests a result that is not a paged list. T is one of the types that record
// whether they were given.
func KaseyaResult[T any](ctx context.Context, client *Client, path string) (T, error) {
	var response struct{ Result T }
	_, err := client.Get(ctx, path, nil, &response)
	return response.Result, err
}

// KaseyaRows is one page of a list.
type KaseyaRows[T any] struct {
	List[T]

	Total *int // nil: not given
	Next  string
}

// KaseyaList requests one page of a list, the first one for the cursor "".
func KaseyaList[T any](ctx context.Context, client *Client, path string, query url.Values, span Span) (KaseyaRows[T], error) {
	query = maps.Clone(query)
	if query == nil {
		query = url.Values{}
	}
	query.Set("PageNumber", strconv.Itoa(span.Number(1)))
	query.Set("PageSize", strconv.Itoa(span.Size))
	var response struct {
		Result       List[T]
		TotalRecords Number
	}
	if _, err := client.Get(ctx, path, query, &response); err != nil {
		return KaseyaRows[T]{}, err
	}
	// {"Result": null} is not an empty list.
	if !response.Result.Given {
		return KaseyaRows[T]{}, client.Garbled("no Result in the answer")
	}
	page := KaseyaRows[T]{List: response.Result, Total: response.TotalRecords.Count()}
	if page.Total != nil && *page.Total == 0 && page.Len() > 0 {
		page.Total = nil // servers that do not report a total send 0
	}
	if page.Total == nil {
		page.Next = span.NextUntilEmpty(page.Len())
	} else {
		page.Next = span.NextByTotal(page.Len(), *page.Total)
	}
	return page, nil
}

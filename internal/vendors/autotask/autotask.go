// Package autotask connects Autotask PSA, REST API 1.0.
//
// Confirmed by Autotask's help and several clients: the zone, the headers, the query and its
// paging, three concurrent calls, 10,000 requests an hour for all tools of a customer together,
// ordinary failures with status 500, failures inside a success, and from two clients a company's
// webAddress and city. Reported: too many concurrent calls
// may return any status, and the next page has to be requested with the first one's method and
// body. Deactivated companies are listed, and so are all company types (type numbers differ between
// customers); Autotask deletes none.
package autotask

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

const (
	name     = "Autotask PSA"
	pageSize = 500 // Autotask's maximum
	atOnce   = 3   // concurrent calls that Autotask allows for one tracking identifier

	fieldUser   = "username"
	fieldSecret = "secret"
	fieldCode   = "integration_code"

	rejected = "The API user was rejected. Check that it is active, and its user name (key), password (secret), tracking identifier and right to view all companies: " +
		"Admin > Account Settings & Users > Resources/Users. Autotask locks a user after several wrong passwords, so correct it before the next try."
)

// Descriptor describes Autotask PSA.
func Descriptor() vendors.Descriptor {
	return vendors.Descriptor{
		Application: vendors.ApplicationAutotask,
		Name:        name,
		Address: vendors.Address{
			Example: "https://webservices2.autotask.net",
			Domains: []string{"autotask.net"},
			Host:    apiHost,
			Paths:   []string{"atservicesrest*", "atservices*", "mvc", "autotask*"},
		},
		Regions:          []vendors.Region{{Name: "Every zone (found by the user name)", BaseURL: "https://webservices2.autotask.net"}},
		Limits:           vendors.Limits{InFlight: 3, Calls: 10_000, Per: time.Hour},
		CredentialFields: fields(),
		Open:             open,
	}
}

// apiHost keeps the host of a zone's API. The host of its pages, such as ww5.autotask.net, becomes
// the default zone's, because the user name determines the zone.
func apiHost(host string) (string, bool) {
	if strings.HasPrefix(host, "webservices") {
		return host, true
	}
	return "webservices2.autotask.net", true
}

func fields() []vendors.CredentialField {
	return []vendors.CredentialField{
		{
			Name: fieldUser, Label: "User name (key)",
			Help: "Admin > Account Settings & Users > Resources/Users > New API User, security level API User (system); it looks like an email address.",
		},
		{Name: fieldSecret, Label: "Password (secret)", Secret: true, Help: "Created together with the user name, and shown only once."},
		{
			Name: fieldCode, Label: "Tracking identifier", Secret: true,
			Help: "Of the API user, under API Tracking Identifier: Custom (internal integration), unless this program is in the list of vendors.",
		},
	}
}

func open(config vendors.Config) (vendors.Source, error) {
	if err := config.Credentials.Require(fields()); err != nil {
		return nil, err
	}
	settings := call.Config{
		Vendor:   name,
		BaseURL:  config.BaseURL,
		HTTP:     config.Client,
		Secrets:  config.Credentials.Values(),
		Refusals: []string{"errors", "error", "message"},
		// No secret was sent, so only the user name can be wrong.
		Rejected: "Autotask knows no API user with this user name. Check the user name (key): it looks like an email address and is not the one of a person.",
		Classify: classifyZone,
		Status:   status,
		// Autotask's web server rejects wrong credentials with its own page, and too many of these
		// responses lock the user.
		OwnPage: "access is denied due to invalid credentials",
	}
	front, err := call.New(settings)
	if err != nil {
		return nil, err
	}
	settings.Authorize = call.Header("Secret", config.Credentials.Get(fieldSecret))
	settings.Rejected = rejected
	settings.Classify = classify
	settings.Status = status
	user := config.Credentials.Get(fieldUser)
	return &source{
		// The old zone rejects a customer who was moved to another one.
		api: call.Locate(http.StatusUnauthorized, func(ctx context.Context) (*call.Client, error) {
			zone, err := readZone(ctx, front, user)
			if err != nil {
				return nil, err
			}
			found := settings
			found.BaseURL = zone
			return call.New(found)
		}),
		header: http.Header{"UserName": {user}, "ApiIntegrationCode": {config.Credentials.Get(fieldCode)}},
		turns:  make(chan struct{}, atOnce),
	}, nil
}

// readZone asks for the API address of this user's company. That needs no credentials, and none are
// sent.
func readZone(ctx context.Context, front *call.Client, user string) (string, error) {
	var zone struct {
		URL call.Text `json:"url"`
	}
	if _, err := front.Get(ctx, "/atservicesrest/v1.0/zoneInformation", url.Values{"user": {user}}, &zone); err != nil {
		return "", err
	}
	if zone.URL == "" {
		return "", front.Garbled("no url of a zone in the answer")
	}
	return string(zone.URL), front.Trust(string(zone.URL), "autotask.net")
}

// classifyZone recognizes the response for an unknown user: JSON with status 500, or errors inside
// a success.
func classifyZone(reply call.Reply) (vendors.Class, time.Duration) {
	switch {
	case isThreshold(strings.ToLower(string(reply.Body))):
		return vendors.RateLimited, 0
	case (reply.Status == http.StatusInternalServerError || reply.Status == http.StatusBadRequest) && json.Valid(reply.Body):
		return vendors.CredentialsRejected, 0
	default:
		return "", 0
	}
}

// classify reads a failure's text, because its status says little.
func classify(reply call.Reply) (vendors.Class, time.Duration) {
	said := strings.ToLower(string(reply.Body))
	switch {
	case reply.Status == http.StatusUnauthorized:
		return vendors.CredentialsRejected, 0
	case isThreshold(said):
		return vendors.RateLimited, 0
	case reply.Status == http.StatusInternalServerError && strings.Contains(said, "permission"):
		return vendors.CredentialsRejected, 0
	default:
		return "", 0
	}
}

// isThreshold reports whether a text says that there were too many requests, which comes with any
// status.
func isThreshold(said string) bool {
	return strings.Contains(said, "threshold") && strings.Contains(said, "exceeded") || strings.Contains(said, "itgenatr005")
}

// status detects failures inside a success: errors in any form that is not empty.
func status(reply call.Reply) int {
	var response struct {
		Errors json.RawMessage `json:"errors"`
	}
	if reply.Status < 200 || reply.Status > 299 || json.Unmarshal(reply.Body, &response) != nil {
		return reply.Status
	}
	switch strings.Join(strings.Fields(string(response.Errors)), "") {
	case "", "null", "[]", "{}", `""`, "false", "0":
		return reply.Status
	default:
		return http.StatusBadRequest
	}
}

type source struct {
	api    *call.Located
	header http.Header
	turns  chan struct{} // one element per call in flight
}

func (s *source) Verify(ctx context.Context) error {
	_, _, err := s.list(ctx, firstPage(1))
	return err
}

func (s *source) Organizations(ctx context.Context, cursor string) (vendors.Page, error) {
	request := firstPage(pageSize)
	if cursor != "" {
		// The next page is requested like the first: POST with the same body.
		request.Path, request.Target = "", cursor
	}
	client, response, err := s.list(ctx, request)
	if err != nil {
		return vendors.Page{}, err
	}
	next, err := client.Next(response.PageDetails.Value.NextPageURL)
	if err != nil {
		return vendors.Page{}, err
	}
	rows := make([]vendors.Organization, len(response.Items.Rows))
	for i, company := range response.Items.Rows {
		rows[i] = vendors.Organization{
			RemoteID: string(company.ID), Name: string(company.Name), Website: string(company.WebAddress), City: string(company.City),
		}
	}
	return call.NewPage(rows, nil, next, response.Items.Skipped()...), nil
}

type query struct {
	MaxRecords    int
	IncludeFields []string
	Filter        []condition `json:"filter"`
}

type condition struct {
	Op    string `json:"op"`
	Field string `json:"field"`
	Value int    `json:"value"`
}

func firstPage(size int) call.Request {
	return call.Request{
		Path: "V1.0/Companies/query",
		JSON: query{
			MaxRecords:    size,
			IncludeFields: []string{"id", "companyName", "webAddress", "city"},
			// A filter is required, and this one matches every company: 0 is the customer's own.
			Filter: []condition{{Op: "gte", Field: "id", Value: 0}},
		},
	}
}

type response struct {
	Items call.List[struct {
		ID         call.Text `json:"id"`
		Name       call.Text `json:"companyName"`
		WebAddress call.Text `json:"webAddress"`
		City       call.Text `json:"city"`
	}] `json:"items"`
	PageDetails call.Object[struct {
		NextPageURL call.Link `json:"nextPageUrl"`
	}] `json:"pageDetails"`
}

func (s *source) list(ctx context.Context, request call.Request) (*call.Client, response, error) {
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return nil, response{}, fmt.Errorf("%s: wait for a turn: %w", name, ctx.Err())
	}
	request.Header = s.header
	var page response
	client, _, err := s.api.Do(ctx, request, &page)
	if err != nil {
		return client, response{}, err
	}
	// {"items": null} is not an empty list.
	if !page.Items.Given {
		return client, response{}, client.Garbled("no items in the answer")
	}
	if page.Items.Len() > 0 && !page.PageDetails.Given {
		return client, response{}, client.Garbled("no word on whether there is a next page")
	}
	return client, page, nil
}

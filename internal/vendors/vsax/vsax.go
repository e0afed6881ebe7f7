// Package vsax connects Kaseya VSA X, also called VSA 10: API version 3.
//
// From the vendor's guide: OData's $top and $skip, names in PascalCase, Basic authentication with a
// token's ID and secret, tokens with scopes, an expiry date and allowed addresses. From existing
// clients: the path, and the envelope of Data and Meta.TotalCount. An organization's row combines
// the documented row of a site with that of one client: the kind of PSA is in PsaIntegrationType or
// PsaMappingType, whichever is present. Not documented: limits, the largest page (we request 100;
// the next page starts after the rows that came, so a server may send fewer), and error bodies
// (Meta.ResponseCode counts if it says more than the status). Organizations cannot be deactivated
// in VSA X. We request no order: the reported total reveals a list that changes.
package vsax

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

const (
	pageSize = 100

	fieldID     = "token_id"
	fieldSecret = "token_secret"

	apiPath = "/api/v3"
)

// Descriptor describes VSA X.
func Descriptor() vendors.Descriptor {
	return vendors.Descriptor{
		Application: vendors.ApplicationVSAX,
		Name:        "Kaseya VSA X",
		Address: vendors.Address{
			Example: "https://acme.vsax.net",
			Domains: []string{"vsax.net"},
			Paths:   []string{"api/v[0-9]*", "api$", "app", "auth", "devices", "organizations", "configuration", "settings", "workflows", "automation", "administration"},
		},
		CredentialFields: fields(),
		Open:             open,
	}
}

func fields() []vendors.CredentialField {
	return []vendors.CredentialField{
		{Name: fieldID, Label: "Token ID", Secret: true, Help: "Created by a VSA X administrator under Configuration > API Access as a third-party token, with the scope REST API (Read), for all organizations."},
		{Name: fieldSecret, Label: "Token secret", Secret: true, Help: "Shown once, together with the token ID."},
	}
}

func open(config vendors.Config) (vendors.Source, error) {
	if err := config.Credentials.Require(fields()); err != nil {
		return nil, err
	}
	client, err := call.New(call.Config{
		Vendor:    "VSA X",
		BaseURL:   config.BaseURL,
		HTTP:      config.Client,
		Refusals:  []string{"error", "errors", "message", "meta"},
		Authorize: call.Basic(config.Credentials.Get(fieldID), config.Credentials.Get(fieldSecret)),
		Secrets:   config.Credentials.Secrets(fields()),
		Rejected:  "VSA X rejected the token. Check under Configuration > API Access that it has not expired, has the scope REST API (Read) and may be used from this server's address, or create a new one.",
		Status:    status,
	})
	if err != nil {
		return nil, err
	}
	return &source{client: client}, nil
}

// status returns Meta.ResponseCode if it reports a failure inside a success.
func status(reply call.Reply) int {
	var response envelope
	if reply.Status != http.StatusOK || json.Unmarshal(reply.Body, &response) != nil {
		return reply.Status
	}
	if code := response.Meta.Value.ResponseCode.Count(); code != nil && *code >= 400 && *code <= 599 {
		return *code
	}
	return reply.Status
}

type source struct {
	client *call.Client
}

func (s *source) Verify(ctx context.Context) error {
	_, err := s.list(ctx, 0, 1)
	return err
}

// Organizations reads one page. Its cursor is the number of rows to skip.
func (s *source) Organizations(ctx context.Context, cursor string) (vendors.Page, error) {
	skip := 0
	if cursor != "" {
		var err error
		if skip, err = strconv.Atoi(cursor); err != nil || skip < 1 {
			return vendors.Page{}, fmt.Errorf("VSA X: %q is not a cursor of this list", cursor)
		}
	}
	response, err := s.list(ctx, skip, pageSize)
	if err != nil {
		return vendors.Page{}, err
	}
	rows := make([]vendors.Organization, len(response.Data.Rows))
	for i, row := range response.Data.Rows {
		rows[i] = row.organization()
	}
	next, total := "", response.Meta.Value.TotalCount.Count()
	if total != nil && *total == 0 && response.Data.Len() > 0 {
		total = nil // the server does not count
	}
	if seen := skip + distinct(rows) + response.Data.Unreadable; response.Data.Len() > 0 && (total == nil || seen < *total) {
		next = strconv.Itoa(seen)
	}
	return call.NewPage(rows, total, next, response.Data.Skipped()...), nil
}

// distinct counts rows by id: a row that comes twice must not make the next page skip another;
// reading one again is harmless.
func distinct(rows []vendors.Organization) int {
	ids := make(map[string]bool, len(rows))
	for _, row := range rows {
		ids[row.RemoteID] = true
	}
	return len(ids)
}

func (s *source) list(ctx context.Context, skip, top int) (envelope, error) {
	var response envelope
	_, err := s.client.Get(ctx, apiPath+"/organizations", url.Values{"$top": {strconv.Itoa(top)}, "$skip": {strconv.Itoa(skip)}}, &response)
	if err != nil {
		return envelope{}, err
	}
	// {"Data": null} is not an empty list.
	if !response.Data.Given {
		return envelope{}, s.client.Garbled("no Data in the answer")
	}
	return response, nil
}

type envelope struct {
	Data call.List[organization] `json:"Data"`
	Meta call.Object[struct {
		TotalCount   call.Number `json:"TotalCount"`
		ResponseCode call.Number `json:"ResponseCode"`
	}] `json:"Meta"`
}

type organization struct {
	ID             call.Text `json:"Id"`
	Name           call.Text `json:"Name"`
	PSAIntegration call.Text `json:"PsaIntegrationType"`
	PSAMapping     call.Text `json:"PsaMappingType"`
	PSAMappingID   call.Text `json:"PsaMappingId"`
}

func (o organization) organization() vendors.Organization {
	row := vendors.Organization{RemoteID: string(o.ID), Name: string(o.Name)}
	for _, name := range []call.Text{o.PSAIntegration, o.PSAMapping} {
		// .NET sends 0 if there is no mapping.
		if psa, known := call.ApplicationNamed(string(name)); known && o.PSAMappingID != "" && o.PSAMappingID != "0" {
			row.Hints = []vendors.Hint{{Application: psa, RemoteID: string(o.PSAMappingID)}}
			break
		}
	}
	return row
}

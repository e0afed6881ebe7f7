// Package halopsa connects HaloPSA.
//
// Confirmed by several clients and Halo's own specification: authinfo, the sign-in, the names of
// parameters and fields. Halo does not specify responses, so the list is read leniently: with or
// without the envelope and its counts. Reported: 300 requests in five minutes, without a
// Retry-After. Not documented: the largest page (clients use 100; if the first page is shorter, its
// size is used for the others). Inactive clients are listed; as far as known, the list contains no
// deleted ones. A client has a website in the specification and in a client of the API; whether the
// list always contains it is not documented. It has no city: Halo's addresses are numbered lines.
package halopsa

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

const (
	name     = "HaloPSA"
	pageSize = 100 // what existing clients use; Halo documents no maximum

	fieldID     = "client_id"
	fieldSecret = "client_secret"
	fieldTenant = "tenant"

	rejected = "The client ID and secret were rejected, or the application may not read customers. HaloPSA makes an application under Configuration > Integrations > Halo API: " +
		"Client ID and Secret (Services), with an agent to log in as and the permission read:customers."
)

// Descriptor describes HaloPSA.
func Descriptor() vendors.Descriptor {
	return vendors.Descriptor{
		Application: vendors.ApplicationHaloPSA,
		Name:        name,
		Address: vendors.Address{
			Example: "https://acme.halopsa.com",
			Domains: halo(),
			Paths: []string{
				"api", "apidoc*", "auth", "customer*", "ticket*", "config*", "portal", "asset*", "calendar", "kb", "opportunit*", "supplier*", "user*", "site*",
				"agent*", "report*", "project*", "timesheet*", "purchaseorder*", "quot*", "invoice*", "contract*", "account*", "suite",
			},
		},
		Limits:           vendors.Limits{Calls: 300, Per: 5 * time.Minute},
		CredentialFields: fields(),
		Open:             open,
	}
}

// halo returns the domains under which Halo hosts its products.
func halo() []string {
	return []string{"halopsa.com", "haloitsm.com", "haloservicedesk.com", "halocrm.com"}
}

func fields() []vendors.CredentialField {
	return []vendors.CredentialField{
		{
			Name: fieldID, Label: "Client ID",
			Help: "Configuration > Integrations > Halo API > View Applications > New: Client ID and Secret (Services), with an agent to log in as that sees all customers, and the permission read:customers.",
		},
		{Name: fieldSecret, Label: "Client secret", Secret: true, Help: "Shown once, when the application is created."},
		{Name: fieldTenant, Label: "Tenant", Optional: true, Help: "Shown under Configuration > Integrations > Halo API. Only needed if signing in fails without it."},
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
		Refusals: []string{"error", "error_description", "message", "title", "errors"},
		Secrets:  config.Credentials.Values(),
		Rejected: rejected,
	}
	front, err := call.New(settings)
	if err != nil {
		return nil, err
	}
	door := &door{settings: settings, front: front, credentials: config.Credentials}
	settings.Authorize = call.Bearer(door.signIn)
	client, err := call.New(settings)
	if err != nil {
		return nil, err
	}
	return &source{client: client}, nil
}

type source struct {
	client *call.Client
}

func (s *source) Verify(ctx context.Context) error {
	_, err := s.list(ctx, call.Span{Size: 1})
	return err
}

func (s *source) Organizations(ctx context.Context, cursor string) (vendors.Page, error) {
	span, err := call.ParseSpan(cursor, pageSize)
	if err != nil {
		return vendors.Page{}, fmt.Errorf("%s: %w", name, err)
	}
	response, err := s.list(ctx, span)
	if err != nil {
		return vendors.Page{}, err
	}
	rows := make([]vendors.Organization, len(response.Clients.Rows))
	for i, client := range response.Clients.Rows {
		rows[i] = client.organization()
	}
	return call.NewPage(rows, response.RecordCount.Count(), response.next(span), response.Clients.Skipped()...), nil
}

func (s *source) list(ctx context.Context, span call.Span) (response, error) {
	var page response
	_, err := s.client.Get(ctx, "/api/Client", url.Values{
		"pageinate":       {"true"}, // Halo's spelling
		"page_no":         {strconv.Itoa(span.Number(1))},
		"page_size":       {strconv.Itoa(span.Size)},
		"order":           {"id"}, // clients added or renamed during a walk do not shift the others
		"includeactive":   {"true"},
		"includeinactive": {"true"},
	}, &page)
	if err != nil {
		return response{}, err
	}
	// {"clients": null} is not an empty list.
	if !page.Clients.Given {
		return response{}, s.client.Garbled("no clients in the answer")
	}
	return page, nil
}

type response struct {
	RecordCount call.Number       `json:"record_count"`
	Clients     call.List[client] `json:"clients"`
}

// UnmarshalJSON also accepts the list without its envelope.
func (a *response) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte("[")) {
		return json.Unmarshal(data, &a.Clients)
	}
	type envelope response
	return json.Unmarshal(data, (*envelope)(a))
}

// next counts pages up to the total; if Halo reports none, only an empty page is the end.
func (a response) next(span call.Span) string {
	rows, total := a.Clients.Len(), a.RecordCount.Count()
	switch {
	case total != nil:
		return span.NextByTotal(rows, *total)
	case rows > span.Size:
		return "" // this server ignores paging: that is the whole list
	default:
		return span.NextUntilEmpty(rows)
	}
}

// client holds the fields of a Halo customer that we use. Halo also sends a Kaseya id, which does
// not name the product, and a Hudu address, which contains no id; neither helps.
type client struct {
	ID            call.Text `json:"id"`
	Name          call.Text `json:"name"`
	Website       call.Text `json:"website"`
	ITGlueID      hint      `json:"itglue_id"`
	DattoID       hint      `json:"datto_id"`
	AutotaskID    hint      `json:"autotaskid"`
	ConnectWiseID hint      `json:"connectwiseid"`
	NinjaOneID    hint      `json:"ninjarmmid"`
}

func (c client) organization() vendors.Organization {
	organization := vendors.Organization{RemoteID: string(c.ID), Name: string(c.Name), Website: string(c.Website)}
	for _, linked := range []vendors.Hint{
		{Application: vendors.ApplicationITGlue, RemoteID: string(c.ITGlueID)},
		{Application: vendors.ApplicationDattoRMM, RemoteID: string(c.DattoID)},
		{Application: vendors.ApplicationAutotask, RemoteID: string(c.AutotaskID)},
		{Application: vendors.ApplicationConnectWise, RemoteID: string(c.ConnectWiseID)},
		{Application: vendors.ApplicationNinjaOne, RemoteID: string(c.NinjaOneID)},
	} {
		if linked.RemoteID != "" {
			organization.Hints = append(organization.Hints, linked)
		}
	}
	return organization
}

// hint decodes an ID in another application. Halo sends zero if there is none.
type hint call.Text

// UnmarshalJSON never fails: a malformed hint must not make the whole list unreadable.
func (h *hint) UnmarshalJSON(data []byte) error {
	var id call.Text
	_ = id.UnmarshalJSON(data)
	if id != "0" && id != "-1" {
		*h = hint(id)
	}
	return nil
}

// door signs in at the address that the authinfo endpoint returns.
type door struct {
	settings    call.Config
	front       *call.Client
	credentials vendors.Credentials
}

func (d *door) signIn(ctx context.Context) (call.Token, error) {
	address, tenant, err := d.place(ctx)
	if err != nil {
		return call.Token{}, err
	}
	settings := d.settings
	settings.BaseURL = address
	settings.Classify = call.ClassifyToken
	client, err := call.New(settings)
	if err != nil {
		return call.Token{}, err
	}
	query := url.Values{}
	if tenant != "" {
		query.Set("tenant", tenant)
	}
	// Try the smallest scope that lists clients first. Whether an application with the permission "all"
	// is granted it under this name is not documented.
	token, err := client.FetchToken(ctx, "/token", query, d.form("read:customers"))
	if refused := (*vendors.Error)(nil); errors.As(err, &refused) && refused.Class == vendors.BadResponse {
		return client.FetchToken(ctx, "/token", query, d.form("all"))
	}
	return token, err
}

func (d *door) form(scope string) url.Values {
	return call.ClientCredentials(d.credentials.Get(fieldID), d.credentials.Get(fieldSecret), scope)
}

// place asks where to sign in and as which tenant. If the server does not say, it returns the usual
// address.
func (d *door) place(ctx context.Context) (address, tenant string, err error) {
	var info struct {
		AuthURL  call.Text `json:"auth_url"`
		TenantID call.Text `json:"tenant_id"`
	}
	tenant = d.credentials.Get(fieldTenant)
	reply, err := d.front.Get(ctx, "/api/authinfo", nil, &info)
	if err != nil && reply.Status != http.StatusNotFound {
		return "", "", err
	}
	if tenant == "" {
		tenant = string(info.TenantID)
	}
	if info.AuthURL == "" {
		usual, err := url.JoinPath(d.settings.BaseURL, "auth")
		return usual, tenant, err
	}
	// The secret is sent there, so the server must be Halo's own.
	return string(info.AuthURL), tenant, d.front.Trust(string(info.AuthURL), halo()...)
}

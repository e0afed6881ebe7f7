// Package hudu connects Hudu, API version 1.
//
// From Hudu's own specification (releases 2.40 to 2.44): the header, the list's path, parameters
// and fields, 25 rows a page by default, 300 requests a minute. Archived companies are not in the
// list, according to the specification; if one is, we leave it out, because the customer has
// archived it. Not documented: the largest page (other clients use 1000; a server that sends fewer
// rows than requested is still read completely, because only an empty page ends the list) and the
// form of a 429 (we use Retry-After if there is one). Integrations have short names, of which
// "cw_manage", "autotask" and "halo" are confirmed; others are recognized if they are spelled like
// the tool's name.
package hudu

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

const (
	// pageSize keeps a page under a second on small self-hosted servers: each company includes its
	// integrations.
	pageSize = 250

	fieldKey = "api_key"
)

// Descriptor describes Hudu.
func Descriptor() vendors.Descriptor {
	return vendors.Descriptor{
		Application: vendors.ApplicationHudu,
		Name:        "Hudu",
		Address: vendors.Address{
			Example: "https://acme.huducloud.com",
			Domains: []string{"huducloud.com"},
			Paths: []string{
				"api/v[0-9]*", "api$", "admin", "a", "c", "companies", "company", "kba", "users", "articles", "passwords", "assets", "processes", "procedures",
				"networks", "websites", "search", "recents", "shared_article*", "expirations", "lists", "account*", "my_vault", "getting-started", "settings",
			},
		},
		Limits:           vendors.Limits{Calls: 300, Per: time.Minute},
		CredentialFields: fields(),
		Open:             open,
	}
}

func fields() []vendors.CredentialField {
	return []vendors.CredentialField{{
		Name: fieldKey, Label: "API key", Secret: true,
		Help: "Created by a Hudu administrator under Admin > API Keys, without access to passwords and without the right to delete. Do not limit it to one company, or only that company is listed.",
	}}
}

func open(config vendors.Config) (vendors.Source, error) {
	if err := config.Credentials.Require(fields()); err != nil {
		return nil, err
	}
	client, err := call.New(call.Config{
		Vendor:    "Hudu",
		BaseURL:   config.BaseURL,
		HTTP:      config.Client,
		Refusals:  []string{"error", "errors", "message"},
		Authorize: call.Header("x-api-key", config.Credentials.Get(fieldKey)),
		Secrets:   config.Credentials.Secrets(fields()),
		Rejected:  "Hudu rejected the API key. Check under Admin > API Keys that it exists and may be used from this server's IP address, or create a new one.",
	})
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
		return vendors.Page{}, fmt.Errorf("Hudu: %w", err)
	}
	companies, err := s.list(ctx, span)
	if err != nil {
		return vendors.Page{}, err
	}
	rows := make([]vendors.Organization, 0, len(companies.Rows))
	for _, company := range companies.Rows {
		if !company.Archived.Value {
			rows = append(rows, company.organization())
		}
	}
	return call.NewPage(rows, nil, span.NextUntilEmpty(companies.Len()), companies.Skipped()...), nil
}

func (s *source) list(ctx context.Context, span call.Span) (call.List[company], error) {
	var response struct {
		Companies call.List[company] `json:"companies"`
	}
	_, err := s.client.Get(ctx, "/api/v1/companies", url.Values{
		"page":      {strconv.Itoa(span.Number(1))},
		"page_size": {strconv.Itoa(span.Size)},
	}, &response)
	// {"companies": null} is not an empty list.
	if err == nil && !response.Companies.Given {
		err = s.client.Garbled("no companies in the answer")
	}
	return response.Companies, err
}

type company struct {
	ID           call.Text              `json:"id"`
	Name         call.Text              `json:"name"`
	FullURL      call.Text              `json:"full_url"`
	Website      call.Text              `json:"website"`
	City         call.Text              `json:"city"`
	Archived     call.Flag              `json:"archived"`
	Integrations call.List[integration] `json:"integrations"`
}

// integration is Hudu's own mapping of the company to another tool's record.
type integration struct {
	Integrator call.Text `json:"integrator_name"`
	SyncID     call.Text `json:"sync_id"`    // the record's id if it is a number
	Identifier call.Text `json:"identifier"` // the record's id if it is text
	Potential  call.Text `json:"potential_company_id"`
	Company    call.Text `json:"company_id"`
}

func (c company) organization() vendors.Organization {
	organization := vendors.Organization{
		RemoteID: string(c.ID), Name: string(c.Name), URL: string(c.FullURL), Website: string(c.Website), City: string(c.City),
	}
	for _, one := range c.Integrations.Rows {
		if hint, ok := one.hint(); ok {
			organization.Hints = append(organization.Hints, hint)
		}
	}
	return organization
}

// hint returns the record in the other tool, but not if Hudu only suggests it.
func (i integration) hint() (vendors.Hint, bool) {
	application, known := call.ApplicationNamed(string(i.Integrator))
	hint := vendors.Hint{Application: application, RemoteID: string(i.Identifier)}
	if hint.RemoteID == "" {
		hint.RemoteID = string(i.SyncID)
	}
	supposed := i.Company == "" && i.Potential != ""
	return hint, known && !supposed && hint.RemoteID != ""
}

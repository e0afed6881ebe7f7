// Package itglue connects IT Glue.
//
// Its list of organizations has no website and no city, and cannot include the locations and domains
// that have them: reading those would take further lists.
package itglue

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

const (
	// pageSize is half of IT Glue's maximum: larger pages time out more often than they save a request.
	pageSize = 500
	// leastPage is the smallest page to try: a gateway timeout on so few rows has another cause.
	leastPage = 50

	fieldKey = "api_key"
)

// Descriptor describes IT Glue.
func Descriptor() vendors.Descriptor {
	return vendors.Descriptor{
		Application: vendors.ApplicationITGlue,
		Name:        "IT Glue",
		CanImport:   true,
		Address: vendors.Address{
			Example: "https://api.itglue.com",
			Domains: []string{"itglue.com"},
			Host:    apiHost,
			Paths:   []string{"organization*", "[0-9]*", "configuration*", "flexible_*", "passwords*", "users*", "account*", "export*"},
		},
		Regions: []vendors.Region{
			{Name: "North America", BaseURL: "https://api.itglue.com"},
			{Name: "Europe", BaseURL: "https://api.eu.itglue.com"},
			{Name: "Australia", BaseURL: "https://api.au.itglue.com"},
		},
		Limits:           vendors.Limits{Calls: 3000, Per: 5 * time.Minute},
		CredentialFields: fields(),
		Open:             open,
	}
}

// apiHost returns the API host of the region of a customer's own host: acme.eu.itglue.com is in
// Europe.
func apiHost(host string) (string, bool) {
	for _, region := range []string{"eu.itglue.com", "au.itglue.com"} {
		if host == region || strings.HasSuffix(host, "."+region) {
			return "api." + region, true
		}
	}
	return "api.itglue.com", true
}

func fields() []vendors.CredentialField {
	return []vendors.CredentialField{{
		Name: fieldKey, Label: "API key", Secret: true,
		Help: "Created by an IT Glue administrator under Account > Settings > API Keys. Starts with \"ITG.\"; leave password access off.",
	}}
}

func open(config vendors.Config) (vendors.Source, error) {
	if err := config.Credentials.Require(fields()); err != nil {
		return nil, err
	}
	client, err := call.New(call.Config{
		Vendor:    "IT Glue",
		BaseURL:   config.BaseURL,
		HTTP:      config.Client,
		Refusals:  []string{"errors", "error", "message"},
		Authorize: call.Header("x-api-key", config.Credentials.Get(fieldKey)),
		Secrets:   config.Credentials.Secrets(fields()),
		// IT Glue rejects a key of another region just like a wrong one.
		Rejected: "IT Glue rejected the key. Check the region. Keys unused for 90 days are revoked; create a new one under Account > Settings > API Keys.",
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
		return vendors.Page{}, fmt.Errorf("IT Glue: %w", err)
	}
	response, err := s.list(ctx, span)
	if err != nil {
		// IT Glue's documentation recommends this.
		return vendors.Page{}, span.Narrower(err, leastPage)
	}
	rows, included := make([]vendors.Organization, len(response.Data.Rows)), hintsOf(response.Included)
	for i, row := range response.Data.Rows {
		rows[i] = vendors.Organization{RemoteID: string(row.ID), Name: string(row.Attributes.Value.Name), Hints: included.of(row.Relationships.Value)}
	}
	return call.NewPage(rows, response.Meta.Value.TotalCount.Count(), response.next(span), response.Data.Skipped()...), nil
}

// response is the part of IT Glue's JSON:API document that we use.
type response struct {
	Data call.List[struct {
		ID         call.Text `json:"id"`
		Attributes call.Object[struct {
			Name call.Text `json:"name"`
		}] `json:"attributes"`
		Relationships call.Object[links] `json:"relationships"`
	}] `json:"data"`
	Included call.List[record] `json:"included"`
	Meta     call.Object[struct {
		NextPage   call.Number `json:"next-page"`
		TotalPages call.Number `json:"total-pages"`
		TotalCount call.Number `json:"total-count"`
	}] `json:"meta"`
}

func (s *source) list(ctx context.Context, span call.Span) (response, error) {
	var document response
	_, err := s.client.Get(ctx, "/organizations", url.Values{
		"page[number]": {strconv.Itoa(span.Number(1))},
		"page[size]":   {strconv.Itoa(span.Size)},
		"include":      {"adapters_resources"},
		"sort":         {"id"}, // rows added or renamed during a walk do not shift the others
	}, &document)
	if err != nil {
		return response{}, err
	}
	// {"data": null} is not an empty list.
	if !document.Data.Given {
		return response{}, s.client.Garbled("no data in the answer")
	}
	return document, nil
}

// next follows meta.next-page, and counts pages if IT Glue omits it; if there is no total either,
// only an empty page is the end. Pages are requested by number because IT Glue rejects links.next
// for duplicate parameters as soon as any parameter is added.
func (a response) next(span call.Span) string {
	number, rows, meta := span.Number(1), a.Data.Len(), a.Meta.Value
	nextPage, totalPages, totalCount := meta.NextPage.Count(), meta.TotalPages.Count(), meta.TotalCount.Count()
	switch {
	case rows == 0:
		return ""
	case nextPage != nil && *nextPage > 0:
		span = span.Fitted(rows)
		return call.Span{Offset: (*nextPage - 1) * span.Size, Size: span.Size}.Cursor()
	case totalPages != nil && number < *totalPages:
		return span.Fitted(rows).Next().Cursor()
	case totalPages != nil:
		return ""
	case totalCount != nil:
		return span.NextByTotal(rows, *totalCount)
	default:
		return span.NextUntilEmpty(rows)
	}
}

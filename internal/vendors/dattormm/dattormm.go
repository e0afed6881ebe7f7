// Package dattormm connects Datto RMM, API version 2.
package dattormm

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

const (
	pageSize = 250 // Datto RMM's maximum

	fieldKey    = "api_key"
	fieldSecret = "api_secret"

	// rejected covers a key rejected by either call: signing in or listing.
	rejected = "Datto RMM rejected the API key. Check the platform, and that API access is enabled. Generate a new key and secret under Setup > Users > (user) > Generate API Keys."
)

// Descriptor describes Datto RMM.
func Descriptor() vendors.Descriptor {
	return vendors.Descriptor{
		Application: vendors.ApplicationDattoRMM,
		Name:        "Datto RMM",
		Address: vendors.Address{
			Example: "https://merlot-api.centrastage.net",
			Domains: []string{"centrastage.net", "rmm.datto.com"},
			Host:    apiHost,
			Paths:   []string{"api", "auth", "v2", "sites*", "site", "devices*", "setup*"},
		},
		Regions:          platforms(),
		Limits:           vendors.Limits{Calls: 600, Per: time.Minute},
		CredentialFields: fields(),
		Open:             open,
	}
}

// apiHost returns the API host of the platform in a web host such as merlot.centrastage.net or
// merlot.rmm.datto.com. An unknown platform works only with its API host.
func apiHost(host string) (string, bool) {
	const domain = "-api.centrastage.net"
	if strings.HasSuffix(host, domain) {
		return host, true
	}
	first, _, _ := strings.Cut(host, ".")
	for _, region := range platforms() {
		if name := strings.ToLower(region.Name); strings.TrimSuffix(first, "rrm") == name {
			return name + domain, true
		}
	}
	return "", false
}

// platforms returns the platforms, named as in the web address of Datto RMM.
func platforms() []vendors.Region {
	var regions []vendors.Region
	for _, platform := range []struct{ name, host string }{
		{"Pinotage", "pinotage"},
		{"Merlot", "merlot"},
		{"Concord", "concord"},
		{"Vidal", "vidal"},
		{"Zinfandel", "zinfandel"},
		{"Syrah", "syrah"},
	} {
		regions = append(regions, vendors.Region{Name: platform.name, BaseURL: "https://" + platform.host + "-api.centrastage.net"})
	}
	return regions
}

func fields() []vendors.CredentialField {
	return []vendors.CredentialField{
		{Name: fieldKey, Label: "API key", Secret: true, Help: "Generated under Setup > Users > (user) > Generate API Keys, after API access has been enabled under Setup > Global Settings > Access Control."},
		{Name: fieldSecret, Label: "API secret key", Secret: true, Help: "Shown once, together with the API key."},
	}
}

func open(config vendors.Config) (vendors.Source, error) {
	if err := config.Credentials.Require(fields()); err != nil {
		return nil, err
	}
	limit := &limit{}
	door, err := call.New(call.Config{
		Vendor:   "Datto RMM",
		BaseURL:  config.BaseURL,
		HTTP:     config.Client,
		Refusals: []string{"error", "errors", "error_description", "message"},
		// Datto RMM uses the same client name for everyone; the user's key and secret are in the form.
		Authorize: call.Basic("public-client", "public"),
		Secrets:   config.Credentials.Secrets(fields()),
		Rejected:  rejected,
		Classify: func(reply call.Reply) (vendors.Class, time.Duration) {
			if class, wait := limit.classify(reply); class != "" {
				return class, wait
			}
			return call.ClassifyToken(reply)
		},
	})
	if err != nil {
		return nil, err
	}
	client, err := call.New(call.Config{
		Vendor:    "Datto RMM",
		BaseURL:   config.BaseURL,
		HTTP:      config.Client,
		Refusals:  []string{"error", "errors", "error_description", "message"},
		Authorize: call.Bearer(signIn(door, config.Credentials)),
		Secrets:   config.Credentials.Secrets(fields()),
		Rejected:  rejected,
		Classify:  limit.classify,
	})
	if err != nil {
		return nil, err
	}
	return &source{client: client}, nil
}

func signIn(door *call.Client, credentials vendors.Credentials) func(context.Context) (call.Token, error) {
	form := url.Values{
		"grant_type": {"password"},
		"username":   {credentials.Get(fieldKey)},
		"password":   {credentials.Get(fieldSecret)},
	}
	return func(ctx context.Context) (call.Token, error) {
		return door.FetchToken(ctx, "/auth/oauth/token", nil, form)
	}
}

type source struct {
	client *call.Client
}

func (s *source) Verify(ctx context.Context) error {
	_, err := s.list(ctx, firstPage(1))
	return err
}

func (s *source) Organizations(ctx context.Context, cursor string) (vendors.Page, error) {
	request := firstPage(pageSize)
	if cursor != "" {
		request = call.Request{Target: cursor}
	}
	response, err := s.list(ctx, request)
	if err != nil {
		return vendors.Page{}, err
	}
	next, err := s.client.Next(response.PageDetails.Value.NextPageURL)
	if err != nil {
		return vendors.Page{}, err
	}
	rows := make([]vendors.Organization, len(response.Sites.Rows))
	for i, site := range response.Sites.Rows {
		rows[i] = site.organization()
	}
	return call.NewPage(rows, response.PageDetails.Value.TotalCount.Count(), next, response.Sites.Skipped()...), nil
}

// firstPage requests the first page by number; Datto RMM links every later one.
func firstPage(size int) call.Request {
	return call.Request{
		Path:  "/api/v2/account/sites",
		Query: url.Values{"page": {"0"}, "max": {strconv.Itoa(size)}},
	}
}

func (s *source) list(ctx context.Context, request call.Request) (response, error) {
	var page response
	if _, err := s.client.Do(ctx, request, &page); err != nil {
		return response{}, err
	}
	// {"sites": null} is not an empty list.
	if !page.Sites.Given {
		return response{}, s.client.Garbled("no sites in the answer")
	}
	if page.Sites.Len() > 0 && !page.PageDetails.Given {
		return response{}, s.client.Garbled("no word on whether there is a next page")
	}
	return page, nil
}

type response struct {
	PageDetails call.Object[struct {
		TotalCount  call.Number `json:"totalCount"`
		NextPageURL call.Link   `json:"nextPageUrl"`
	}] `json:"pageDetails"`
	Sites call.List[site] `json:"sites"`
}

// site omits proxySettings on purpose: it may contain a password, which decoding thus drops.
type site struct {
	UID               call.Text `json:"uid"`
	Name              call.Text `json:"name"`
	PortalURL         call.Text `json:"portalUrl"`
	AutotaskCompanyID call.Text `json:"autotaskCompanyId"`
}

func (s site) organization() vendors.Organization {
	// All other calls of Datto RMM use the uid, none uses the numeric id.
	organization := vendors.Organization{RemoteID: string(s.UID), Name: string(s.Name), URL: string(s.PortalURL)}
	if s.AutotaskCompanyID != "" {
		organization.Hints = []vendors.Hint{{Application: vendors.ApplicationAutotask, RemoteID: string(s.AutotaskCompanyID)}}
	}
	return organization
}

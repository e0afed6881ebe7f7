// Package connectwise connects ConnectWise PSA (Manage), REST API 3.0.
//
// Confirmed by its developer guide and several clients: the sign-in and its headers, companyinfo,
// the page size, the Link header, the error bodies, a company's website and city. Inferred: self-hosted servers serve companyinfo
// too (if not, we use the usual codebase), and a single page comes without a Link header (without
// one, only an empty page is the end). Rows that ConnectWise marks as deleted are left out, even if
// the server sends them; companies of every status, inactive ones included, are listed.
package connectwise

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

const (
	name     = "ConnectWise PSA"
	pageSize = 1000 // ConnectWise's maximum
	// leastPage is the smallest page to try: a timeout on so few rows has another cause.
	leastPage = 125

	fieldCompany  = "company_id"
	fieldPublic   = "public_key"
	fieldPrivate  = "private_key"
	fieldClientID = "client_id"

	rejected = "The API keys were rejected, or their security role may not list companies. ConnectWise makes new keys under System > Members > API Members > the member > API Keys; " +
		"the role needs Companies > Company Maintenance: Inquire, All. Check the client ID too."
)

// Descriptor describes ConnectWise PSA.
func Descriptor() vendors.Descriptor {
	return vendors.Descriptor{
		Application: vendors.ApplicationConnectWise,
		Name:        name,
		Address: vendors.Address{
			Example: "https://api-na.myconnectwise.net",
			Domains: []string{"myconnectwise.net", "connectwisedev.com"},
			Host:    apiHost,
			// The path starts with the codebase: v4_6_release, v2025_1.
			Paths: []string{"v[0-9]*_*", "apis", "api", "services", "support", "connectwise*"},
		},
		Regions: []vendors.Region{
			{Name: "North America", BaseURL: "https://api-na.myconnectwise.net"},
			{Name: "Europe", BaseURL: "https://api-eu.myconnectwise.net"},
			{Name: "Australia", BaseURL: "https://api-au.myconnectwise.net"},
			{Name: "Australia (aus)", BaseURL: "https://api-aus.myconnectwise.net"},
			{Name: "South Africa", BaseURL: "https://api-za.myconnectwise.net"},
			{Name: "Staging", BaseURL: "https://api-staging.connectwisedev.com"},
		},
		CredentialFields: fields(),
		Open:             open,
	}
}

func fields() []vendors.CredentialField {
	return []vendors.CredentialField{
		{Name: fieldCompany, Label: "Company ID", Help: "The company that you enter when you sign in to ConnectWise PSA."},
		{
			Name: fieldPublic, Label: "Public key", Secret: true,
			Help: "System > Members > API Members > the member > API Keys; the member's security role needs Companies > Company Maintenance: Inquire, All.",
		},
		{Name: fieldPrivate, Label: "Private key", Secret: true, Help: "Shown once, when the public key is created."},
		{
			Name: fieldClientID, Label: "Client ID", Secret: true,
			Help: "Registered for this installation at developer.connectwise.com under ClientID. Do not share it with other programs.",
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
		Refusals: []string{"code", "message", "errors", "error"},
		Secrets:  config.Credentials.Values(),
		// No key was sent yet, so only the company ID can be wrong.
		Rejected: "ConnectWise PSA knows no company with this ID. Check the company ID and the address: they are what you use to sign in.",
	}
	door, err := call.New(settings)
	if err != nil {
		return nil, err
	}
	company := config.Credentials.Get(fieldCompany)
	settings.Authorize = call.Basic(company+"+"+config.Credentials.Get(fieldPublic), config.Credentials.Get(fieldPrivate))
	settings.Rejected = rejected
	settings.Classify = classify
	return &source{
		// After a cloud upgrade, addresses with the old codebase return 404.
		api: call.Locate(http.StatusNotFound, func(ctx context.Context) (*call.Client, error) {
			codebase, err := readCodebase(ctx, door, company)
			if err != nil {
				return nil, err
			}
			found := settings
			found.BaseURL = strings.TrimSuffix(settings.BaseURL, "/") + "/" + codebase + "/apis/3.0"
			return call.New(found)
		}),
		clientID: config.Credentials.Get(fieldClientID),
	}, nil
}

// apiHost turns the cloud's host for people, such as na.myconnectwise.net, into the API's host.
func apiHost(host string) (string, bool) {
	first, domain, _ := strings.Cut(host, ".")
	switch {
	case strings.Count(host, ".") != 2 || first == "www":
		return "", false
	case strings.HasPrefix(first, "api-"):
		return host, true
	default:
		return "api-" + first + "." + domain, true
	}
}

// classify detects database timeouts, which come as an ordinary failure.
func classify(reply call.Reply) (vendors.Class, time.Duration) {
	if reply.Status == http.StatusInternalServerError && strings.Contains(strings.ToLower(string(reply.Body)), "timeout") {
		return vendors.Timeout, 0
	}
	return "", 0
}

type source struct {
	api      *call.Located
	clientID string
}

func (s *source) Verify(ctx context.Context) error {
	_, _, err := s.list(ctx, call.Span{Size: 1})
	return err
}

func (s *source) Organizations(ctx context.Context, cursor string) (vendors.Page, error) {
	span, err := call.ParseSpan(cursor, pageSize)
	if err != nil {
		return vendors.Page{}, fmt.Errorf("%s: %w", name, err)
	}
	companies, reply, err := s.list(ctx, span)
	if err != nil {
		return vendors.Page{}, span.Narrower(err, leastPage)
	}
	rows := make([]vendors.Organization, 0, len(companies.Rows))
	for _, company := range companies.Rows {
		if !company.Deleted.Value {
			rows = append(rows, vendors.Organization{
				RemoteID: string(company.ID), Name: string(company.Name), Website: string(company.Website), City: string(company.City),
			})
		}
	}
	return call.NewPage(rows, nil, next(span, companies.Len(), reply.Header), companies.Skipped()...), nil
}

type company struct {
	ID      call.Text `json:"id"`
	Name    call.Text `json:"name"`
	Website call.Text `json:"website"`
	City    call.Text `json:"city"`
	Deleted call.Flag `json:"deletedFlag"`
}

func (s *source) list(ctx context.Context, span call.Span) (call.List[company], call.Reply, error) {
	var response call.List[company]
	client, reply, err := s.api.Do(ctx, call.Request{
		Path: "/company/companies",
		Query: url.Values{
			"conditions": {"deletedFlag=false"},
			"fields":     {"id,name,deletedFlag,website,city"},
			"orderBy":    {"id asc"}, // companies added or renamed during a walk do not shift the others
			"page":       {strconv.Itoa(span.Number(1))},
			"pageSize":   {strconv.Itoa(span.Size)},
		},
		Header: http.Header{"clientId": {s.clientID}},
	}, &response)
	if err != nil {
		return response, reply, err
	}
	if !response.IsAnswer() {
		return response, reply, client.Garbled("the answer is no list")
	}
	return response, reply, nil
}

// next counts pages and uses the Link header only to tell whether there is another: the address in
// it contains the codebase, which an upgrade changes during a walk, and behind a proxy a host that
// cannot be reached.
func next(span call.Span, rows int, header http.Header) string {
	switch {
	case header.Get("Link") == "":
		return span.NextUntilEmpty(rows)
	case call.NextLink(header) == "":
		return ""
	default:
		return span.Fitted(rows).NextUntilEmpty(rows)
	}
}

// readCodebase asks for the part of the API's address that changes with each release.
func readCodebase(ctx context.Context, door *call.Client, company string) (string, error) {
	const usual = "v4_6_release"
	var response json.RawMessage
	reply, err := door.Get(ctx, "/login/companyinfo/"+url.PathEscape(company), nil, &response)
	if reply.Status == http.StatusNotFound {
		return usual, nil
	}
	if err != nil {
		return "", err
	}
	if string(response) == "null" {
		return "", door.Fail(vendors.CredentialsRejected, "")
	}
	var info call.Object[struct{ Codebase call.Text }]
	if _ = info.UnmarshalJSON(response); !info.Given {
		return "", door.Garbled("companyinfo is no object")
	}
	codebase := strings.Trim(string(info.Value.Codebase), "/")
	switch {
	case codebase == "":
		return usual, nil
	case codebase == ".", codebase == "..", strings.ContainsAny(codebase, "/\\?#%"):
		return "", door.Garbled("companyinfo names no usable codebase")
	default:
		return codebase, nil
	}
}

// Package ninjaone connects NinjaOne, API version 2.
//
// From its published specification and OAuth metadata: the hosts, the sign-in, the list and its
// cursor. The list does not tell archived organizations from others, so everything in it is listed.
// Not published: the largest page (clients use 1000; after a shorter page the walk continues,
// because only an empty page is the end) and the limits (after a 429 we wait).
package ninjaone

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

const (
	name     = "NinjaOne"
	pageSize = 1000 // what existing clients use; NinjaOne documents no maximum

	fieldID     = "client_id"
	fieldSecret = "client_secret"

	rejected = "The client ID and secret were rejected. Check the region, and that the client app is for machine-to-machine use with the scope Monitoring and the grant type Client credentials; " +
		"NinjaOne makes a new secret under Administration > Apps > API."
)

// Descriptor describes NinjaOne.
func Descriptor() vendors.Descriptor {
	return vendors.Descriptor{
		Application: vendors.ApplicationNinjaOne,
		Name:        name,
		Address: vendors.Address{
			Example: "https://app.ninjarmm.com",
			Domains: []string{"ninjarmm.com"},
			Paths:   []string{"v2", "ws", "api*", "auth*", "oauth", "app"},
		},
		Regions: []vendors.Region{
			{Name: "United States", BaseURL: "https://app.ninjarmm.com"},
			{Name: "United States 2", BaseURL: "https://us2.ninjarmm.com"},
			{Name: "Europe", BaseURL: "https://eu.ninjarmm.com"},
			{Name: "Oceania", BaseURL: "https://oc.ninjarmm.com"},
			{Name: "Canada", BaseURL: "https://ca.ninjarmm.com"},
			{Name: "US government", BaseURL: "https://fed.ninjarmm.com"},
		},
		CredentialFields: fields(),
		Open:             open,
	}
}

func fields() []vendors.CredentialField {
	return []vendors.CredentialField{
		{
			Name: fieldID, Label: "Client ID",
			Help: "Administration > Apps > API > Client app IDs > Add: platform API Services (machine-to-machine), scope Monitoring, grant type Client credentials.",
		},
		{Name: fieldSecret, Label: "Client secret", Secret: true, Help: "Shown once, when the client app is saved."},
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
		Refusals: []string{"resultcode", "errormessage", "error", "error_description", "incidentid", "message"},
		Secrets:  config.Credentials.Values(),
		Rejected: rejected,
	}
	atDoor := settings
	atDoor.Classify = call.ClassifyToken
	door, err := call.New(atDoor)
	if err != nil {
		return nil, err
	}
	settings.Authorize = call.Bearer(signIn(door, config.Credentials))
	client, err := call.New(settings)
	if err != nil {
		return nil, err
	}
	return &source{client: client}, nil
}

func signIn(door *call.Client, credentials vendors.Credentials) func(context.Context) (call.Token, error) {
	// monitoring is the smallest scope that lists organizations.
	form := call.ClientCredentials(credentials.Get(fieldID), credentials.Get(fieldSecret), "monitoring")
	return func(ctx context.Context) (call.Token, error) {
		return door.FetchToken(ctx, "/ws/oauth/token", nil, form)
	}
}

type source struct {
	client *call.Client
}

func (s *source) Verify(ctx context.Context) error {
	_, err := s.list(ctx, "", 1)
	return err
}

func (s *source) Organizations(ctx context.Context, cursor string) (vendors.Page, error) {
	if _, err := strconv.ParseUint(cursor, 10, 64); err != nil && cursor != "" {
		return vendors.Page{}, fmt.Errorf("%s: %q is not a cursor of this list", name, cursor)
	}
	list, err := s.list(ctx, cursor, pageSize)
	if err != nil {
		return vendors.Page{}, err
	}
	rows := make([]vendors.Organization, len(list.Rows))
	for i, row := range list.Rows {
		rows[i] = vendors.Organization{RemoteID: string(row.ID), Name: string(row.Name)}
	}
	next := ""
	if list.Len() > 0 {
		if next, err = s.client.NextByID(rows); err != nil {
			return vendors.Page{}, err
		}
	}
	return call.NewPage(rows, nil, next, list.Skipped()...), nil
}

type organization struct {
	ID   call.Text `json:"id"`
	Name call.Text `json:"name"`
}

// list requests the organizations whose ids come after the given one, ordered by id; "": from the
// start.
func (s *source) list(ctx context.Context, after string, size int) (call.List[organization], error) {
	query := url.Values{"pageSize": {strconv.Itoa(size)}}
	if after != "" {
		query.Set("after", after)
	}
	var response call.List[organization]
	_, err := s.client.Get(ctx, "/v2/organizations", query, &response)
	if err == nil && !response.IsAnswer() {
		err = s.client.Garbled("the answer is no list")
	}
	return response, err
}

// Package kaseyaone connects KaseyaOne, whose modules each have a list of organizations.
//
// KaseyaOne has no public API. A Kaseya BMS that is connected to KaseyaOne learns its modules and
// the organizations of each, and serves them to an administrator under /v2/admin/k1: we read these,
// with the sign-in and paging of BMS. From the vendor's OpenAPI file: the routes, their parameters
// and fields. Not documented: the largest page, handled as in BMS, and whether the id of a removed
// module is rejected or returns an empty list; so the list of modules decides. A module becomes one
// of our applications if it has that application's name.
//
// An organization may have sub-organizations, which can be mapped too and are listed after it. It
// is not documented that their ids are unique across parents, so we use "parent/own". The reported
// total ends the list, but we do not return it, because it counts only parents.
package kaseyaone

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

const (
	pageSize = 100

	rejected = "The sign-in to Kaseya BMS, through which KaseyaOne is read, was refused, or the employee is no administrator there. Check user name, password, company name and region; the employee must be able to sign in without a second factor, and must see Admin > KaseyaOne."
)

// Descriptor describes KaseyaOne.
func Descriptor() vendors.Descriptor {
	return vendors.Descriptor{
		Application:      vendors.ApplicationKaseyaOne,
		Name:             "KaseyaOne",
		Address:          call.KaseyaAddress(),
		Regions:          call.KaseyaRegions(),
		Limits:           vendors.Limits{Calls: 1500, Per: time.Hour},
		CredentialFields: call.KaseyaFields(),
		Open:             open,
	}
}

func open(config vendors.Config) (vendors.Source, error) {
	client, err := call.NewKaseya("KaseyaOne", rejected, config)
	if err != nil {
		return nil, err
	}
	return &connection{client: client}, nil
}

// connection is the whole of KaseyaOne.
type connection struct {
	client *call.Client
}

var _ vendors.ModuleSource = (*connection)(nil)

func (c *connection) Verify(ctx context.Context) error {
	state, err := call.KaseyaResult[call.Object[struct{ IsConnected call.Flag }]](ctx, c.client, "/v2/admin/k1/status")
	switch {
	case err != nil:
		return err
	case !state.Value.IsConnected.Given:
		return c.client.Garbled("no IsConnected in the answer")
	case !state.Value.IsConnected.Value:
		return &vendors.Error{
			Class:   vendors.CredentialsRejected,
			Message: "Kaseya BMS is not connected to KaseyaOne. Connect it in Kaseya BMS under Admin > KaseyaOne, then try again.",
		}
	}
	return nil
}

func (c *connection) Organizations(context.Context, string) (vendors.Page, error) {
	return vendors.Page{}, &vendors.Error{
		Class:   vendors.BadResponse,
		Message: "KaseyaOne has a list of organizations for each of its modules, and none of its own.",
		Err:     errors.New("the connection was asked instead of a module"),
	}
}

func (c *connection) Modules(ctx context.Context) ([]vendors.Module, error) {
	list, err := call.KaseyaResult[call.List[struct {
		ID   call.Text `json:"Id"`
		Name call.Text `json:"Name"`
	}]](ctx, c.client, "/v2/admin/k1/modules")
	if err != nil {
		return nil, err
	}
	if !list.IsAnswer() {
		return nil, c.client.Garbled("no list of modules in the answer")
	}
	modules := make([]vendors.Module, 0, len(list.Rows))
	for _, row := range list.Rows {
		if row.ID == "" {
			continue
		}
		application, known := call.ApplicationNamed(string(row.Name))
		if !known {
			application = vendors.ApplicationKaseyaModule
		}
		modules = append(modules, vendors.Module{ID: string(row.ID), Name: strings.TrimSpace(string(row.Name)), Application: application})
	}
	return modules, nil
}

func (c *connection) Module(id string) vendors.Source {
	return &module{connection: c, id: id}
}

// module is the Source of one module's list.
type module struct {
	connection *connection
	id         string
}

func (m *module) Verify(ctx context.Context) error { return m.connection.Verify(ctx) }

func (m *module) Organizations(ctx context.Context, cursor string) (vendors.Page, error) {
	span, err := call.ParseSpan(cursor, pageSize)
	if err != nil {
		return vendors.Page{}, fmt.Errorf("KaseyaOne: %w", err)
	}
	page, err := call.KaseyaList[reported](ctx, m.connection.client, "/v2/admin/k1/organizationmappings", url.Values{"SourceProductId": {m.id}}, span)
	if err != nil {
		return vendors.Page{}, err
	}
	rows, skipped := make([]vendors.Organization, 0, len(page.Rows)), page.Skipped()
	for _, row := range page.Rows {
		rows = row.append(rows)
		skipped = append(skipped, row.SubOrganizations.Skipped()...)
	}
	return call.NewPage(rows, nil, page.Next, skipped...), nil
}

// reported is an organization that a module has reported to KaseyaOne.
type reported struct {
	identity
	SubOrganizations call.List[identity] `json:"SubOrganizations"`
}

type identity struct {
	ID   call.Text `json:"SourceOrganizationId"`
	Name call.Text `json:"SourceOrganizationName"`
}

func (r reported) append(rows []vendors.Organization) []vendors.Organization {
	rows = append(rows, vendors.Organization{RemoteID: string(r.ID), Name: string(r.Name)})
	for _, below := range r.SubOrganizations.Rows {
		id := ""
		if r.ID != "" && below.ID != "" {
			id = string(r.ID) + "/" + string(below.ID)
		}
		rows = append(rows, vendors.Organization{RemoteID: id, Name: string(below.Name)})
	}
	return rows
}

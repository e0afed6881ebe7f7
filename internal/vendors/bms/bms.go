// Package bms connects Kaseya BMS, and Vorex, which is BMS under another name: API version 2.
//
// From the vendor's OpenAPI file and help: hosts, the sign-in and its form, the list's path,
// parameters and fields, failures inside a success, 1500 requests an hour per endpoint. From
// existing clients: the value of GrantType, pages starting at 1, and 401 for an expired token. Not
// documented: the largest page (we request 100; if a server sends fewer rows at once, we use its
// page size) and the response to too many requests (429, or wording to that effect inside a
// success). Deactivated accounts are listed like the others: they are still clients on record and
// not deleted.
package bms

import (
	"context"
	"fmt"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

const (
	pageSize = 100

	rejected = "Kaseya BMS refused the sign-in, or the employee may not see accounts. Check user name, password, company name and region; the employee must be able to sign in without a second factor, and its role must see all CRM accounts."
)

// Descriptor describes Kaseya BMS.
func Descriptor() vendors.Descriptor {
	return vendors.Descriptor{
		Application:      vendors.ApplicationKaseyaBMS,
		Name:             "Kaseya BMS",
		Address:          call.KaseyaAddress(),
		Regions:          call.KaseyaRegions(),
		Limits:           vendors.Limits{Calls: 1500, Per: time.Hour},
		CredentialFields: call.KaseyaFields(),
		Open:             open,
	}
}

func open(config vendors.Config) (vendors.Source, error) {
	client, err := call.NewKaseya("Kaseya BMS", rejected, config)
	if err != nil {
		return nil, err
	}
	return &source{client: client}, nil
}

type source struct {
	client *call.Client
}

// account is a row of the summary list, with only the fields we need.
type account struct {
	ID   call.Text `json:"Id"`
	Name call.Text `json:"AccountName"`
}

func (s *source) Verify(ctx context.Context) error {
	_, err := s.list(ctx, call.Span{Size: 1})
	return err
}

func (s *source) Organizations(ctx context.Context, cursor string) (vendors.Page, error) {
	span, err := call.ParseSpan(cursor, pageSize)
	if err != nil {
		return vendors.Page{}, fmt.Errorf("Kaseya BMS: %w", err)
	}
	page, err := s.list(ctx, span)
	if err != nil {
		return vendors.Page{}, err
	}
	rows := make([]vendors.Organization, len(page.Rows))
	for i, row := range page.Rows {
		rows[i] = vendors.Organization{RemoteID: string(row.ID), Name: string(row.Name)}
	}
	return call.NewPage(rows, page.Total, page.Next, page.Skipped()...), nil
}

func (s *source) list(ctx context.Context, span call.Span) (call.KaseyaRows[account], error) {
	return call.KaseyaList[account](ctx, s.client, "/v2/crm/accounts/summary", nil, span)
}

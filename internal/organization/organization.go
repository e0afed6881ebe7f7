// Package organization manages the MSP's own organizations: its clients, under the MSP's own names for them.
package organization

import (
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// Organization is a client of the MSP. Its fields are the stored columns; lists, lookups and events read all of them.
//
// Pages sorted by name are read from organizations_folded_idx alone, which includes every column. Add new columns to
// it, unless they can be long.
type Organization struct {
	bun.BaseModel `bun:"table:organizations,alias:organization"`

	AccountID uuid.UUID `bun:",pk"`
	ID        uuid.UUID `bun:",pk"`
	Name      string    // normalized; unique in the account, case-sensitive
	Folded    string    // for sorting and searching
	Active    bool      // inactive organizations do not count against the quota
	CreatedAt time.Time
	UpdatedAt time.Time
}

// columns lists the columns of Organization.
var columns = pg.ColumnsOf[Organization]()

// Update describes a change to an organization; nil fields stay unchanged.
type Update struct {
	OrganizationID uuid.UUID
	Name           *string
	Active         *bool
}

// normalize brings the update into its stored form. User errors: INVALID.
func (u *Update) normalize() error {
	if u.Name == nil {
		return nil
	}
	normal, err := name.Normalize(*u.Name)
	if err != nil {
		return apperr.User(apperr.Invalid, err.Error(), "input", "name")
	}
	u.Name = &normal
	return nil
}

// apply returns the organization with the update applied.
func (u Update) apply(organization Organization) Organization {
	if u.Name != nil {
		organization.Name, organization.Folded = *u.Name, name.Fold(*u.Name)
	}
	if u.Active != nil {
		organization.Active = *u.Active
	}
	return organization
}

// state returns what the journal stores of an organization: everything that an update can change.
func state(organization *Organization) map[string]any {
	return map[string]any{"name": organization.Name, "active": organization.Active}
}

// ref returns the organization as a change records it.
func (o *Organization) ref() journal.Ref { return journal.Ref{ID: o.ID, Name: o.Name} }

// editsOf returns what an update did.
func editsOf(before, after *Organization) (edits []journal.OrganizationEdit) {
	if before.Name != after.Name {
		edits = append(edits, journal.OrganizationEdit{Kind: journal.OrganizationRenamed, Organization: after.ref(), Previous: before.Name})
	}
	switch {
	case before.Active && !after.Active:
		edits = append(edits, journal.OrganizationEdit{Kind: journal.OrganizationDeactivated, Organization: after.ref()})
	case after.Active && !before.Active:
		edits = append(edits, journal.OrganizationEdit{Kind: journal.OrganizationReactivated, Organization: after.ref()})
	}
	return edits
}

// Filter restricts which organizations a list contains.
type Filter struct {
	UnmappedIn []uuid.UUID // not mapped in at least one of these integrations
	MappedIn   []uuid.UUID // mapped in all of these integrations
	// SuggestedIn selects what is not mapped in at least one of these integrations but is suggested there for an
	// external organization.
	SuggestedIn []uuid.UUID
	// NeedsDecisionIn selects what is not mapped in at least one of these integrations but is a candidate there of an
	// external organization that needs a decision or has a conflict.
	NeedsDecisionIn []uuid.UUID
	GroupIDs        []uuid.UUID // in at least one of these groups
	EngineerIDs     []uuid.UUID // one of these people is the engineer
	VCIOIDs         []uuid.UUID // one of these people is the vCIO
	HasEngineer     *bool       // whether somebody is the engineer; nil: either
	HasVCIO         *bool       // whether somebody is the vCIO; nil: either
	HasGroup        *bool       // whether it is in a group, archived or not; nil: either
	Active          *bool       // nil: true
}

// OrderField is the field that a list is sorted by; ties are broken by ID.
type OrderField string

// The fields to sort by.
const (
	ByName      OrderField = "NAME" // ignoring case
	ByCreatedAt OrderField = "CREATED_AT"
)

// Order is the sort order of a list.
type Order struct {
	Field      OrderField
	Descending bool
}

// Query requests a page of organizations.
type Query struct {
	page.Arguments
	Search string // words of the name, or of a name mapped to it, as in name.Words; empty: all
	Filter Filter
	Order  Order
}

// NodeID returns the organization's public ID.
func (o *Organization) NodeID() string { return id.Format(id.Organization, o.ID) }

// AppendNodeID appends NodeID to the given slice.
func (o *Organization) AppendNodeID(to []byte) []byte { return id.Append(to, id.Organization, o.ID) }

// Package organization holds the MSP's own organizations, which are its clients by its own names for them.
package organization

import (
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// Organization is a client of the MSP. Its fields are the columns that it is stored in, and lists, look-ups and events read all of them.
//
// Pages by name are read from organizations_folded_idx alone, which includes every column: a new one belongs there too, unless it may
// be long.
type Organization struct {
	bun.BaseModel `bun:"table:organizations,alias:organization"`

	AccountID uuid.UUID `bun:",pk"`
	ID        uuid.UUID `bun:",pk"`
	Name      string    // normalized: unique in the account, case-sensitively
	Folded    string    // what lists sort and search by
	Active    bool      // a deactivated one takes no place of the quota
	CreatedAt time.Time
	UpdatedAt time.Time
}

// columns are those of Organization.
var columns = pg.ColumnsOf[Organization]()

// Update says what is to change; what is nil stays.
type Update struct {
	OrganizationID uuid.UUID
	Name           *string
	Active         *bool
}

// normalize brings an update into the form that is stored. User errors: INVALID.
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

// apply is the organization as the update leaves it.
func (u Update) apply(organization Organization) Organization {
	if u.Name != nil {
		organization.Name, organization.Folded = *u.Name, name.Fold(*u.Name)
	}
	if u.Active != nil {
		organization.Active = *u.Active
	}
	return organization
}

// state is what the journal keeps of an organization: all that an update can change.
func state(organization *Organization) map[string]any {
	return map[string]any{"name": organization.Name, "active": organization.Active}
}

// Filter says which organizations a list holds.
type Filter struct {
	UnmappedIn []uuid.UUID // lacks a mapping in at least one of these integrations
	MappedIn   []uuid.UUID // has a mapping in every one of these integrations
	Active     *bool       // nil: true
}

// OrderField is what a list is sorted by; the id settles equals.
type OrderField string

// The fields to sort by.
const (
	ByName      OrderField = "NAME" // without regard to case
	ByCreatedAt OrderField = "CREATED_AT"
)

// Order is how a list is sorted.
type Order struct {
	Field      OrderField
	Descending bool
}

// Query asks for a page of organizations.
type Query struct {
	page.Arguments
	Search string // a part of the name, in any case; empty: all
	Filter Filter
	Order  Order
}

// NodeID is the organization's outside id.
func (o *Organization) NodeID() string { return id.Format(id.Organization, o.ID) }

// AppendNodeID appends what NodeID gives.
func (o *Organization) AppendNodeID(to []byte) []byte { return id.Append(to, id.Organization, o.ID) }

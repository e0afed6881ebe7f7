// Package organization holds the MSP's own organizations, which are its clients by its own names for them.
package organization

import (
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// Organization is a client of the MSP.
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

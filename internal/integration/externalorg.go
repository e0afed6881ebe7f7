package integration

import (
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/pg"
)

// ExternalOrg is an organization as an integration's application lists it.
type ExternalOrg struct {
	bun.BaseModel `bun:"table:external_orgs,alias:x"`

	AccountID     uuid.UUID
	ID            uuid.UUID
	IntegrationID uuid.UUID
	RemoteID      string // the vendor's own ID, as text
	Name          string // as the vendor sent it
	Folded        string // for sorting and searching
	URL           *string
	Website       *string    // the client's own website, an absolute address
	City          *string    // as people typed it in the application
	RemovedAt     *time.Time // when it disappeared from the vendor's list
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// externalOrgColumns lists the columns of ExternalOrg.
var externalOrgColumns = pg.ColumnsOf[ExternalOrg]()

// ExternalOrgFilter restricts which external organizations a list contains.
type ExternalOrgFilter struct {
	Mapped  *bool // nil: both
	Removed Presence
}

// Presence says whether a list contains what the vendor lists, what the vendor no longer lists, or both.
type Presence int

// The presences. The zero value is the default.
const (
	Listed Presence = iota
	Removed
	ListedOrRemoved
)

// Counts holds the numbers of an integration's external organizations.
type Counts struct {
	Total    int // listed by the vendor; the sum of Mapped and Unmapped
	Mapped   int
	Unmapped int
	Removed  int // no longer listed by the vendor, mapped or not; not part of Total
}

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
	RemoteID      string // the vendor's own id, as text
	Name          string // as the vendor sent it
	Folded        string // what lists sort and search by
	URL           *string
	RemovedAt     *time.Time // gone from the vendor's list
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// externalOrgColumns are those of ExternalOrg.
var externalOrgColumns = pg.ColumnsOf[ExternalOrg]()

// ExternalOrgFilter says which external organizations a list shows.
type ExternalOrgFilter struct {
	Mapped  *bool // nil: both
	Removed Presence
}

// Presence says whether a list shows what the vendor lists, what it no longer lists, or both.
type Presence int

// The presences. The zero value is what people want to see who do not say.
const (
	Listed Presence = iota
	Removed
	ListedOrRemoved
)

// Counts are how many external organizations an integration has.
type Counts struct {
	Total    int // those the vendor lists; Mapped and Unmapped add up to it
	Mapped   int
	Unmapped int
	Removed  int // those the vendor no longer lists, whether mapped or not; not part of Total
}

// Package mapping manages the cells of the grid: which external organizations are which organization. It saves and
// clears cells, and imports organizations from IT Glue.
//
// A pure function decides what a save or an import changes, given the current data. Every write locks the account's row
// first and plans on what it reads after that.
package mapping

import (
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// Origin says how a mapping was created.
type Origin string

// The origins.
const (
	OriginManual     Origin = "MANUAL"     // a person saved the cell
	OriginImport     Origin = "IMPORT"     // the organization was imported from it
	OriginSuggestion Origin = "SUGGESTION" // a person accepted a suggestion
)

// MarshalGQL writes the origin as a GraphQL enum value.
func (o Origin) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(o))) }

// UnmarshalGQL is never called: origins are output only.
func (o *Origin) UnmarshalGQL(any) error { return errors.New("an origin is no input") }

// Mapping says that an external organization is an organization.
type Mapping struct {
	bun.BaseModel `bun:"table:mappings,alias:m"`

	ID             uuid.UUID
	OrganizationID uuid.UUID
	IntegrationID  uuid.UUID
	ExternalOrgID  uuid.UUID
	ExternalName   string // as the vendor sent it
	Origin         Origin
	CreatedAt      time.Time
	CreatedBy      string // name of its creator
}

// columns lists the columns of Mapping.
var columns = pg.ColumnsOf[Mapping]()

// cellKey identifies a cell: one organization in one integration.
type cellKey struct {
	OrganizationID uuid.UUID
	IntegrationID  uuid.UUID
}

// cellMapping is an existing mapping, as far as plans need it.
type cellMapping struct {
	ID               uuid.UUID
	OrganizationID   uuid.UUID
	IntegrationID    uuid.UUID
	ExternalOrgID    uuid.UUID
	ExternalName     string
	OrganizationName string
}

func (m cellMapping) cell() cellKey { return cellKey{m.OrganizationID, m.IntegrationID} }

// byCell groups mappings by cell.
func byCell(mappings []cellMapping) map[cellKey][]cellMapping {
	cells := make(map[cellKey][]cellMapping)
	for _, one := range mappings {
		cells[one.cell()] = append(cells[one.cell()], one)
	}
	return cells
}

// organization and external return the mapping's objects as a change records them.
func (m cellMapping) organization() *journal.Ref {
	return &journal.Ref{ID: m.OrganizationID, Name: m.OrganizationName}
}

func (m cellMapping) external() journal.Ref {
	return journal.Ref{ID: m.ExternalOrgID, Name: m.ExternalName}
}

func externalOrgIDs(mappings []cellMapping) []uuid.UUID {
	ids := make([]uuid.UUID, len(mappings))
	for i := range mappings {
		ids[i] = mappings[i].ExternalOrgID
	}
	return ids
}

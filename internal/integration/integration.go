// Package integration manages an account's connections to vendors, the integrations that they feed (the columns of the
// grid), and the external organizations that each integration lists.
package integration

import (
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/enum"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

// Integration is one column of the grid: an application whose organizations can be mapped.
type Integration struct {
	bun.BaseModel `bun:"table:integrations,alias:i"`

	AccountID    uuid.UUID
	ID           uuid.UUID
	ConnectionID uuid.UUID
	Name         string // the column's heading, normalized
	Application  vendors.Application
	Source       Source
	State        State
	ModuleID     *string             // in its connection; nil: its connection feeds nothing else
	BaseURL      string              `bun:",scanonly"` // of its connection
	Connected    vendors.Application `bun:",scanonly"` // what its connection reaches; for a module, not Application
	Schedule     Schedule
	// NextRefreshAt is when the next scheduled refresh is due, if connected then; nil: the schedule is off.
	NextRefreshAt *time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// columns lists the columns of Integration.
var columns = pg.ColumnsOf[Integration]()

// CanImport reports whether organizations can be imported from its list.
func (i *Integration) CanImport() bool {
	return i.Application == vendors.ApplicationITGlue && i.Source == SourceAPI
}

// Source is the kind of connection that feeds an integration.
type Source string

// The sources.
const (
	SourceAPI       Source = "API"        // a connection of its own
	SourceKaseyaOne Source = "KASEYA_ONE" // a KaseyaOne connection, which feeds one integration for each module
)

// MarshalGQL writes the GraphQL enum value.
func (s Source) MarshalGQL(w io.Writer) { enum.Write(w, s) }

// UnmarshalGQL reads a GraphQL enum value.
func (s *Source) UnmarshalGQL(value any) error {
	return enum.Read(s, value, SourceAPI, SourceKaseyaOne)
}

// State says whether an integration works.
type State string

// The states.
const (
	StateConnected      State = "CONNECTED"
	StateNeedsAttention State = "NEEDS_ATTENTION" // the last refresh failed in a way that only a person can fix
	StateDisabled       State = "DISABLED"        // switched off by a person; not refreshed
)

// MarshalGQL writes the GraphQL enum value.
func (s State) MarshalGQL(w io.Writer) { enum.Write(w, s) }

// UnmarshalGQL reads a GraphQL enum value.
func (s *State) UnmarshalGQL(value any) error {
	return enum.Read(s, value, StateConnected, StateNeedsAttention, StateDisabled)
}

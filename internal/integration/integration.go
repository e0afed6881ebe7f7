// Package integration holds an account's connections to vendors, the integrations they feed, which are the columns of
// the grid, and the external organizations that each of them lists.
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
	Name         string // the column's heading, in the normal form of names
	Application  vendors.Application
	Source       Source
	State        State
	ModuleID     *string             // which module of its connection it is; nil where the connection feeds it alone
	BaseURL      string              `bun:",scanonly"` // of its connection
	Connected    vendors.Application `bun:",scanonly"` // whom its connection reaches: for a module, another than its own application
	Schedule     Schedule
	// NextRefreshAt is when it is due by schedule, should it be connected then; nil: the schedule is off.
	NextRefreshAt *time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// columns are those of Integration.
var columns = pg.ColumnsOf[Integration]()

// CanImport tells whether organizations may be created from its list.
func (i *Integration) CanImport() bool {
	return i.Application == vendors.ApplicationITGlue && i.Source == SourceAPI
}

// Source says what kind of connection feeds an integration.
type Source string

// The sources.
const (
	SourceAPI       Source = "API"        // a connection of its own
	SourceKaseyaOne Source = "KASEYA_ONE" // a KaseyaOne connection, which feeds an integration for every module
)

// MarshalGQL writes GraphQL's enum value.
func (s Source) MarshalGQL(w io.Writer) { enum.Write(w, s) }

// UnmarshalGQL reads GraphQL's enum value.
func (s *Source) UnmarshalGQL(value any) error {
	return enum.Read(s, value, SourceAPI, SourceKaseyaOne)
}

// State says whether an integration works.
type State string

// The states.
const (
	StateConnected      State = "CONNECTED"
	StateNeedsAttention State = "NEEDS_ATTENTION" // the last refresh failed in a way that only a person can mend
	StateDisabled       State = "DISABLED"        // a person switched it off: it is not refreshed
)

// MarshalGQL writes GraphQL's enum value.
func (s State) MarshalGQL(w io.Writer) { enum.Write(w, s) }

// UnmarshalGQL reads GraphQL's enum value.
func (s *State) UnmarshalGQL(value any) error {
	return enum.Read(s, value, StateConnected, StateNeedsAttention, StateDisabled)
}

package model

import (
	"strconv"
	"time"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
)

// AccountChange is what accountChanges pushes.
type AccountChange interface{ isAccountChange() }

// written is what the three kinds of change share.
type written struct{ *journal.Change }

func (written) isAccountChange() {}

// EventID is the place in the account's journal.
func (w written) EventID() string { return "change " + strconv.FormatInt(w.Position, 10) }

// By is who did it.
func (w written) By() string { return w.Actor }

// OrganizationsChanged says that organizations were created, renamed, deactivated or reactivated.
type OrganizationsChanged struct{ written }

// MappingsChanged says that mappings were saved, cleared or imported.
type MappingsChanged struct{ written }

// IntegrationsChanged says that integrations were connected, changed or disconnected, or their lists refreshed.
type IntegrationsChanged struct{ written }

// RemovedIntegrationIds are the outside ids of those that were disconnected.
func (c *IntegrationsChanged) RemovedIntegrationIds() []string {
	ids := make([]string, len(c.Change.RemovedIntegrationIDs))
	for i, node := range c.Change.RemovedIntegrationIDs {
		ids[i] = id.Format(id.Integration, node)
	}
	return ids
}

// Resync says that changes were lost to age.
type Resync struct {
	Position int64
	At       time.Time
	Reason   string
}

func (*Resync) isAccountChange() {}

// Cursor is where the journal stood before the client could read again.
func (r *Resync) Cursor() string { return journal.FormatCursor(r.Position) }

// By is Orgmap: nobody did it.
func (*Resync) By() string { return "orgmap" }

// NewAccountChange brings what the journal delivers into the schema's terms; now is when a resync was found.
func NewAccountChange(event journal.Event, now time.Time) AccountChange {
	if event.Change == nil {
		return &Resync{Position: event.Position, At: now, Reason: event.Resync}
	}
	shared := written{event.Change}
	switch event.Change.Kind {
	case journal.Organizations:
		return &OrganizationsChanged{shared}
	case journal.Mappings:
		return &MappingsChanged{shared}
	default:
		return &IntegrationsChanged{shared}
	}
}

// EventID is the run's state: each has a sequence of its own.
func (p *RefreshProgress) EventID() string {
	return "run " + p.Run.ID.String() + " " + strconv.Itoa(p.Sequence)
}

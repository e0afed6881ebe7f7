package model

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/suggestion"
)

// AccountChange is an event of the subscription accountChanges.
type AccountChange interface{ isAccountChange() }

// written holds what all kinds of change have in common.
type written struct{ *journal.Change }

func (written) isAccountChange() {}

// EventID returns an id made of the change's position in the account's journal.
func (w written) EventID() string { return "change " + strconv.FormatInt(w.Position, 10) }

// By returns who made the change.
func (w written) By() string { return w.Actor }

// OrganizationsChanged means that organizations were created, renamed, deactivated, reactivated or deleted.
type OrganizationsChanged struct{ written }

// RemovedOrganizationIds returns the public ids of the deleted organizations.
func (c *OrganizationsChanged) RemovedOrganizationIds() []string {
	return format(id.Organization, c.Change.RemovedOrganizationIDs)
}

// MappingsChanged means that mappings were saved, cleared or imported.
type MappingsChanged struct{ written }

// RemovedOrganizationIds returns the public ids of the organizations that an undone import had created.
func (c *MappingsChanged) RemovedOrganizationIds() []string {
	return format(id.Organization, c.Change.RemovedOrganizationIDs)
}

// IntegrationsChanged means that integrations were connected, changed or disconnected, or their lists refreshed.
type IntegrationsChanged struct{ written }

// RemovedIntegrationIds returns the public ids of the disconnected integrations.
func (c *IntegrationsChanged) RemovedIntegrationIds() []string {
	return format(id.Integration, c.Change.RemovedIntegrationIDs)
}

// DecisionsChanged means that people rejected suggestions, excluded external organizations, changed aliases, or changed how
// matching works.
type DecisionsChanged struct{ written }

// ExternalOrgIds returns the public ids of the external organizations concerned.
func (c *DecisionsChanged) ExternalOrgIds() []string {
	return format(id.ExternalOrg, c.Change.ExternalOrgIDs)
}

// OrganizationIds returns the public ids of the organizations concerned.
func (c *DecisionsChanged) OrganizationIds() []string {
	return format(id.Organization, c.Change.OrganizationIDs)
}

// GroupsChanged means that organization groups, or the organizations in them, changed.
type GroupsChanged struct{ written }

// RemovedGroupIds returns the public ids of the groups that an undo removed.
func (c *GroupsChanged) RemovedGroupIds() []string {
	return format(id.Group, c.Change.RemovedSubjectIDs)
}

// PeopleChanged means that people were added, changed, blocked or unblocked.
type PeopleChanged struct{ written }

// SettingsChanged means that the account changed, or that API tokens were created or revoked.
type SettingsChanged struct{ written }

// APITokenIds returns the public ids of the tokens that were created or revoked.
func (c *SettingsChanged) APITokenIds() []string { return format(id.Token, c.Change.SubjectIDs) }

func format(kind id.Kind, nodes []uuid.UUID) []string {
	ids := make([]string, len(nodes))
	for i, node := range nodes {
		ids[i] = id.Format(kind, node)
	}
	return ids
}

// Resync means that old changes have been deleted from the journal, so the client must reload.
type Resync struct {
	Position int64
	At       time.Time
	Reason   string
}

func (*Resync) isAccountChange() {}

// Cursor returns the journal's position, as a cursor, from before the client reloads.
func (r *Resync) Cursor() string { return journal.FormatCursor(r.Position) }

// Change returns nil, because nothing was changed.
func (*Resync) Change() *journal.Change { return nil }

// By returns "orgmap", because no person made this change.
func (*Resync) By() string { return "orgmap" }

// NewAccountChange converts a journal event to the schema's types; now is when a resync was found.
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
	case journal.Decisions:
		return &DecisionsChanged{shared}
	case journal.Groups:
		return &GroupsChanged{shared}
	case journal.People:
		return &PeopleChanged{shared}
	case journal.Settings:
		return &SettingsChanged{shared}
	default:
		return &IntegrationsChanged{shared}
	}
}

// EventID returns an id made of the run and its sequence number, which is unique for each state.
func (p *RefreshProgress) EventID() string {
	return "run " + p.Run.ID.String() + " " + strconv.Itoa(p.Sequence)
}

// MatchingChange is an event of the subscription matchingChanges.
type MatchingChange struct{ *suggestion.Change }

// EventID returns an id made of the integration and the sequence number, which is unique for each state.
func (m *MatchingChange) EventID() string {
	return "matching " + m.Change.IntegrationID.String() + " " + strconv.FormatInt(m.Change.Sequence, 10)
}

// OrganizationIds returns the public ids of the organizations whose suggestions changed.
func (m *MatchingChange) OrganizationIds() []string {
	return format(id.Organization, m.Change.OrganizationIDs)
}

// Sequence returns the number of the state.
func (m *MatchingChange) Sequence() int { return int(m.Change.Sequence) }

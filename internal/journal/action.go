package journal

import (
	"io"

	"github.com/orgmap/orgmap/internal/enum"
)

// ActionKind is what a change did, for filters and icons.
type ActionKind string

// actions lists each action with what the journal stores for it. Some are not written yet by any part of the program.
var actions = map[ActionKind][]string{ //nolint:gochecknoglobals // a constant
	"ORGANIZATIONS_CREATED":    {"organization.created", "organization.created_from"},
	"ORGANIZATION_UPDATED":     {"organization.updated", "organizations.updated", "organizations.assigned"},
	"ORGANIZATIONS_DELETED":    {"organizations.deleted"},
	"MAPPINGS_SAVED":           {"mapping.saved"},
	"MAPPING_CLEARED":          {"mapping.cleared"},
	"IMPORTED":                 {"organization.imported"},
	"SUGGESTIONS_ACCEPTED":     {"suggestions.accepted"},
	"SUGGESTIONS_APPLIED":      {"suggestions.applied"},
	"DECISIONS_CHANGED":        {"externalOrg.excluded", "externalOrg.included", "exclusion.ended", "suggestion.rejected", "rejection.revoked", "alias.revoked", "alias.pinned"},
	"CSV_APPLIED":              {"csv.applied"},
	"INTEGRATION_CONNECTED":    {"integration.connected"},
	"INTEGRATION_UPDATED":      {"integration.updated", "integration.needs_attention"},
	"INTEGRATION_DISCONNECTED": {"integration.disconnected"},
	"INTEGRATION_RESTORED":     {"integration.restored"},
	"LIST_REFRESHED":           {"integration.refreshed"},
	"PEOPLE_CHANGED":           {"person.added", "person.updated", "person.blocked", "person.unblocked", "person.signed_in"},
	"GROUPS_CHANGED":           {"group.created", "group.updated", "group.members_changed"},
	"DEVICES_CHANGED":          {},
	"SETTINGS_CHANGED":         {"matching.updated", "account.updated", "token.created", "token.revoked"},
	"UNDONE":                   {"change.undone"},
}

// MarshalGQL writes the GraphQL enum value.
func (a ActionKind) MarshalGQL(w io.Writer) { enum.Write(w, a) }

// UnmarshalGQL reads a GraphQL enum value.
func (a *ActionKind) UnmarshalGQL(value any) error {
	known := make([]ActionKind, 0, len(actions))
	for one := range actions {
		known = append(known, one)
	}
	return enum.Read(a, value, known...)
}

// StoredActions returns what the journal stores for the kinds of action.
func StoredActions(wanted []ActionKind) []string {
	texts := []string{}
	for _, one := range wanted {
		texts = append(texts, actions[one]...)
	}
	return texts
}

// kinds lists the kind of each action that the journal stores.
var kinds = func() map[string]ActionKind { //nolint:gochecknoglobals // a constant
	all := map[string]ActionKind{}
	for kind, texts := range actions {
		for _, text := range texts {
			all[text] = kind
		}
	}
	return all
}()

// ActionKind returns what the change did. An action of a newer version counts as a change of settings.
func (c *Change) ActionKind() ActionKind {
	if kind, known := kinds[c.Action]; known {
		return kind
	}
	return "SETTINGS_CHANGED"
}

package journal

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
)

// FieldEdit says that one field of an object has another value. Edits of organizations and groups can be undone; those of
// people, API tokens and settings cannot.
//
// The order of the fields matters: forget_person finds the text that names a person by the ID that follows it.
type FieldEdit struct {
	Subject  Ref       `json:"subject"`      // uuid.Nil: the account's settings
	Of       id.Kind   `json:"of,omitempty"` // the kind of the subject; "": settings
	Field    Field     `json:"field"`
	Before   *string   `json:"before,omitempty"`
	BeforeID uuid.UUID `json:"beforeId,omitzero"` // the person or group that Before names
	After    *string   `json:"after,omitempty"`
	AfterID  uuid.UUID `json:"afterId,omitzero"` // the person or group that After names
}

// Field is the name of a field, as the API calls it.
type Field = string

// The fields of organizations and groups.
const (
	FieldEngineer Field = "engineer"
	FieldVCIO     Field = "vcio"
	FieldNote     Field = "note"
	FieldGroups   Field = "groups" // an organization joined the group After, or left the group Before
	FieldName     Field = "name"   // Before nil: the object was created; After nil: an undo removed it
	FieldColor    Field = "color"
	FieldArchived Field = "archived" // "true" or "false"
)

// The fields of people and API tokens, besides their name.
const (
	FieldEmail    Field = "email"
	FieldRole     Field = "role"         // the identity provider's
	FieldAssigned Field = "assignedRole" // an admin's
	FieldSameAs   Field = "sameAs"       // somebody who was added turned out to be the person After
	FieldBlocked  Field = "blocked"      // "true" or "false"
	FieldRevoked  Field = "revoked"      // "true"
)

// SubjectName returns the name of the object that the field belongs to.
func (e *FieldEdit) SubjectName() string { return e.Subject.Name }

// fieldParts says which fields changed. Names of people are left out: a summary is kept as it is when a person is
// forgotten.
func (e *Edits) fieldParts() (parts []string) {
	var settings []string
	byVerb, order := map[string][]FieldEdit{}, []string{}
	for i := range e.Fields {
		one := e.Fields[i]
		if one.Of == "" {
			settings = append(settings, one.Field)
			continue
		}
		verb := one.verb()
		if byVerb[verb] == nil {
			order = append(order, verb)
		}
		byVerb[verb] = append(byVerb[verb], one)
	}
	if len(settings) > 0 {
		parts = append(parts, fmt.Sprintf("changed %s of %s", strings.Join(settings, ", "), strings.ToLower(e.Fields[0].Subject.Name)))
	}
	for _, verb := range order {
		parts = append(parts, fmt.Sprintf(verb, subjects(byVerb[verb])))
	}
	return parts
}

// verb returns what happened, with a place for the subjects. Edits with the same verb are told together.
func (e *FieldEdit) verb() string {
	switch {
	case e.Of == id.Organization && e.Field == FieldGroups && e.After != nil:
		return "added %s to the group " + quoted(*e.After)
	case e.Of == id.Organization && e.Field == FieldGroups:
		return "removed %s from the group " + quoted(*e.Before)
	case e.Of == id.Organization && e.Field == FieldVCIO:
		return "changed the vCIO of %s"
	case e.Field == FieldName && e.Before == nil && e.Of == id.Person:
		return "added %s"
	case e.Field == FieldName && e.Before == nil:
		return "created %s"
	case e.Field == FieldName && e.After == nil:
		return "removed %s"
	case e.Of == id.Group && e.Field == FieldName:
		return "renamed %s, formerly " + quoted(*e.Before)
	case e.Field == FieldRevoked:
		return "revoked %s"
	case e.Field == FieldSameAs:
		return "found that %s had signed in before"
	case e.Field == FieldAssigned:
		return "changed the assigned role of %s"
	}
	if e.After != nil && (e.Field == FieldArchived || e.Field == FieldBlocked) {
		return map[string]string{"archivedtrue": "archived %s", "archivedfalse": "restored %s", "blockedtrue": "blocked %s", "blockedfalse": "unblocked %s"}[e.Field+*e.After]
	}
	return "changed the " + e.Field + " of %s"
}

// quoted returns a name for a format.
func quoted(text string) string { return strings.ReplaceAll(name.Quote(text), "%", "%%") }

// subjects names what the edits are about, or counts it if there are several.
func subjects(edits []FieldEdit) string {
	one := edits[0]
	named := map[id.Kind][2]string{
		id.Group: {"the group " + name.Quote(one.Subject.Name), "groups"}, id.Person: {"a person", "people"},
		id.Token: {"the API token " + name.Quote(one.Subject.Name), "API tokens"}, id.Organization: {name.Quote(one.Subject.Name), "organizations"},
	}[one.Of]
	if len(edits) == 1 {
		return named[0]
	}
	return fmt.Sprintf("%d %s", len(edits), named[1])
}

// Package journal keeps the ordered list of every committed write of an account: who did what and when, with the
// values before and after. Each change takes the account's next position, without gaps, so a client that knows a
// position can tell what it missed.
package journal

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
)

// Kind is the kind of things that a change touched.
type Kind string

// The kinds of change.
const (
	Organizations Kind = "ORGANIZATIONS" // created, renamed, deactivated, reactivated
	Mappings      Kind = "MAPPINGS"      // saved, cleared, imported
	Integrations  Kind = "INTEGRATIONS"  // connected, changed, disconnected, lists refreshed
	Decisions     Kind = "DECISIONS"     // suggestions rejected, external organizations excluded, aliases revoked, matching configured
	Groups        Kind = "GROUPS"        // organization groups created, changed, archived; organizations added to them or removed
	People        Kind = "PEOPLE"        // people added, changed, blocked
	Settings      Kind = "SETTINGS"      // the account changed, API tokens created or revoked
)

// Change is one committed write.
type Change struct {
	bun.BaseModel `bun:"table:journal,alias:j"`

	AccountID              uuid.UUID
	Position               int64 // 1 is the account's first change
	Kind                   Kind
	Action                 string // in the past tense, such as organization.created
	At                     time.Time
	Actor                  string          // name of the person, token or system that made the change
	ActorKind              *auth.ActorKind // nil: an older version wrote the change
	ActorID                uuid.NullUUID   // not valid for the system, and if an older version wrote the change
	OrganizationIDs        []uuid.UUID     `bun:"organization_ids,array"`
	IntegrationIDs         []uuid.UUID     `bun:"integration_ids,array"`          // integrations that still exist
	RemovedIntegrationIDs  []uuid.UUID     `bun:"removed_integration_ids,array"`  // integrations that were disconnected
	RemovedOrganizationIDs []uuid.UUID     `bun:"removed_organization_ids,array"` // organizations that were deleted
	ExternalOrgIDs         []uuid.UUID     `bun:"external_org_ids,array"`         // the subjects of decisions, and what a refresh touched
	SubjectIDs             []uuid.UUID     `bun:"subject_ids,array"`              // the groups, people or API tokens, depending on Kind
	RemovedSubjectIDs      []uuid.UUID     `bun:"removed_subject_ids,array"`      // groups whose creation was undone
	Before                 any             `bun:"type:jsonb"`
	After                  any             `bun:"type:jsonb"`
	EditCount              int
	Summary                *string // the end of a sentence that begins with the actor; nil: an older version wrote the change
	Undoes                 *int64  // the position of the change that this one undoes

	Edits Edits `bun:"-"` // what Append stores; see DecodeEdits
}

// Made returns a change that an actor makes now.
func Made(actor auth.Actor, kind Kind, action string) Change {
	author := actor.Author()
	return Change{AccountID: actor.AccountID, Kind: kind, Action: action, Actor: author.Name, ActorKind: &author.Kind, ActorID: author.ID}
}

// Author returns who made the change. What older versions did not record is left out: a name that is not Orgmap's own
// is then given as a person's.
func (c *Change) Author() auth.Author {
	if c.ActorKind != nil {
		return auth.Author{Kind: *c.ActorKind, Name: c.Actor, ID: c.ActorID}
	}
	return auth.Unrecorded(c.Actor)
}

// Sentence returns what the change did, as a sentence that begins with the name of its actor.
func (c *Change) Sentence() string {
	if c.Summary != nil {
		return c.Actor + " " + *c.Summary + "."
	}
	told := map[Kind]string{
		Organizations: "changed organizations", Mappings: "changed mappings", Integrations: "changed integrations", Decisions: "changed decisions",
		Groups: "changed groups", People: "changed people", Settings: "changed settings",
	}[c.Kind]
	return c.Actor + " " + told + "."
}

// Incomplete says what history does not know about the change; nil: it knows everything.
func (c *Change) Incomplete() *string {
	if c.Summary != nil {
		return nil
	}
	text := "An older version of Orgmap recorded this change. Names are those of today, it is not known whether a person or a token made it, and it cannot be undone."
	return &text
}

// Cursor returns the change's position as a cursor.
func (c *Change) Cursor() string { return FormatCursor(c.Position) }

// cursorPrefix distinguishes a journal cursor from list cursors and from later formats.
const cursorPrefix = "j1:"

// FormatCursor returns a position as the opaque text that clients keep.
func FormatCursor(position int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorPrefix + strconv.FormatInt(position, 10)))
}

// ParseCursor parses what FormatCursor returned. Any other text is an error with code BAD_USER_INPUT.
func ParseCursor(text string) (int64, error) {
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		digits, found := strings.CutPrefix(string(decoded), cursorPrefix)
		if position, err := strconv.ParseInt(digits, 10, 64); found && err == nil && position >= 0 {
			return position, nil
		}
	}
	return 0, apperr.New(apperr.BadUserInput, "after is not a cursor of the journal: take it from journalCursor or from a change.")
}

// Package group manages organization groups: named, colored sets of organizations. An organization can be in any number
// of them. Groups are archived instead of deleted.
package group

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// Limits of groups.
const (
	// MaximumMembers is the maximum number of organizations that one call adds or removes.
	MaximumMembers = 10_000
	maximumName    = 100 // characters
	maximumGroups  = 500 // of an account, including archived ones
)

// Group is a set of organizations.
type Group struct {
	bun.BaseModel `bun:"table:organization_groups,alias:g"`

	AccountID uuid.UUID `bun:",pk"`
	ID        uuid.UUID `bun:",pk"`
	Name      string    // normalized; unique in the account, ignoring case and accents
	Folded    string    // for sorting, and for uniqueness
	Color     string    // one of Colors
	Archived  bool
	CreatedAt time.Time
}

// columns lists the columns of Group.
var columns = pg.ColumnsOf[Group]()

// NodeID returns the public ID of the group.
func (g *Group) NodeID() string { return id.Format(id.Group, g.ID) }

// AppendNodeID appends NodeID to the given slice.
func (g *Group) AppendNodeID(to []byte) []byte { return id.Append(to, id.Group, g.ID) }

func (g *Group) ref() journal.Ref { return journal.Ref{ID: g.ID, Name: g.Name} }

// Colors returns the names of the colors that a group can have. Pages decide what they look like in light and dark.
func Colors() []string { return []string{"gold", "teal", "plum", "blue", "slate", "clay"} }

// defaultColor is the color of a group that is created without one.
const defaultColor = "slate"

// Saving creates a group or changes one. What is nil stays as it is.
type Saving struct {
	GroupID  *uuid.UUID // nil: create
	Name     *string
	Color    *string
	Archived *bool
}

// normalize brings the input into its stored form, and returns all problems with it.
func (s *Saving) normalize() apperr.UserErrors {
	var problems apperr.Problems
	switch {
	case s.Name != nil:
		normal, err := normalizeName(*s.Name)
		if err != nil {
			problems.Add(apperr.Invalid, apperr.InputPath("name"), "%s", err.Error())
		}
		s.Name = &normal
	case s.GroupID == nil:
		problems.Add(apperr.Invalid, apperr.InputPath("name"), "Enter a name for the group.")
	}
	if s.Color != nil && !slices.Contains(Colors(), *s.Color) {
		problems.Add(apperr.Invalid, apperr.InputPath("color"), "A group has one of the colors %s.", strings.Join(Colors(), ", "))
	}
	return problems.Errors()
}

func normalizeName(raw string) (string, error) {
	normal, err := name.Normalize(raw)
	if length := utf8.RuneCountInString(normal); err == nil && length > maximumName {
		return "", fmt.Errorf("The name has %d characters; the maximum is %d.", length, maximumName)
	}
	return normal, err
}

// apply returns the group with the changes applied.
func (s Saving) apply(group Group) Group {
	if s.Name != nil {
		group.Name, group.Folded = *s.Name, name.Fold(*s.Name)
	}
	if s.Color != nil {
		group.Color = *s.Color
	}
	if s.Archived != nil {
		group.Archived = *s.Archived
	}
	return group
}

// editsOf returns what a change did; before nil: the group was created.
func editsOf(before, after *Group) (edits []journal.FieldEdit) {
	edit := func(field journal.Field, was, is string) {
		if was != is {
			edits = append(edits, journal.FieldEdit{Subject: after.ref(), Of: id.Group, Field: field, Before: &was, After: &is})
		}
	}
	if before == nil {
		return []journal.FieldEdit{{Subject: after.ref(), Of: id.Group, Field: journal.FieldName, After: &after.Name}}
	}
	edit(journal.FieldName, before.Name, after.Name)
	edit(journal.FieldColor, before.Color, after.Color)
	edit(journal.FieldArchived, fmt.Sprint(before.Archived), fmt.Sprint(after.Archived))
	return edits
}

// Journal records the change that a write makes.
type Journal interface {
	Append(ctx context.Context, tx pg.Writer, change journal.Change) error
}

// Service lists and changes groups.
type Service struct {
	db      *pg.DB
	journal Journal
}

// New returns the service.
func New(db *pg.DB, journal Journal) *Service { return &Service{db: db, journal: journal} }

package vendors

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/orgmap/orgmap/internal/name"
)

// Limits of a usable row.
const (
	MaximumRemoteID = 255 // bytes; GUIDs and numbers are far shorter
	MaximumName     = 500 // characters; no vendor allows more, and in UTF-8 it still fits a Postgres index entry
)

// Limits of details. A longer one is left out, and the row is kept.
const (
	MaximumWebsite = 2000 // characters
	MaximumCity    = 200  // characters
)

// SkippedRow is an unusable row of a vendor's list. It is skipped, counted and shown, but never
// fails the list.
type SkippedRow struct {
	RemoteID string // as far as it was readable; "" if there is none
	Name     string // as far as it was readable; "" if there is none
	Reason   SkipReason
}

// SkipReason says why a row cannot be used.
type SkipReason string

// All skip reasons.
const (
	NoID          SkipReason = "NO_ID"
	InvalidID     SkipReason = "INVALID_ID" // too long, or contains a character that cannot be stored
	NoName        SkipReason = "NO_NAME"
	InvisibleName SkipReason = "INVISIBLE_NAME" // no character of the name is visible
	NameTooLong   SkipReason = "NAME_TOO_LONG"
	UnreadableRow SkipReason = "UNREADABLE" // a required field has a form that the vendor does not document
)

// MarshalGQL writes the GraphQL enum value.
func (r SkipReason) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(r))) }

// UnmarshalGQL always fails: a reason is never an input.
func (r *SkipReason) UnmarshalGQL(any) error {
	return errors.New("the reason of a skipped row is no input")
}

// Unusable returns why the organization cannot be used, or "" if it can. The id must be trimmed
// already.
func (o Organization) Unusable() SkipReason {
	switch {
	case o.RemoteID == "":
		return NoID
	case len(o.RemoteID) > MaximumRemoteID, strings.Contains(o.RemoteID, "\x00"), !utf8.ValidString(o.RemoteID):
		return InvalidID
	case strings.TrimSpace(o.Name) == "":
		return NoName
	case utf8.RuneCountInString(o.Name) > MaximumName:
		return NameTooLong
	case !name.Visible(o.Name):
		return InvisibleName
	}
	return ""
}

// Skip returns the organization as a skipped row.
func (o Organization) Skip(reason SkipReason) SkippedRow {
	return SkippedRow{RemoteID: o.RemoteID, Name: o.Name, Reason: reason}
}

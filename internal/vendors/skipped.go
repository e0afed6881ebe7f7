package vendors

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/orgmap/orgmap/internal/name"
)

// The bounds of a row that can be used.
const (
	MaximumRemoteID = 255 // bytes: GUIDs and numbers stay far below
	MaximumName     = 500 // characters: no vendor takes longer ones, and in UTF-8 it still fits an index entry of Postgres
)

// SkippedRow is a row of a vendor's list that cannot be used. It is skipped, counted and shown; it never fails the list.
type SkippedRow struct {
	RemoteID string // as far as it could be read; "" if there is none
	Name     string // as far as it could be read; "" if there is none
	Reason   SkipReason
}

// SkipReason says why a row cannot be used.
type SkipReason string

// The reasons.
const (
	NoID          SkipReason = "NO_ID"
	InvalidID     SkipReason = "INVALID_ID" // too long, or with a character that cannot be stored
	NoName        SkipReason = "NO_NAME"
	InvisibleName SkipReason = "INVISIBLE_NAME" // nothing of the name can be seen
	NameTooLong   SkipReason = "NAME_TOO_LONG"
	UnreadableRow SkipReason = "UNREADABLE" // a field that is needed has another form than the vendor documents
)

// MarshalGQL writes the GraphQL enum value.
func (r SkipReason) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(r))) }

// UnmarshalGQL fails: a reason is never an input.
func (r *SkipReason) UnmarshalGQL(any) error {
	return errors.New("the reason of a skipped row is no input")
}

// Unusable returns why the organization cannot be used, "" if it can. It expects an id without outer white space.
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

// Skip returns the organization as a row that is skipped.
func (o Organization) Skip(reason SkipReason) SkippedRow {
	return SkippedRow{RemoteID: o.RemoteID, Name: o.Name, Reason: reason}
}

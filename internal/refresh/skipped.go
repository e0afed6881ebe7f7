package refresh

import (
	"github.com/orgmap/orgmap/internal/vendors"
)

// Limits on the skipped rows that a run keeps.
const (
	maximumSkippedRows = 20
	maximumSkippedText = 200 // characters of an id or a name
)

// SkippedRow is a row of the vendor's list that a run could not use.
type SkippedRow struct {
	RemoteID *string            `json:"remoteId,omitempty"` // nil if missing or unreadable
	Name     *string            `json:"name,omitempty"`     // nil if missing or unreadable
	Reason   vendors.SkipReason `json:"reason"`
}

// Message returns what is wrong with the row and what to do about it, for people.
func (r SkippedRow) Message() string {
	switch r.Reason {
	case vendors.NoID:
		return "The vendor lists this organization without an ID, so it cannot be mapped. Contact the vendor's support."
	case vendors.InvalidID:
		return "The vendor lists this organization with an ID that cannot be stored. Contact the vendor's support."
	case vendors.NoName:
		return "The organization has no name. Give it a name at the vendor, then refresh."
	case vendors.InvisibleName:
		return "The organization's name has no visible characters. Rename it at the vendor, then refresh."
	case vendors.NameTooLong:
		return "The organization's name has more than 500 characters. Shorten it at the vendor, then refresh."
	case vendors.UnreadableRow:
	}
	return "The vendor sent this organization in a form that Orgmap cannot read. Contact the vendor's support."
}

// skips counts the rows that a walk could not use, and keeps the first ones as a sample.
type skips struct {
	ids          map[string]bool // of rows with an id
	unidentified int             // rows without an id: there is no telling which organizations they are
	rows         []SkippedRow
}

func (s *skips) count() int { return len(s.ids) + s.unidentified }

// add counts a row, but each id only once.
func (s *skips) add(row vendors.SkippedRow) {
	switch {
	case row.RemoteID == "":
		s.unidentified++
	case s.ids[row.RemoteID]:
		return
	default:
		if s.ids == nil {
			s.ids = map[string]bool{}
		}
		s.ids[row.RemoteID] = true
	}
	if len(s.rows) < maximumSkippedRows {
		s.rows = append(s.rows, SkippedRow{RemoteID: shortened(row.RemoteID), Name: shortened(row.Name), Reason: row.Reason})
	}
}

// shortened returns the beginning of text in storable form, or nil if nothing is left.
func shortened(text string) *string {
	text = storableText(text)
	if text == "" {
		return nil
	}
	characters := 0
	for at := range text {
		if characters++; characters > maximumSkippedText {
			text = text[:at] + "…"
			break
		}
	}
	return &text
}

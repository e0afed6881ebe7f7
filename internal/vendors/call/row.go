package call

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/orgmap/orgmap/internal/vendors"
)

const (
	maxID   = 255 // bytes: GUIDs and numbers stay far below
	maxName = 500 // characters: no vendor takes longer ones, and in UTF-8 it still fits an index entry of Postgres
	maxURL  = 2048
)

// Text decodes a JSON string or number as the text it is written with, so that no id loses a digit; null is "".
type Text string

// UnmarshalJSON reads a string, a number or null.
func (t *Text) UnmarshalJSON(data []byte) error {
	switch {
	case bytes.Equal(data, []byte("null")):
		*t = ""
		return nil
	case data[0] == '"':
		var text string
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
		*t = Text(text)
		return nil
	case data[0] == '-' || (data[0] >= '0' && data[0] <= '9'):
		*t = Text(data)
		return nil
	default:
		return fmt.Errorf("neither text nor a number")
	}
}

// NewPage makes a page of the rows that can be used, and counts the others: those without an id, without a name, or with one no
// organization has. A negative total is no total. Addresses that a browser should not be sent to are left out.
func NewPage(rows []vendors.Organization, total *int, next string) vendors.Page {
	page := vendors.Page{Organizations: make([]vendors.Organization, 0, len(rows)), Total: total, Next: next}
	if total != nil && *total < 0 {
		page.Total = nil
	}
	for _, row := range rows {
		row.RemoteID = strings.TrimSpace(row.RemoteID)
		// Postgres stores no NUL, and one row must not fail a whole list.
		row.Name = strings.ReplaceAll(row.Name, "\x00", "")
		if !usable(row) {
			page.Skipped++
			continue
		}
		row.URL = webAddress(row.URL)
		page.Organizations = append(page.Organizations, row)
	}
	return page
}

func usable(row vendors.Organization) bool {
	return row.RemoteID != "" && len(row.RemoteID) <= maxID && !strings.Contains(row.RemoteID, "\x00") &&
		strings.TrimSpace(row.Name) != "" && utf8.RuneCountInString(row.Name) <= maxName
}

func webAddress(address string) string {
	parsed, err := url.Parse(address)
	if err != nil || len(address) > maxURL || parsed.Host == "" || parsed.User != nil || (parsed.Scheme != "https" && parsed.Scheme != "http") {
		return ""
	}
	return address
}

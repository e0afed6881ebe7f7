package call

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/orgmap/orgmap/internal/vendors"
)

const maxURL = 2048

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

// NewPage returns a page of the rows that can be used. Rows that cannot, and those that the caller could not read, are in
// Skipped. A negative total is no total. Addresses that a browser should not be sent to are left out.
func NewPage(rows []vendors.Organization, total *int, next string, unreadable ...vendors.SkippedRow) vendors.Page {
	page := vendors.Page{Organizations: make([]vendors.Organization, 0, len(rows)), Total: total, Next: next, Skipped: unreadable}
	if total != nil && *total < 0 {
		page.Total = nil
	}
	for _, row := range rows {
		row.RemoteID = strings.TrimSpace(row.RemoteID)
		// Postgres stores no NUL, and one row must not fail a whole list.
		row.Name = strings.ReplaceAll(row.Name, "\x00", "")
		if reason := row.Unusable(); reason != "" {
			page.Skipped = append(page.Skipped, row.Skip(reason))
			continue
		}
		row.URL = webAddress(row.URL)
		page.Organizations = append(page.Organizations, row)
	}
	return page
}

func webAddress(address string) string {
	parsed, err := url.Parse(address)
	if err != nil || len(address) > maxURL || parsed.Host == "" || parsed.User != nil || (parsed.Scheme != "https" && parsed.Scheme != "http") {
		return ""
	}
	return address
}

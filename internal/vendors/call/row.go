package call

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/orgmap/orgmap/internal/vendors"
)

const maxURL = 2048

// NewPage returns a page of the usable rows. Skipped holds the unusable ones and those that the
// caller could not read. A negative total means no total. Unsafe URLs are removed, and so are
// websites and cities that are none.
func NewPage(rows []vendors.Organization, total *int, next string, unreadable ...vendors.SkippedRow) vendors.Page {
	page := vendors.Page{Organizations: make([]vendors.Organization, 0, len(rows)), Total: total, Next: next, Skipped: unreadable}
	if total != nil && *total < 0 {
		page.Total = nil
	}
	for _, row := range rows {
		row.RemoteID = strings.TrimSpace(row.RemoteID)
		// Postgres cannot store NUL, and one row must not fail a whole list.
		row.Name = strings.ReplaceAll(row.Name, "\x00", "")
		if reason := row.Unusable(); reason != "" {
			page.Skipped = append(page.Skipped, row.Skip(reason))
			continue
		}
		row.URL = webAddress(row.URL)
		row.Website = website(row.Website)
		row.City = city(row.City)
		row.Hints = usableHints(row.Hints)
		page.Organizations = append(page.Organizations, row)
	}
	return page
}

// maxHints is far more than any vendor links to one organization.
const maxHints = 50

// usableHints removes hints that cannot be stored: a bad hint must not cost the row.
func usableHints(hints []vendors.Hint) []vendors.Hint {
	hints = slices.DeleteFunc(hints, func(hint vendors.Hint) bool {
		return hint.RemoteID == "" || len(hint.RemoteID) > vendors.MaximumRemoteID || strings.Contains(hint.RemoteID, "\x00")
	})
	if len(hints) == 0 {
		return nil
	}
	return hints[:min(len(hints), maxHints)]
}

// webAddress returns the safe form of a vendor's address for people: http or https, a plain host,
// and no character with a meaning in HTML, not even quotes. It returns "" if there is no such form.
func webAddress(address string) string {
	parsed, err := url.Parse(strings.TrimSpace(address))
	if err != nil || len(address) > maxURL || parsed.User != nil || parsed.Opaque != "" || (parsed.Scheme != "https" && parsed.Scheme != "http") {
		return ""
	}
	parsed.Host = strings.ToLower(parsed.Host)
	if strings.Trim(parsed.Hostname(), ".-") == "" || strings.ContainsFunc(parsed.Hostname(), notInHostName) || strings.HasSuffix(parsed.Host, ":") {
		return ""
	}
	var safe strings.Builder
	for _, character := range []byte(parsed.String()) {
		if safeInAddress(character) {
			safe.WriteByte(character)
		} else {
			fmt.Fprintf(&safe, "%%%02X", character)
		}
	}
	if safe.Len() > maxURL {
		return ""
	}
	return safe.String()
}

func notInHostName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.' && r != '-'
}

func safeInAddress(character byte) bool {
	return !notInHostName(rune(character)) || character >= 'A' && character <= 'Z' || strings.IndexByte("_~:/?#@!$&()*+,;=%", character) >= 0
}

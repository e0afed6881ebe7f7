package call

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/orgmap/orgmap/internal/vendors"
)

// Span is a cursor for lists that are paged by number or offset. It names the rows, so a page can
// be halved and the walk can continue from there.
type Span struct {
	Offset int // a multiple of Size
	Size   int
}

// ParseSpan reads a cursor from Span.Cursor; "" is the first page with the given size.
func ParseSpan(cursor string, size int) (Span, error) {
	if cursor == "" {
		return Span{Size: size}, nil
	}
	offset, length, found := strings.Cut(cursor, "+")
	from, err := strconv.Atoi(offset)
	count, err2 := strconv.Atoi(length)
	if !found || err != nil || err2 != nil || from < 0 || count < 1 || from%count != 0 {
		return Span{}, fmt.Errorf("%q is not a cursor of this list", cursor)
	}
	return Span{Offset: from, Size: count}, nil
}

// Cursor returns the span as a string for ParseSpan.
func (s Span) Cursor() string { return fmt.Sprintf("%d+%d", s.Offset, s.Size) }

// Number returns the page number if the vendor numbers its first page first.
func (s Span) Number(first int) int { return s.Offset/s.Size + first }

// Narrower adds a cursor for the first half of the span to a timeout error, if Half allows it.
func (s Span) Narrower(err error, least int) error {
	var failure *vendors.Error
	if half, ok := s.Half(least); ok && errors.As(err, &failure) && failure.Class == vendors.Timeout {
		failure.Narrower = half.Cursor()
	}
	return err
}

// Next returns the span after s.
func (s Span) Next() Span { return Span{Offset: s.Offset + s.Size, Size: s.Size} }

// Half returns the first half of the span, or false if that is not a whole number of rows or is
// less than least.
func (s Span) Half(least int) (Span, bool) {
	half := s.Size / 2
	if s.Size%2 != 0 || half < least {
		return s, false
	}
	return Span{Offset: s.Offset, Size: half}, true
}

// Fitted returns the span in the vendor's page size: a short first page, although more rows follow,
// shows how many rows the vendor sends at once, and the walk continues with that size. Otherwise a
// page that is halved later would start at the wrong row.
func (s Span) Fitted(rows int) Span {
	if s.Offset == 0 && rows > 0 && rows < s.Size {
		s.Size = rows
	}
	return s
}

// NextByTotal returns the next cursor of a list with a known total; "" at the end or after an empty
// page.
func (s Span) NextByTotal(rows, total int) string {
	if rows < total {
		s = s.Fitted(rows)
	}
	if rows == 0 || s.Offset+s.Size >= total {
		return ""
	}
	return s.Next().Cursor()
}

// NextUntilEmpty returns the next cursor of a list without a total: only an empty page is surely
// the end. A short page may come from a vendor that sends fewer rows than requested, and the rest
// of the list would look removed.
func (s Span) NextUntilEmpty(rows int) string {
	if rows == 0 {
		return ""
	}
	return s.Next().Cursor()
}

// NextByID returns the next cursor of a list without a total that is ordered by numeric id and
// continues after an id: the highest id of the page, which must not be empty. That is the last
// row's id unless a row comes twice.
func (c *Client) NextByID(rows []vendors.Organization) (string, error) {
	var highest uint64
	found := false
	for _, row := range rows {
		// A row without a numeric id is skipped like any other bad row: the list cannot continue after it.
		if id, err := strconv.ParseUint(strings.TrimSpace(row.RemoteID), 10, 64); err == nil {
			highest, found = max(highest, id), true
		}
	}
	if !found {
		return "", c.Garbled("a page without an id to go on from")
	}
	return strconv.FormatUint(highest, 10), nil
}

// Next returns a cursor for the vendor's next-page address: only path and query. A different host,
// port or scheme is an error, because the request would send the credentials there. Without an
// address the cursor is ""; an unreadable address is an error, because the list would seem to end.
func (c *Client) Next(link Link) (string, error) {
	if link.Odd {
		return "", c.Garbled("the address of the next page is no text")
	}
	if link.Address == "" {
		return "", nil
	}
	next, err := c.resolve(link.Address)
	if err != nil {
		return "", err
	}
	return next.RequestURI(), nil
}

func (c *Client) resolve(reference string) (*url.URL, error) {
	next, err := c.base.Parse(reference)
	if err == nil && next.User == nil && next.Opaque == "" && c.sameServer(next) {
		next.Fragment = ""
		return next, nil
	}
	return nil, &vendors.Error{
		Class:   vendors.BadResponse,
		Message: fmt.Sprintf("%s referred to another server for the next page, so it was not called. Check the address of the connection.", c.config.Vendor),
		Err:     fmt.Errorf("next page is not on %s", c.base.Host),
	}
}

func sameHost(a, b *url.URL) bool {
	return strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(address *url.URL) string {
	switch {
	case address.Port() != "":
		return address.Port()
	case address.Scheme == "https":
		return "443"
	default:
		return "80"
	}
}

// NextLink returns the address of the next page from RFC 8288 Link headers, or "" if there is none.
func NextLink(header http.Header) string {
	for _, value := range header.Values("Link") {
		for value != "" {
			_, rest, found := strings.Cut(value, "<")
			address, rest, closed := strings.Cut(rest, ">")
			if !found || !closed {
				break
			}
			parameters, following, _ := strings.Cut(rest, "<")
			if isNext(parameters) {
				return strings.TrimSpace(address)
			}
			value = "<" + following
			if following == "" {
				value = ""
			}
		}
	}
	return ""
}

func isNext(parameters string) bool {
	for parameter := range strings.SplitSeq(strings.TrimRight(parameters, " ,"), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		if strings.EqualFold(strings.TrimSpace(name), "rel") {
			for relation := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"`)) {
				if strings.EqualFold(relation, "next") {
					return true
				}
			}
		}
	}
	return false
}

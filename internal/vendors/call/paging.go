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

// Span is a cursor for lists that are asked for by page number or by offset: which rows, so that a page can be halved and the walk
// goes on from there.
type Span struct {
	Offset int // a multiple of Size
	Size   int
}

// ParseSpan reads a cursor that Span.Cursor wrote; "" is the first page, of the size given.
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

// Cursor writes the span for ParseSpan.
func (s Span) Cursor() string { return fmt.Sprintf("%d+%d", s.Offset, s.Size) }

// Number is the span's page number, where the vendor calls the first page first.
func (s Span) Number(first int) int { return s.Offset/s.Size + first }

// Narrower adds to an error that took the vendor too long where to try half of the span, down to least rows.
func (s Span) Narrower(err error, least int) error {
	var failure *vendors.Error
	if half, ok := s.Half(least); ok && errors.As(err, &failure) && failure.Class == vendors.Timeout {
		failure.Narrower = half.Cursor()
	}
	return err
}

// Next is the span after this one.
func (s Span) Next() Span { return Span{Offset: s.Offset + s.Size, Size: s.Size} }

// Half is the first half of the span, where that is a whole number of rows and not less than least.
func (s Span) Half(least int) (Span, bool) {
	half := s.Size / 2
	if s.Size%2 != 0 || half < least {
		return s, false
	}
	return Span{Offset: s.Offset, Size: half}, true
}

// Fitted is the span as the vendor read it: a first page that is short, although there is more, tells how many rows it gives at once,
// and the walk goes on with pages of that size. Otherwise a page that is halved later would be counted from the wrong place.
func (s Span) Fitted(rows int) Span {
	if s.Offset == 0 && rows > 0 && rows < s.Size {
		s.Size = rows
	}
	return s
}

// NextByTotal is the next cursor of a list that announces its total; "" at its end, or where a page came back empty.
func (s Span) NextByTotal(rows, total int) string {
	if rows < total {
		s = s.Fitted(rows)
	}
	if rows == 0 || s.Offset+s.Size >= total {
		return ""
	}
	return s.Next().Cursor()
}

// NextUntilEmpty is the next cursor of a list that announces nothing: only an empty page is surely the end. A short one may come from a
// vendor that gives fewer rows than it was asked for, and the rest of the list would be taken for removed.
func (s Span) NextUntilEmpty(rows int) string {
	if rows == 0 {
		return ""
	}
	return s.Next().Cursor()
}

// NextByID is the next cursor of a list in the order of numeric ids that goes on after one and announces nothing: the highest id of a page
// that is not empty. That is the last row's unless a row comes twice.
func (c *Client) NextByID(rows []vendors.Organization) (string, error) {
	var highest uint64
	found := false
	for _, row := range rows {
		// A row whose id is no number is skipped like any other odd one: the list does not go on after it.
		if id, err := strconv.ParseUint(strings.TrimSpace(row.RemoteID), 10, 64); err == nil {
			highest, found = max(highest, id), true
		}
	}
	if !found {
		return "", c.Garbled("a page without an id to go on from")
	}
	return strconv.FormatUint(highest, 10), nil
}

// Next makes a cursor of the address that a vendor gave for its next page: path and query alone. Any other host, port or scheme is
// refused, because the request for it would carry the credentials there. No address is no cursor; one that cannot be read is an error,
// because the list would seem to end.
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

// NextLink finds the address of the next page in Link headers, as RFC 8288 has them; "" where there is none.
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

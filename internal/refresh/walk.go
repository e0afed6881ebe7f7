package refresh

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/orgmap/orgmap/internal/vendors"
)

// Limits on a walk. A vendor that exceeds one is broken, and must not fill this process's memory or occupy a worker.
const (
	maximumOrganizations = 500_000
	maximumPages         = 5_000
	pagesWithoutTotal    = 1_000 // if the vendor announces no total
	sparePages           = 5     // beyond what the announced total needs
)

// walk is a vendor's whole list as read.
type walk struct {
	organizations []vendors.Organization // one per remote id, as last read
	total         *int                   // as announced with the last page
	totalChanged  bool                   // the total changed during the walk
	skipped       skips                  // unusable rows
}

// merge adds what an earlier walk of the same list read and this one did not. It does so only if neither has a total,
// since nothing then tells which walk is complete: a row that one of them missed is not gone.
func (w *walk) merge(earlier walk) {
	if w.total != nil || earlier.total != nil {
		return
	}
	seen := make(map[string]bool, len(w.organizations))
	for _, organization := range w.organizations {
		seen[organization.RemoteID] = true
	}
	for _, organization := range earlier.organizations {
		if !seen[organization.RemoteID] {
			w.organizations = append(w.organizations, organization)
		}
	}
}

// equal reports whether both walks read the same ids and the same total, and neither total changed during its walk.
func (w *walk) equal(earlier walk) bool {
	if w.totalChanged || earlier.totalChanged || len(w.organizations) != len(earlier.organizations) || w.skipped.count() != earlier.skipped.count() ||
		(w.total == nil) != (earlier.total == nil) || w.total != nil && *w.total != *earlier.total {
		return false
	}
	read := make(map[string]bool, len(earlier.organizations))
	for _, organization := range earlier.organizations {
		read[organization.RemoteID] = true
	}
	for _, organization := range w.organizations {
		if !read[organization.RemoteID] {
			return false
		}
	}
	return true
}

// walker reads a vendor's list page by page.
type walker struct {
	source vendors.Source
	retry  retryPolicy
	logger *slog.Logger
	// progress is called after each page, throttled before each pause that the vendor asked for. An error from either
	// ends the walk.
	progress  func(ctx context.Context, fetched int, total *int) error
	throttled func(ctx context.Context, pause time.Duration, why *runError) error

	found     walk
	indexes   map[string]int  // index in found.organizations, by remote id
	cursors   map[string]bool // cursors already requested
	contents  map[uint64]bool // hashes of pages without a new organization
	hashSeed  maphash.Seed
	pages     int
	pageLimit int // 0: before the first page
}

// runError is the reason that a walk ended early.
type runError struct {
	code       FailureCode
	message    string
	retryAfter time.Duration // when to try again; 0: unknown
	cause      error
}

func (e *runError) Error() string {
	if e.cause == nil {
		return e.message
	}
	return e.message + " (" + e.cause.Error() + ")"
}

func (e *runError) Unwrap() error { return e.cause }

// walk reads the whole list. Its error is a *runError, or that of progress, throttled or ctx.
func (w *walker) walk(ctx context.Context) (walk, error) {
	w.found = walk{}
	w.indexes, w.cursors, w.contents = map[string]int{}, map[string]bool{}, map[uint64]bool{}
	w.hashSeed, w.pages, w.pageLimit = maphash.MakeSeed(), 0, 0
	for cursor := ""; ; {
		if w.cursors[cursor] {
			return walk{}, loopError("it named a page twice")
		}
		w.cursors[cursor] = true
		page, err := w.page(ctx, cursor)
		if err != nil {
			return walk{}, err
		}
		if err := w.add(page); err != nil {
			return walk{}, err
		}
		if err := w.progress(ctx, len(w.found.organizations), w.found.total); err != nil {
			return walk{}, err
		}
		if page.Next == "" {
			return w.found, nil
		}
		cursor = page.Next
	}
}

// page reads one page, and retries and pauses as the policy allows.
func (w *walker) page(ctx context.Context, cursor string) (vendors.Page, error) {
	failures, pauses := 0, 0
	for {
		page, err := w.source.Organizations(ctx, cursor)
		if err == nil {
			return page, nil
		}
		if ctx.Err() != nil {
			return vendors.Page{}, ctx.Err()
		}
		refused := classify(err)
		switch {
		case refused.Class == vendors.CredentialsRejected:
			return vendors.Page{}, runErrorOf(refused)
		case refused.Class == vendors.RateLimited:
			if !refused.Unsent {
				pauses++
			}
			if err := w.pause(ctx, refused, pauses); err != nil {
				return vendors.Page{}, err
			}
		case failures+1 >= w.retry.pageTries:
			return vendors.Page{}, runErrorOf(refused)
		default:
			failures++
			if refused.Narrower != "" && !w.cursors[refused.Narrower] {
				cursor = refused.Narrower
				w.cursors[cursor] = true
				w.pageLimit = min(2*w.pageLimit, maximumPages) // the following pages may be smaller too
			}
			w.logger.WarnContext(ctx, "could not read a page; requesting it again", "failures", failures, "class", refused.Class, "error", err)
			if refused.RetryAfter > 0 {
				if err := w.pause(ctx, refused, failures); err != nil {
					return vendors.Page{}, err
				}
				continue
			}
			pause := w.retry.pageWait[min(failures, len(w.retry.pageWait))-1]
			if err := w.retry.wait(ctx, pause+w.retry.jitter(pause/2)); err != nil {
				return vendors.Page{}, err
			}
		}
	}
}

// pause waits as long as the vendor asked. If the vendor did not say, each pause in a row is longer.
func (w *walker) pause(ctx context.Context, refused *vendors.Error, pauses int) error {
	wait := refused.RetryAfter
	if wait <= 0 {
		wait = w.retry.throttleFirst << min(pauses-1, 10)
		wait = min(wait+w.retry.jitter(wait/4), w.retry.throttleLongest)
	} else {
		wait += w.retry.jitter(min(wait/10, time.Second))
	}
	if wait > w.retry.throttleGiveUp || pauses > w.retry.throttlePauses {
		ended := runErrorOf(refused)
		ended.retryAfter = wait
		return ended
	}
	if err := w.throttled(ctx, wait, runErrorOf(refused)); err != nil {
		return err
	}
	defer vendors.BeginWait(ctx)()
	return w.retry.wait(ctx, wait)
}

// add adds a page's rows. A remote id that was read before replaces the earlier row, because the list may have
// changed.
func (w *walker) add(page vendors.Page) error {
	w.pages++
	if w.pageLimit == 0 {
		w.pageLimit = pageLimit(page)
	}
	if w.pages > w.pageLimit && page.Next != "" {
		return loopError("it has more pages than its organizations need")
	}
	if page.Total != nil && w.found.total != nil && *page.Total != *w.found.total {
		w.found.totalChanged = true
	}
	if page.Total != nil {
		w.found.total = page.Total
	}
	for _, row := range page.Skipped {
		w.skip(row)
	}
	added := 0
	for _, row := range page.Organizations {
		organization := storable(row)
		if reason := organization.Unusable(); reason != "" {
			w.skip(organization.Skip(reason))
			continue
		}
		delete(w.found.skipped.ids, organization.RemoteID) // another page lists it in a usable form
		if at, seen := w.indexes[organization.RemoteID]; seen {
			w.found.organizations[at] = organization
			continue
		}
		added++
		w.indexes[organization.RemoteID] = len(w.found.organizations)
		w.found.organizations = append(w.found.organizations, organization)
	}
	if len(w.found.organizations) > maximumOrganizations {
		return &runError{code: BadResponse, message: fmt.Sprintf("The vendor lists more than %d organizations, which cannot be right.", maximumOrganizations)}
	}
	if added == 0 && page.Next != "" && w.repeats(page) {
		return loopError("it sent the same page again")
	}
	return nil
}

// skip counts an unusable row, unless another page lists it in a usable form.
func (w *walker) skip(row vendors.SkippedRow) {
	if _, read := w.indexes[row.RemoteID]; !read {
		w.found.skipped.add(row)
	}
}

// storable removes what Postgres cannot store as text: zero bytes and invalid Unicode. A detail that is too long for its
// column is left out: it must not cost the row.
func storable(organization vendors.Organization) vendors.Organization {
	organization.RemoteID = storableText(organization.RemoteID)
	organization.Name = storableText(organization.Name)
	organization.URL = storableText(organization.URL)
	organization.Website = storableDetail(organization.Website, vendors.MaximumWebsite)
	organization.City = storableDetail(organization.City, vendors.MaximumCity)
	for i, hint := range organization.Hints {
		organization.Hints[i].RemoteID = storableText(hint.RemoteID)
	}
	return organization
}

func storableText(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
}

// storableDetail returns "" for a text with more than most characters.
func storableDetail(text string, most int) string {
	text = storableText(text)
	if utf8.RuneCountInString(text) > most {
		return ""
	}
	return text
}

// repeats reports whether a page without a new organization has the same content as an earlier one. One such page
// means that the list changed during the walk; a second one is a loop.
func (w *walker) repeats(page vendors.Page) bool {
	var hash maphash.Hash
	hash.SetSeed(w.hashSeed)
	for _, organization := range page.Organizations {
		_, _ = hash.WriteString(organization.RemoteID)
		_ = hash.WriteByte(0)
	}
	sum := hash.Sum64()
	seen := w.contents[sum]
	w.contents[sum] = true
	return seen && len(page.Organizations) > 0
}

// pageLimit returns how many pages the list may have, given its first page.
func pageLimit(first vendors.Page) int {
	size := len(first.Organizations) + len(first.Skipped)
	if first.Total == nil || size == 0 {
		return pagesWithoutTotal
	}
	return min((*first.Total+size-1)/size+sparePages, maximumPages)
}

// classify returns err as a *vendors.Error.
func classify(err error) *vendors.Error {
	var refused *vendors.Error
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.Is(err, context.DeadlineExceeded):
		return &vendors.Error{Class: vendors.Timeout, Message: "The vendor did not respond in time.", Err: err}
	}
	return &vendors.Error{Class: vendors.BadResponse, Message: "The vendor's response could not be read.", Err: err}
}

func runErrorOf(refused *vendors.Error) *runError {
	codes := map[vendors.Class]FailureCode{
		vendors.CredentialsRejected: CredentialsRejected,
		vendors.RateLimited:         RateLimited,
		vendors.Unavailable:         VendorUnavailable,
		vendors.Timeout:             VendorTimeout,
		vendors.BadResponse:         BadResponse,
	}
	code, known := codes[refused.Class]
	if !known {
		code = Internal
	}
	return &runError{code: code, message: refused.Message, retryAfter: refused.RetryAfter, cause: refused.Err}
}

func loopError(why string) *runError {
	return &runError{code: BadResponse, message: "The vendor's list does not come to an end: " + why + ". The old list is kept."}
}

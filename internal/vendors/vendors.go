// Package vendors defines the interface of a vendor's connector and the types that connectors and
// their callers share: organizations as a vendor lists them, the ways in which a vendor can fail,
// and what has to be entered to connect it.
package vendors

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// Source reads one vendor instance. It holds credentials but no position: each page is requested by
// its cursor, so the caller controls order, retries, waits and loop detection. A Source never
// retries, except that it signs in again once if a short-lived token has expired. It is safe for
// concurrent use.
//
// Every error is an *Error or wraps the error of a context that ended.
type Source interface {
	// Verify makes the cheapest call that proves that the credentials can read organizations.
	Verify(ctx context.Context) error
	// Organizations reads one page: the first one for the cursor "", then the one that Page.Next names.
	// The same cursor returns the same page again.
	Organizations(ctx context.Context, cursor string) (Page, error)
}

// ModuleSource is a Source with one list per module; its own Organizations lists nothing. Errors
// are those of a Source.
type ModuleSource interface {
	Source
	// Modules lists the modules that exist now.
	Modules(ctx context.Context) ([]Module, error)
	// Module returns the Source of one module's list. It makes no call and does not check whether the
	// module exists.
	Module(id string) Source
}

// Module is a part of a vendor with its own list.
type Module struct {
	ID          string // the vendor's own id, opaque
	Name        string // as the vendor sent it
	Application Application
}

// Page is one page of a vendor's list.
type Page struct {
	Organizations []Organization
	Total         *int         // how many organizations the vendor reports over all pages; nil if it does not report it
	Next          string       // the cursor of the next page, "" after the last
	Skipped       []SkippedRow // unusable rows, not in Organizations
}

// Organization is a client as one vendor lists it.
type Organization struct {
	RemoteID string // the vendor's own id, as text, opaque
	Name     string // as the vendor sent it
	URL      string // the vendor's page about it; "" if not known
	Website  string // the client's own website, as an absolute address; "" if not known
	City     string // where the client is, as people typed it; "" if not known
	Hints    []Hint
}

// Hint says which record of another application is the same client, according to the vendor.
type Hint struct {
	Application Application
	RemoteID    string
}

// Descriptor describes a vendor before it is connected.
type Descriptor struct {
	Application      Application
	Name             string // as the vendor writes it
	CanImport        bool   // organizations can be created from its list
	Address          Address
	Regions          []Region
	CredentialFields []CredentialField
	Limits           Limits
	// Open checks that the configuration is complete and returns a Source. It makes no call.
	Open func(Config) (Source, error)
}

// Limits are what a vendor documents to accept from one key. They are enforced across all servers.
type Limits struct {
	InFlight int           // concurrent calls; 0: 4
	Calls    int           // calls per Per; 0: the vendor documents no number
	Per      time.Duration // the period in which Calls are counted
}

// Region is one of a vendor's installations. A vendor without regions is reached at the customer's
// own address.
type Region struct {
	Name    string
	BaseURL string
}

// CredentialField is a value that a person must enter to connect a vendor.
type CredentialField struct {
	Name     string // the key in Credentials
	Label    string
	Secret   bool
	Optional bool
	Help     string // where to find it
}

// Required reports whether the field must be filled in.
func (f CredentialField) Required() bool { return !f.Optional }

// InWords returns the label for the middle of a sentence: "user name", "API key".
func (f CredentialField) InWords() string {
	first, rest := f.Label[:1], f.Label[1:]
	if rest != "" && strings.ToLower(rest[:1]) == rest[:1] {
		first = strings.ToLower(first)
	}
	return first + rest
}

// Config is one connection's settings.
type Config struct {
	BaseURL     string // as Catalog.Base returns it
	Credentials Credentials
	Client      *http.Client // the guarded client in production; must not follow redirects
}

// Catalog holds the vendors that can be connected, in the order in which people see them.
type Catalog struct {
	descriptors []Descriptor
}

// NewCatalog returns a catalog in the given order.
func NewCatalog(descriptors ...Descriptor) Catalog {
	return Catalog{descriptors: descriptors}
}

// All returns every descriptor in order. The caller owns the slice.
func (c Catalog) All() []Descriptor {
	return append([]Descriptor(nil), c.descriptors...)
}

// Lookup returns an application's descriptor.
func (c Catalog) Lookup(application Application) (Descriptor, bool) {
	for _, descriptor := range c.descriptors {
		if descriptor.Application == application {
			return descriptor, true
		}
	}
	return Descriptor{}, false
}

// Class is the kind of failure that an Error is. It decides how to react.
type Class string

// All error classes.
const (
	CredentialsRejected Class = "CREDENTIALS_REJECTED" // never retry before a person has acted: vendors lock users out
	RateLimited         Class = "RATE_LIMITED"         // wait, then retry
	Unavailable         Class = "UNAVAILABLE"          // the vendor or the network path to it is down
	Timeout             Class = "TIMEOUT"              // no response in time, also from the vendor's own gateway
	BadResponse         Class = "BAD_RESPONSE"         // a response that does not answer the request
)

// Error is a failed vendor call.
type Error struct {
	Class      Class
	Message    string        // one or two sentences for a person: what happened, what to do; no secrets, no addresses
	RetryAfter time.Duration // how long the vendor asked to wait; 0: it did not say
	Unsent     bool          // not sent, because the vendor had asked to wait; does not count as an attempt
	// Narrower is a cursor for the first part of the failed page: a smaller page may succeed. "" if
	// there is none.
	Narrower string
	Err      error // the detail, for logs only; contains no secrets
}

// Error returns the message and the detail, for logs. People see only Message.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + " (" + e.Err.Error() + ")"
}

func (e *Error) Unwrap() error { return e.Err }

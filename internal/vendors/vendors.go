// Package vendors says what every vendor's connector offers, and the terms in which connectors and the rest speak: organizations as a
// vendor lists them, the ways a vendor can fail, and what a vendor wants to know before it can be connected.
package vendors

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// Source reads one vendor instance. It holds credentials and no position: every page is asked for on its own, by its cursor, so the
// caller owns order, repeats, waits and the recognition of loops. A Source never tries again by itself, except that it signs in once
// more when a short-lived token has run out. It is safe for concurrent use.
//
// Its errors are an *Error, or wrap the error of a context that ended.
type Source interface {
	// Verify makes the cheapest call that proves the credentials may read organizations.
	Verify(ctx context.Context) error
	// Organizations reads one page: the first for the cursor "", then the one each Page.Next names. The same cursor gives the same page again.
	Organizations(ctx context.Context, cursor string) (Page, error)
}

// ModuleSource is a Source of a connection that has several lists, one for each module: its own Organizations lists nothing. Its errors
// are those of a Source.
type ModuleSource interface {
	Source
	// Modules lists what there is at this moment.
	Modules(ctx context.Context) ([]Module, error)
	// Module reads one module's list. It makes no call, and does not know whether there is such a module.
	Module(id string) Source
}

// Module is a part of a vendor that has a list of its own.
type Module struct {
	ID          string // the vendor's own, opaque
	Name        string // as the vendor sent it
	Application Application
}

// Page is one page of a vendor's list.
type Page struct {
	Organizations []Organization
	Total         *int         // how many organizations the vendor says it has, over all pages; nil where it does not say
	Next          string       // the cursor of the next page, "" after the last
	Skipped       []SkippedRow // rows that cannot be used, left out of Organizations
}

// Organization is a client as one vendor lists it.
type Organization struct {
	RemoteID string // the vendor's own id, as text, opaque
	Name     string // as the vendor sent it
	URL      string // where the vendor shows it to people, "" where that is not known
	Hints    []Hint
}

// Hint is what a vendor says about the same client elsewhere.
type Hint struct {
	Application Application
	RemoteID    string
}

// Descriptor is what there is to know about a vendor before it is connected.
type Descriptor struct {
	Application      Application
	Name             string // as the vendor writes it
	CanImport        bool   // organizations can be created from its list
	Address          Address
	Regions          []Region
	CredentialFields []CredentialField
	Limits           Limits
	// Open checks that the configuration is complete and makes a Source. It makes no call.
	Open func(Config) (Source, error)
}

// Limits are what a vendor takes from one key, by its own documents. They are kept by all servers together.
type Limits struct {
	InFlight int           // calls at once; 0: 4
	Calls    int           // within any Per; 0: the vendor names no number
	Per      time.Duration // the time in which Calls are counted
}

// Region is one of a vendor's installations. A vendor without any is reached where its customer runs it.
type Region struct {
	Name    string
	BaseURL string
}

// CredentialField is something a person has to enter to connect a vendor.
type CredentialField struct {
	Name     string // the key in Credentials
	Label    string
	Secret   bool
	Optional bool
	Help     string // where to find it
}

// Required tells whether it must be filled in.
func (f CredentialField) Required() bool { return !f.Optional }

// InWords is the label in the middle of a sentence: "user name", "API key".
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
	Client      *http.Client // the guarded one in production; it must not follow redirects
}

// Catalog is the vendors that can be connected, in the order people see them.
type Catalog struct {
	descriptors []Descriptor
}

// NewCatalog makes a catalog that keeps the order given.
func NewCatalog(descriptors ...Descriptor) Catalog {
	return Catalog{descriptors: descriptors}
}

// All gives every descriptor in order. The slice is the caller's.
func (c Catalog) All() []Descriptor {
	return append([]Descriptor(nil), c.descriptors...)
}

// Lookup finds an application's descriptor.
func (c Catalog) Lookup(application Application) (Descriptor, bool) {
	for _, descriptor := range c.descriptors {
		if descriptor.Application == application {
			return descriptor, true
		}
	}
	return Descriptor{}, false
}

// Class says what kind of failure an Error is, and so what is to be done about it.
type Class string

// The classes.
const (
	CredentialsRejected Class = "CREDENTIALS_REJECTED" // never try again before a person has acted: vendors lock users out
	RateLimited         Class = "RATE_LIMITED"         // wait, then ask again
	Unavailable         Class = "UNAVAILABLE"          // the vendor, or the way to it, is down
	Timeout             Class = "TIMEOUT"              // no answer in time, the vendor's own gateway included
	BadResponse         Class = "BAD_RESPONSE"         // an answer that is no answer to the question
)

// Error is a call that failed.
type Error struct {
	Class      Class
	Message    string        // one or two sentences for a person: what happened, what to do; free of secrets and addresses
	RetryAfter time.Duration // how long the vendor asked to wait; 0: it did not say
	Unsent     bool          // the call was not made, because the vendor had asked to wait: no try is used up
	// Narrower is a cursor that asks for the first part of the page that failed, where a smaller page may succeed; "" where there is none.
	Narrower string
	Err      error // the detail, for logs only; free of secrets
}

// Error gives the message with the detail, for logs. People get Message.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + " (" + e.Err.Error() + ")"
}

func (e *Error) Unwrap() error { return e.Err }

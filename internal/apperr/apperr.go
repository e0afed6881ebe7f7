// Package apperr defines the errors that people may see. Every other error is masked before it is
// sent.
//
// There are two kinds. An Error ends a request: it becomes a top-level GraphQL error with its code.
// UserErrors are the expected failures of a mutation: its payload returns them, each with a code
// and a path into the arguments.
package apperr

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Code is the kind of failure that ended a request: extensions.code of a top-level error.
type Code string

// Codes for domain code. The transports and the guard add their own for requests they reject.
const (
	Unauthenticated Code = "UNAUTHENTICATED" // not signed in, or the token is no longer valid
	Forbidden       Code = "FORBIDDEN"       // the role does not allow it
	BadUserInput    Code = "BAD_USER_INPUT"  // an argument is out of range
	RateLimited     Code = "RATE_LIMITED"    // the caller or its account is over its budget; retry later
	Unavailable     Code = "UNAVAILABLE"     // a service that Orgmap depends on is down; the same request may work soon
	Internal        Code = "INTERNAL"        // a bug in Orgmap
)

// Error is a failure with a message that people may see.
type Error struct {
	Code    Code
	Message string         // complete sentence for people; no table, no host, no person of another account
	Cause   error          // for the log only
	Details map[string]any // more extensions, for programs; never "code" nor "requestId"
}

func (e *Error) Error() string {
	if e.Cause == nil {
		return string(e.Code) + ": " + e.Message
	}
	return string(e.Code) + ": " + e.Message + ": " + e.Cause.Error()
}

func (e *Error) Unwrap() error { return e.Cause }

// New returns an Error whose message is formatted like fmt.Sprintf.
func New(code Code, format string, arguments ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, arguments...)}
}

// With adds a detail for programs, which clients get as an extension of the error. It returns e.
func (e *Error) With(name string, value any) *Error {
	if e.Details == nil {
		e.Details = map[string]any{}
	}
	e.Details[name] = value
	return e
}

// CodeOf returns the code of err, or Internal if it has none.
func CodeOf(err error) Code {
	var known *Error
	if errors.As(err, &known) {
		return known.Code
	}
	return Internal
}

// UserErrorCode is the kind of an expected failure of a mutation.
type UserErrorCode string

// Codes of user errors.
const (
	Invalid             UserErrorCode = "INVALID"              // the value is not allowed
	NameTaken           UserErrorCode = "NAME_TAKEN"           // the name is already in use in the account
	NotFound            UserErrorCode = "NOT_FOUND"            // nothing has this ID
	QuotaExceeded       UserErrorCode = "QUOTA_EXCEEDED"       // the change would exceed the account's quota
	AlreadyMapped       UserErrorCode = "ALREADY_MAPPED"       // the external organization is mapped to another organization
	Conflict            UserErrorCode = "CONFLICT"             // the data changed after the client read them
	NotImportable       UserErrorCode = "NOT_IMPORTABLE"       // IT Glue is not connected, or only through KaseyaOne
	CredentialsRejected UserErrorCode = "CREDENTIALS_REJECTED" // the vendor rejected the credentials
)

// MarshalGQL writes the code as GraphQL's enum value.
func (c UserErrorCode) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(c))) }

// UnmarshalGQL always fails: the code is never an input.
func (c *UserErrorCode) UnmarshalGQL(any) error { return errors.New("a user error code is no input") }

// UserError is one expected failure of a mutation.
type UserError struct {
	Code    UserErrorCode
	Message string   // complete sentence for people
	Path    []string // into the arguments, for example input, cells, 3, externalOrgIds, 0
}

// UserErrors is the error of a mutation that changed nothing because of its input.
type UserErrors []UserError

func (e UserErrors) Error() string {
	texts := make([]string, len(e))
	for i, one := range e {
		texts[i] = string(one.Code) + ": " + one.Message
	}
	return strings.Join(texts, "; ")
}

// User returns the error of a mutation with one user error at path.
func User(code UserErrorCode, message string, path ...string) UserErrors {
	return UserErrors{{Code: code, Message: message, Path: path}}
}

// InputPath returns the path to a part of a mutation's input, from names and indexes.
func InputPath(parts ...any) []string {
	path := make([]string, 0, len(parts)+1)
	path = append(path, "input")
	for _, part := range parts {
		path = append(path, fmt.Sprint(part))
	}
	return path
}

// Split separates user errors, which go into the payload, from a failure that ends the request. At
// most one of the results is not empty.
func Split(err error) ([]*UserError, error) {
	var expected UserErrors
	if !errors.As(err, &expected) {
		return []*UserError{}, err
	}
	expected = expected.bounded()
	carried := make([]*UserError, len(expected))
	for i := range expected {
		carried[i] = &expected[i]
	}
	return carried, nil
}

// Package apperr holds the errors that people may see. Everything else is masked at the edge.
//
// There are two kinds. An Error ends a request: it becomes a top-level GraphQL error with its code. UserErrors are the
// expected failures of a mutation: they come back in its payload, each with a code and a path into the arguments.
package apperr

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Code says what kind of failure ended a request: extensions.code of a top-level error.
type Code string

// The codes that domain code may raise. The transports and the guard add their own for requests they refuse.
const (
	Unauthenticated Code = "UNAUTHENTICATED" // nobody is signed in, or the token is no longer good
	Forbidden       Code = "FORBIDDEN"       // the role does not allow it
	BadUserInput    Code = "BAD_USER_INPUT"  // an argument is out of its bounds
	RateLimited     Code = "RATE_LIMITED"    // the caller or its account asks for too much at once; later it may
	Unavailable     Code = "UNAVAILABLE"     // something Orgmap stands on is away; the same request may work soon
	Internal        Code = "INTERNAL"        // a fault of Orgmap
)

// Error is a failure with a text that may be shown to people.
type Error struct {
	Code    Code
	Message string // complete sentence for people; names no table, host or person of another account
	Cause   error  // for the log alone
}

func (e *Error) Error() string {
	if e.Cause == nil {
		return string(e.Code) + ": " + e.Message
	}
	return string(e.Code) + ": " + e.Message + ": " + e.Cause.Error()
}

func (e *Error) Unwrap() error { return e.Cause }

// New makes an Error whose message is formatted as by fmt.Sprintf.
func New(code Code, format string, arguments ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, arguments...)}
}

// CodeOf tells the code of err, Internal where it has none.
func CodeOf(err error) Code {
	var known *Error
	if errors.As(err, &known) {
		return known.Code
	}
	return Internal
}

// UserErrorCode says what kind of expected failure a mutation met.
type UserErrorCode string

// The codes of user errors.
const (
	Invalid             UserErrorCode = "INVALID"              // the value is not one that can be taken
	NameTaken           UserErrorCode = "NAME_TAKEN"           // another one in the account has that name
	NotFound            UserErrorCode = "NOT_FOUND"            // there is none with that id
	QuotaExceeded       UserErrorCode = "QUOTA_EXCEEDED"       // the account's plan has not enough places left
	AlreadyMapped       UserErrorCode = "ALREADY_MAPPED"       // the external organization is mapped to another organization
	Conflict            UserErrorCode = "CONFLICT"             // it is no longer what the client saw
	NotImportable       UserErrorCode = "NOT_IMPORTABLE"       // IT Glue is not connected, or only through KaseyaOne
	CredentialsRejected UserErrorCode = "CREDENTIALS_REJECTED" // the vendor does not take the credentials
)

// MarshalGQL writes the code as GraphQL's enum value.
func (c UserErrorCode) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(c))) }

// UnmarshalGQL is never called: the code only goes out.
func (c *UserErrorCode) UnmarshalGQL(any) error { return errors.New("a user error code is no input") }

// UserError is one expected failure of a mutation.
type UserError struct {
	Code    UserErrorCode
	Message string   // complete sentence for people
	Path    []string // into the arguments, such as input, cells, 3, externalOrgIds, 0
}

// UserErrors is the error of a mutation that changed nothing because of what it was given.
type UserErrors []UserError

func (e UserErrors) Error() string {
	texts := make([]string, len(e))
	for i, one := range e {
		texts[i] = string(one.Code) + ": " + one.Message
	}
	return strings.Join(texts, "; ")
}

// User makes the error of a mutation with a single user error at path.
func User(code UserErrorCode, message string, path ...string) UserErrors {
	return UserErrors{{Code: code, Message: message, Path: path}}
}

// Split parts err into the user errors that a payload carries and the failure that ends the request; at most one of
// the two is not empty.
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

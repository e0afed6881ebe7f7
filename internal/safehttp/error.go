package safehttp

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
)

// Causes that errors.Is finds in an error of the client.
var (
	// ErrRefused: the address is not one this client may talk to. Asking again does not help.
	ErrRefused = errors.New("the address is not on the public internet and not among the allowed networks")
	// ErrTooLarge: the answer's body is larger than the client takes.
	ErrTooLarge = errors.New("the answer is too large")
	// ErrCertificate: the server could not prove that it is the one asked for.
	ErrCertificate = errors.New("the server's certificate could not be verified")
)

// Error is a failed exchange. Its text is fit for people and names no address; what Unwrap gives is for logs only.
type Error struct {
	text  string
	cause error
}

func (e *Error) Error() string { return e.text }

func (e *Error) Unwrap() error { return e.cause }

// Timeout reports whether time ran out, as net.Error has it: http.Client passes it on to its caller.
func (e *Error) Timeout() bool { return isTimeout(e.cause) }

// Temporary completes net.Error.
func (e *Error) Temporary() bool { return e.Timeout() }

// explain puts a sentence for people before a cause.
func explain(cause error) error {
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(cause, ErrRefused):
		return &Error{ErrRefused.Error(), cause}
	case errors.As(cause, &certificate):
		return &Error{ErrCertificate.Error(), errors.Join(ErrCertificate, cause)}
	case errors.Is(cause, context.Canceled):
		return &Error{"the request was cancelled", cause}
	case isTimeout(cause):
		return &Error{"the server took too long to answer", cause}
	default:
		return &Error{"the server could not be reached", cause}
	}
}

// explainRead is explain for a body that broke off.
func explainRead(cause error) error {
	switch {
	case errors.Is(cause, context.Canceled):
		return &Error{"the request was cancelled", cause}
	case isTimeout(cause):
		return &Error{"the server took too long to send its answer", cause}
	default:
		return &Error{"the answer broke off", cause}
	}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || (errors.As(err, &timeout) && timeout.Timeout())
}

package safehttp

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
)

// Causes that errors.Is finds in an error of the client.
var (
	// ErrRefused means that the client may not connect to the address. Retrying does not help.
	ErrRefused = errors.New("the address is not on the public internet and not among the allowed networks")
	// ErrTooLarge means that the response body is larger than the limit.
	ErrTooLarge = errors.New("the answer is too large")
	// ErrCertificate means that the server's certificate could not be verified.
	ErrCertificate = errors.New("the server's certificate could not be verified")
)

// Error is a failed exchange. Its text is suitable for people and contains no address; Unwrap
// returns an error for logs only.
type Error struct {
	text  string
	cause error
}

func (e *Error) Error() string { return e.text }

func (e *Error) Unwrap() error { return e.cause }

// Timeout reports whether the exchange timed out, for net.Error: http.Client passes it on.
func (e *Error) Timeout() bool { return isTimeout(e.cause) }

// Temporary completes net.Error.
func (e *Error) Temporary() bool { return e.Timeout() }

// explain wraps a cause in an Error with a sentence for people.
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

// explainRead is explain for a body that ended early.
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

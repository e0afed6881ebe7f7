package call

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/orgmap/orgmap/internal/safehttp"
	"github.com/orgmap/orgmap/internal/vendors"
)

var errTooLarge = fmt.Errorf("more than %d bytes: %w", MaxBody, safehttp.ErrTooLarge)

// failed returns the error for an exchange without a response.
func (c *Client) failed(ctx context.Context, attempt exchange, cause error) error {
	// The caller gave up: that says nothing about the vendor.
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %s: %w", c.config.Vendor, attempt.name, err)
	}
	var told *vendors.Error
	if errors.As(cause, &told) {
		return told // it was not sent: our own rate limiter refused it
	}
	failure := &vendors.Error{Err: attempt.detail(cause)}
	var timeout net.Error
	switch {
	case errors.Is(cause, safehttp.ErrRefused):
		failure.Class = vendors.BadResponse
		failure.Message = fmt.Sprintf("The address of %s is in a network that this server may not call. Check the address.", c.config.Vendor)
	case errors.Is(cause, safehttp.ErrCertificate):
		failure.Class = vendors.Unavailable
		failure.Message = fmt.Sprintf("The certificate of %s could not be verified. Check the address, or renew the certificate.", c.config.Vendor)
	case errors.Is(cause, safehttp.ErrTooLarge):
		failure.Class = vendors.BadResponse
		failure.Message = fmt.Sprintf("%s sent a response that is too large to be a list of organizations. Check the address.", c.config.Vendor)
	case errors.Is(cause, context.DeadlineExceeded) || (errors.As(cause, &timeout) && timeout.Timeout()):
		failure.Class = vendors.Timeout
		failure.Message = c.tooSlow()
	default:
		failure.Class = vendors.Unavailable
		failure.Message = fmt.Sprintf("%s could not be reached, or the connection was lost. Check the address, or try again in a few minutes.", c.config.Vendor)
	}
	return failure
}

// refused returns the error for an unsuccessful response.
func (c *Client) refused(reply Reply, attempt exchange) error {
	var class vendors.Class
	var documented time.Duration
	if c.config.Classify != nil {
		class, documented = c.config.Classify(reply)
	}
	class, blocked := c.classOf(reply, class)
	said := words(reply, attempt.secrets)
	wait := cmp.Or(retryAfter(reply.Header), documented)
	if class == vendors.RateLimited {
		c.tellThrottled(wait)
	}
	failure := &vendors.Error{
		Class:      class,
		RetryAfter: wait,
		Err:        attempt.detail(fmt.Errorf("status %d: %s", reply.Status, said)),
	}
	switch {
	case blocked:
		failure.Message = c.blocked(reply.Status)
	case class == vendors.CredentialsRejected:
		failure.Message = c.config.Rejected + c.quote(said)
	case class == vendors.RateLimited:
		failure.Message = fmt.Sprintf("The rate limit of %s has been reached. Try again in a few minutes.", c.config.Vendor)
	case class == vendors.Unavailable:
		failure.Message = fmt.Sprintf("%s is not available (HTTP status %d). Try again in a few minutes.", c.config.Vendor, reply.Status)
	case class == vendors.Timeout:
		failure.Message = c.tooSlow()
	default:
		failure.Message = c.unexpected(reply.Status) + c.quote(said)
	}
	return failure
}

// Throttled is implemented by transports that tell other servers how long a vendor asked to wait;
// 0: it did not say.
type Throttled interface{ Throttled(wait time.Duration) }

// tellThrottled tells the transport that the vendor rate-limited this key, so that other servers
// back off before they are refused too.
func (c *Client) tellThrottled(wait time.Duration) {
	if shared, is := c.config.HTTP.Transport.(Throttled); is {
		shared.Throttled(wait)
	}
}

func (c *Client) tooSlow() string {
	return fmt.Sprintf("%s took too long to respond. Try again in a few minutes.", c.config.Vendor)
}

func (c *Client) unexpected(status int) string {
	switch {
	case status >= 300 && status <= 399:
		return fmt.Sprintf("%s redirects to another address. Check the address of the connection.", c.config.Vendor)
	case status == http.StatusNotFound:
		return fmt.Sprintf("%s has no list of organizations at this address. Check the address and the region.", c.config.Vendor)
	default:
		return fmt.Sprintf("%s refused the request (HTTP status %d). Check the settings of the connection.", c.config.Vendor, status)
	}
}

// quote adds the vendor's own words to a message. They have no control characters any more.
func (c *Client) quote(said string) string {
	if said == "" {
		return ""
	}
	return fmt.Sprintf(" %s said: “%s”", c.config.Vendor, said)
}

// unreadable returns the error for a successful response whose body is not what was requested.
func (c *Client) unreadable(reply Reply, attempt exchange, cause error) error {
	failure := &vendors.Error{Class: vendors.BadResponse, Err: attempt.detail(fmt.Errorf("decode %d bytes: %w", len(reply.Body), cause))}
	if bytes.HasPrefix(bytes.TrimSpace(reply.Body), []byte("<")) {
		failure.Message = fmt.Sprintf("%s sent a web page instead of data. Check the address. If it is right, try again in a few minutes.", c.config.Vendor)
	} else {
		failure.Message = c.garbled()
	}
	return failure
}

func (c *Client) garbled() string {
	return fmt.Sprintf("%s sent a response that could not be read. Try again in a few minutes. If that does not help, check the address.", c.config.Vendor)
}

// Garbled returns the error for a response that is valid JSON but not what the vendor documents,
// such as a missing list.
func (c *Client) Garbled(detail string) error {
	return &vendors.Error{Class: vendors.BadResponse, Message: c.garbled(), Err: errors.New(detail)}
}

// Fail returns the error for a failure that a vendor reports inside a success. said is the vendor's
// own words, or "".
func (c *Client) Fail(class vendors.Class, said string) error {
	said = clean(said, c.config.Secrets)
	failure := &vendors.Error{Class: class, Err: fmt.Errorf("failure inside a success: %s", said)}
	switch class {
	case vendors.CredentialsRejected:
		failure.Message = c.config.Rejected
	case vendors.RateLimited:
		c.tellThrottled(0)
		failure.Message = fmt.Sprintf("The rate limit of %s has been reached. Try again in a few minutes.", c.config.Vendor)
	default:
		failure.Message = fmt.Sprintf("%s reported an error. Try again in a few minutes.", c.config.Vendor)
	}
	failure.Message += c.quote(said)
	return failure
}

func classify(status int) vendors.Class {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return vendors.CredentialsRejected
	case status == http.StatusTooManyRequests:
		return vendors.RateLimited
	case status == http.StatusRequestTimeout, status == http.StatusGatewayTimeout:
		return vendors.Timeout
	case status >= 500:
		return vendors.Unavailable
	default:
		return vendors.BadResponse
	}
}

// detail returns a cause for logs. If the cause contains a secret, the secret is cut out and the
// error chain is dropped.
func (e exchange) detail(cause error) error {
	if text := cause.Error(); redact(text, e.secrets) != text {
		cause = errors.New(redact(text, e.secrets))
	}
	return fmt.Errorf("%s: %w", e.name, cause)
}

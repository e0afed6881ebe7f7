// Package safehttp provides the HTTP client for all calls to the outside. It never connects to the
// server's own network, no matter what a host name resolves to, and it limits the duration and size
// of a response.
package safehttp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Defaults for Options.
const (
	DefaultConnectTimeout = 5 * time.Second  // vendors connect in a fraction of this
	DefaultHeaderTimeout  = 15 * time.Second // slow list queries start to respond well before
	DefaultPageTimeout    = 30 * time.Second // the whole exchange, so a slow body cannot stall a walk
	DefaultMaxBody        = 32 << 20         // bytes after decompression: a thousand organizations take about 1 MiB
)

const (
	maxHeaderBytes  = 256 << 10        // vendors send a few KiB
	idlePerHost     = 4                // the number of concurrent calls to one vendor
	idleTimeout     = 90 * time.Second // longer than the pause between two pages
	keepAlivePeriod = 30 * time.Second
)

// Options configures a client. The zero value is the strictest.
type Options struct {
	AllowPrivate   []netip.Prefix // private networks that may be reached, also over plain http
	ConnectTimeout time.Duration  // for the connection, and again for the TLS handshake
	HeaderTimeout  time.Duration  // from the end of the request to the response header
	PageTimeout    time.Duration  // for the whole exchange, including the body
	MaxBody        int64          // bytes, after decompression
	RootCAs        *x509.CertPool // nil: the system's
	Resolver       *net.Resolver  // nil: the system's
}

// New returns a client that checks the address of every connection after names are resolved,
// follows no redirects, uses no proxy and keeps no cookies. It uses plain http only for
// AllowPrivate. Its errors contain an *Error.
func New(options Options) *http.Client {
	options = options.withDefaults()
	return &http.Client{
		Transport: &guardedTransport{
			pageTimeout: options.PageTimeout,
			maxBody:     options.MaxBody,
			secure:      options.transport(options.mayDialSecure),
			plain:       options.transport(options.mayDialPlain),
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (o Options) withDefaults() Options {
	if o.ConnectTimeout == 0 {
		o.ConnectTimeout = DefaultConnectTimeout
	}
	if o.HeaderTimeout == 0 {
		o.HeaderTimeout = DefaultHeaderTimeout
	}
	if o.PageTimeout == 0 {
		o.PageTimeout = DefaultPageTimeout
	}
	if o.MaxBody == 0 {
		o.MaxBody = DefaultMaxBody
	}
	return o
}

func (o Options) mayDialSecure(address netip.Addr) bool {
	return public(address) || within(address, o.AllowPrivate)
}

func (o Options) mayDialPlain(address netip.Addr) bool {
	return within(address, o.AllowPrivate)
}

func (o Options) transport(mayDial func(netip.Addr) bool) *http.Transport {
	dialer := &net.Dialer{
		Timeout:   o.ConnectTimeout,
		KeepAlive: keepAlivePeriod,
		Resolver:  o.Resolver,
		// Control runs on the socket about to be connected, so a second lookup cannot change the address
		// after the check.
		Control: func(network, address string, _ syscall.RawConn) error { return checkDial(mayDial, network, address) },
	}
	return &http.Transport{
		Proxy:                  nil,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs},
		TLSHandshakeTimeout:    o.ConnectTimeout,
		ResponseHeaderTimeout:  o.HeaderTimeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		MaxIdleConnsPerHost:    idlePerHost,
		IdleConnTimeout:        idleTimeout,
		ForceAttemptHTTP2:      true,
	}
}

func checkDial(mayDial func(netip.Addr) bool, network, address string) error {
	if network != "tcp4" && network != "tcp6" {
		return fmt.Errorf("dial %s %s: %w", network, address, ErrRefused)
	}
	endpoint, err := netip.ParseAddrPort(address)
	if err != nil || !mayDial(endpoint.Addr()) {
		return fmt.Errorf("dial %s: %w", address, ErrRefused)
	}
	return nil
}

// guardedTransport has a transport per scheme, so a connection that was checked for one never
// serves the other.
type guardedTransport struct {
	pageTimeout   time.Duration
	maxBody       int64
	secure, plain *http.Transport
}

func (t *guardedTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	transport := t.secure
	switch request.URL.Scheme {
	case "https":
	case "http":
		transport = t.plain
	default:
		return nil, explain(fmt.Errorf("scheme %q: %w", request.URL.Scheme, ErrRefused))
	}
	// http.Client has its own Timeout, but replaces our error with one that does not wrap it.
	ctx, cancel := context.WithTimeout(request.Context(), t.pageTimeout)
	response, err := transport.RoundTrip(request.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, explain(err)
	}
	response.Request = request
	response.Body = &boundedBody{body: response.Body, left: t.maxBody, release: cancel}
	return response, nil
}

// CloseIdleConnections makes http.Client.CloseIdleConnections work for both transports.
func (t *guardedTransport) CloseIdleConnections() {
	t.secure.CloseIdleConnections()
	t.plain.CloseIdleConnections()
}

// boundedBody limits the bytes read from the transport, which has decompressed them already.
type boundedBody struct {
	body    io.ReadCloser
	left    int64
	release context.CancelFunc
}

func (b *boundedBody) Read(buffer []byte) (int, error) {
	if b.left < 0 {
		return 0, &Error{ErrTooLarge.Error(), ErrTooLarge}
	}
	// One extra byte distinguishes a body that just fits from one that does not.
	if int64(len(buffer)) > b.left+1 {
		buffer = buffer[:b.left+1]
	}
	n, err := b.body.Read(buffer)
	b.left -= int64(n)
	if b.left < 0 {
		return n - 1, &Error{ErrTooLarge.Error(), ErrTooLarge}
	}
	if err != nil && err != io.EOF { //nolint:errorlint // the reader's contract is io.EOF itself
		err = explainRead(err)
	}
	return n, err
}

func (b *boundedBody) Close() error {
	defer b.release()
	return b.body.Close()
}

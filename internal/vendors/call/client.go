// Package call is what all connectors share: exchanging JSON with a vendor, sorting failures into
// classes, signing in, and paging. It never retries a call, except once with a new token.
package call

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
)

// MaxBody is the limit in bytes for one response, after decompression: a thousand organizations
// take about 1 MiB.
const MaxBody = 32 << 20

// Config says which vendor a Client calls and how.
type Config struct {
	Vendor    string // as people write it: most messages start with it
	BaseURL   string
	HTTP      *http.Client
	Authorize Authorizer // nil: no credentials
	Secrets   []string   // must never appear in an error; what an Authorizer adds is redacted without being listed
	// Rejected tells a person what to do if the credentials are rejected.
	Rejected string
	// Refusals are field names in lower case. A JSON body with one of them is an error of the vendor's
	// API and not of a firewall; nil: the names that most APIs use.
	Refusals []string
	// OwnPage is a text in lower case that identifies a web page as the vendor's own refusal; "": there
	// is no such page.
	OwnPage string
	// Status returns the status that a response means, for vendors that report failures inside a
	// success; nil: the status line is right.
	Status func(Reply) int
	// Classify classifies an unsuccessful response that has a vendor-specific meaning; if Classify is
	// nil or returns "", the status code decides. The duration is a wait that the vendor documents, for
	// responses without Retry-After; 0: none.
	Classify func(Reply) (vendors.Class, time.Duration)
}

// Client exchanges JSON with one vendor instance. It is safe for concurrent use.
type Client struct {
	config Config
	base   *url.URL
}

// New checks the base URL and returns a Client.
func New(config Config) (*Client, error) {
	base, err := url.Parse(config.BaseURL)
	if err != nil || base.Host == "" || (base.Scheme != "https" && base.Scheme != "http") {
		return nil, &vendors.Error{
			Class:   vendors.BadResponse,
			Message: fmt.Sprintf("The address of %s must look like https://host.example.", config.Vendor),
			Err:     errors.New("no usable base URL"),
		}
	}
	if config.HTTP == nil {
		return nil, fmt.Errorf("%s: no HTTP client", config.Vendor)
	}
	return &Client{config: config, base: base}, nil
}

// Request is one call.
type Request struct {
	Method string // "": GET, or POST if JSON or Form is set
	Path   string // below the base URL
	Query  url.Values
	// Target is a reference from Client.Next; it replaces Path and Query.
	Target string
	Header http.Header
	JSON   any        // sent as a JSON body
	Form   url.Values // sent as a form
	// Multipart sends the form as multipart/form-data.
	Multipart bool
}

// Reply is a vendor's response.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte // in UTF-8
}

// Get requests a path below the base URL and decodes the response.
func (c *Client) Get(ctx context.Context, path string, query url.Values, into any) (Reply, error) {
	return c.Do(ctx, Request{Path: path, Query: query}, into)
}

// Do makes one call and decodes the JSON of a successful response. Any other outcome is an
// *vendors.Error, or wraps the context's error if the context ended. The Reply is set if there was
// a response.
func (c *Client) Do(ctx context.Context, request Request, into any) (Reply, error) {
	reply, exchange, err := c.exchange(ctx, request)
	if err == nil && reply.Status == http.StatusUnauthorized && c.speaksForItself(reply) && exchange.renew() {
		reply, exchange, err = c.exchange(ctx, request)
	}
	if err != nil {
		return Reply{}, err
	}
	if reply.Status < 200 || reply.Status > 299 {
		return reply, c.refused(reply, exchange)
	}
	if err := decode(reply.Body, into); err != nil {
		return reply, c.unreadable(reply, exchange, err)
	}
	return reply, nil
}

// exchange holds what errors need to know about a request and its response.
type exchange struct {
	name    string // "GET /organizations": for logs, without query or host
	sent    *http.Request
	secrets []string
	renew   func() bool
}

func (c *Client) exchange(ctx context.Context, request Request) (Reply, exchange, error) {
	sent, err := c.build(ctx, request)
	if err != nil {
		return Reply{}, exchange{}, err
	}
	attempt := exchange{name: redact(sent.Method+" "+sent.URL.Path, c.config.Secrets), sent: sent, secrets: c.config.Secrets, renew: func() bool { return false }}
	if authorize := c.config.Authorize; authorize != nil {
		secret, err := authorize.Authorize(ctx, sent)
		if err != nil {
			return Reply{}, attempt, err
		}
		attempt.secrets = append([]string{secret}, attempt.secrets...)
		attempt.renew = func() bool { return authorize.Renew(secret) }
	}
	reply, err := c.send(sent)
	if err != nil {
		return Reply{}, attempt, c.failed(ctx, attempt, err)
	}
	if c.config.Status != nil {
		reply.Status = c.config.Status(reply)
	}
	return reply, attempt, nil
}

func (c *Client) send(request *http.Request) (Reply, error) {
	response, err := c.config.HTTP.Do(request)
	if err != nil {
		// http.Client wraps errors with the whole URL, including the query.
		if outer := (*url.Error)(nil); errors.As(err, &outer) {
			err = outer.Err
		}
		return Reply{}, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, MaxBody+1))
	if err != nil {
		return Reply{}, fmt.Errorf("read answer %d: %w", response.StatusCode, err)
	}
	if len(body) > MaxBody {
		return Reply{}, errTooLarge
	}
	if body, err = inUTF8(response.Header, body); err != nil {
		return Reply{}, err
	}
	return Reply{Status: response.StatusCode, Header: response.Header, Body: body}, nil
}

func (c *Client) build(ctx context.Context, request Request) (*http.Request, error) {
	address := c.base.JoinPath(request.Path)
	address.RawQuery = request.Query.Encode()
	if request.Target != "" {
		reference, err := c.resolve(request.Target)
		if err != nil {
			return nil, err
		}
		address = reference
	}
	body, contentType, err := encode(request)
	if err != nil {
		return nil, fmt.Errorf("%s: encode request: %w", c.config.Vendor, err)
	}
	method := request.Method
	switch {
	case method != "":
	case contentType != "":
		method = http.MethodPost
	default:
		method = http.MethodGet
	}
	sent, err := http.NewRequestWithContext(ctx, method, address.String(), body)
	if err != nil {
		return nil, fmt.Errorf("%s: make request: %w", c.config.Vendor, err)
	}
	sent.Header.Set("Accept", "application/json")
	sent.Header.Set("User-Agent", "Orgmap")
	if contentType != "" {
		sent.Header.Set("Content-Type", contentType)
	}
	for name, values := range request.Header {
		sent.Header[http.CanonicalHeaderKey(name)] = values
	}
	return sent, nil
}

func encode(request Request) (io.Reader, string, error) {
	switch {
	case request.JSON != nil:
		body, err := json.Marshal(request.JSON)
		return bytes.NewReader(body), "application/json", err
	case request.Form != nil && request.Multipart:
		return encodeParts(request.Form)
	case request.Form != nil:
		return strings.NewReader(request.Form.Encode()), "application/x-www-form-urlencoded", nil
	default:
		return http.NoBody, "", nil
	}
}

func encodeParts(form url.Values) (io.Reader, string, error) {
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range form[name] {
			if err := parts.WriteField(name, value); err != nil {
				return nil, "", err
			}
		}
	}
	return &body, parts.FormDataContentType(), parts.Close()
}

// decode reads exactly one JSON value.
func decode(body []byte, into any) error {
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}

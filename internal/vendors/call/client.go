// Package call is what connectors share: one exchange of JSON with a vendor, its failures sorted into classes, signing in, and the
// ways of paging. It never tries anything twice, except once with a new token.
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

// MaxBody is the most bytes read of one answer, after decompression: a thousand organizations need about one MiB.
const MaxBody = 32 << 20

// Config says whom a Client calls and how.
type Config struct {
	Vendor    string // as people write it: begins most messages
	BaseURL   string
	HTTP      *http.Client
	Authorize Authorizer // nil: no credentials
	Secrets   []string   // never to appear in an error; what an Authorizer puts on is cut out without being listed
	// Rejected is what a person is told to do when the credentials are refused.
	Rejected string
	// Refusals are the names of fields, in lower case, by one of which an error of the vendor's API is told from what a firewall answers; nil:
	// those that most APIs have.
	Refusals []string
	// OwnPage is a text, in lower case, by which a web page is told to be the vendor's own refusal; "": none is.
	OwnPage string
	// Status reads the status that an answer means, for vendors that report failures inside a success; nil: the status line is right.
	Status func(Reply) int
	// Classify reads an answer that is not a success where the vendor means something of its own by it; nil, or "", leaves it to the
	// status code. The duration is a wait that the vendor documents, for answers without Retry-After; 0: none.
	Classify func(Reply) (vendors.Class, time.Duration)
}

// Client exchanges JSON with one vendor instance. It is safe for concurrent use.
type Client struct {
	config Config
	base   *url.URL
}

// New checks the base URL and makes a Client.
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
	Method string // "": GET, or POST where JSON or Form is given
	Path   string // below the base URL
	Query  url.Values
	// Target is a reference from Client.Next, to use in place of Path and Query.
	Target string
	Header http.Header
	JSON   any        // sent as a JSON body
	Form   url.Values // sent as a form
	// Multipart sends the form as multipart/form-data.
	Multipart bool
}

// Reply is an answer's envelope.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte // in UTF-8
}

// Get asks for a path below the base URL and decodes the answer.
func (c *Client) Get(ctx context.Context, path string, query url.Values, into any) (Reply, error) {
	return c.Do(ctx, Request{Path: path, Query: query}, into)
}

// Do makes one call and decodes a successful answer's JSON. Any other outcome is an *vendors.Error, or wraps the context's error where
// the context ended. The Reply is there whenever an answer was.
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

// exchange is one request with its answer, as far as errors have to know it.
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
		// What http.Client puts around an error is the whole URL, query included.
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

// decode reads one JSON value and nothing after it.
func decode(body []byte, into any) error {
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}

package transport

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/99designs/gqlgen/graphql"
)

// request is a GraphQL request in JSON, from an HTTP body or a websocket's subscribe message.
type request struct {
	Query         *string        `json:"query"` // a pointer, to tell "" from absent
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
	Extensions    map[string]any `json:"extensions"`
}

// refusal rejects an HTTP request before it reaches the executor. Its message is fixed text: input is never echoed.
type refusal struct {
	status  int
	message string
}

var (
	refusedAccept     = &refusal{http.StatusNotAcceptable, "Accept application/graphql-response+json or application/json."}
	refusedMedia      = &refusal{http.StatusUnsupportedMediaType, "Send application/json in UTF-8."}
	refusedEncoding   = &refusal{http.StatusUnsupportedMediaType, "Send the body as it is, without a Content-Encoding."}
	refusedSize       = &refusal{http.StatusRequestEntityTooLarge, "The request is too large."}
	refusedBody       = &refusal{http.StatusBadRequest, "The body is not a GraphQL request."}
	refusedLate       = &refusal{http.StatusRequestTimeout, "The body did not arrive in time."}
	refusedQuery      = &refusal{http.StatusBadRequest, "The query is missing."}
	refusedVariables  = &refusal{http.StatusBadRequest, "The variables are not a JSON object."}
	refusedExtensions = &refusal{http.StatusBadRequest, "The extensions are not a JSON object."}
	refusedMethod     = &refusal{http.StatusMethodNotAllowed, "Send GraphQL requests with POST, or queries with GET."}
	refusedMutation   = &refusal{http.StatusMethodNotAllowed, "Send mutations with POST."}
	refusedStream     = &refusal{http.StatusNotAcceptable, "Send subscriptions over graphql-transport-ws, or accept text/event-stream."}
	refusedBusy       = &refusal{http.StatusServiceUnavailable, "Other large requests are being served."}
	refusedDraining   = &refusal{http.StatusServiceUnavailable, "The server is going away."}
)

// readRequest reads a request. Call leave when it has been served.
func (h *HTTP) readRequest(w http.ResponseWriter, r *http.Request) (_ *graphql.RawParams, leave func(), _ *refusal) {
	started := graphql.Now()
	var (
		got     request
		refused *refusal
	)
	leave = func() {}
	if r.Method == http.MethodGet {
		got, refused = readQuery(r.URL.Query())
	} else {
		got, leave, refused = h.readBody(w, r)
	}
	if refused != nil {
		return nil, leave, refused
	}
	params := got.params(r.Header)
	params.ReadTime = graphql.TraceTiming{Start: started, End: graphql.Now()}
	return params, leave, nil
}

func (got *request) params(header http.Header) *graphql.RawParams {
	params := &graphql.RawParams{
		OperationName: got.OperationName, Variables: got.Variables, Extensions: got.Extensions, Headers: header,
	}
	if got.Query != nil {
		params.Query = *got.Query
	}
	return params
}

// complete reports whether there is something to execute: a query, or the name of a persisted one.
func (got *request) complete() bool {
	if got.Query != nil && *got.Query != "" {
		return true
	}
	_, persisted := got.Extensions["persistedQuery"]
	return persisted
}

func readQuery(values url.Values) (request, *refusal) {
	got := request{OperationName: values.Get("operationName")}
	if query := values.Get("query"); query != "" {
		got.Query = &query
	}
	if text := values.Get("variables"); text != "" && decode(strings.NewReader(text), &got.Variables) != nil {
		return got, refusedVariables
	}
	if text := values.Get("extensions"); text != "" && decode(strings.NewReader(text), &got.Extensions) != nil {
		return got, refusedExtensions
	}
	if !got.complete() {
		return got, refusedQuery
	}
	return got, nil
}

func (h *HTTP) readBody(w http.ResponseWriter, r *http.Request) (got request, leave func(), _ *refusal) {
	leave = func() {}
	// A page of another origin can send forms and plain text without a preflight, but not JSON: this prevents CSRF.
	if !isJSON(r.Header.Get("Content-Type")) {
		return got, leave, refusedMedia
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		w.Header().Set("Accept-Encoding", "identity") // RFC 9110 asks for this with such a 415
		return got, leave, refusedEncoding
	}
	body, leave, refused := h.body(w, r)
	if refused != nil {
		return got, leave, refused
	}
	if err := decode(body, &got); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return got, leave, refusedSize
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return got, leave, refusedLate
		}
		return got, leave, refusedBody
	}
	if !got.complete() {
		return got, leave, refusedQuery
	}
	return got, leave, nil
}

// isJSON reports whether a Content-Type is JSON in UTF-8.
func isJSON(contentType string) bool {
	if contentType == mediaJSON {
		return true
	}
	media, parameters, err := mime.ParseMediaType(contentType)
	charset := parameters["charset"]
	return err == nil && media == mediaJSON && (charset == "" || strings.EqualFold(charset, "utf-8"))
}

// decode reads exactly one JSON value. Numbers stay as written, so large integers keep their digits.
func decode(from io.Reader, into any) error {
	decoder := json.NewDecoder(from)
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.Join(errTrailing, err)
	}
	return nil
}

var errTrailing = errors.New("more than one JSON value")

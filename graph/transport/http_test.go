package transport_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	mediaJSON   = "application/json"
	mediaGraph  = "application/graphql-response+json"
	mediaEvents = "text/event-stream"
)

// ask sends one request and returns the response with its whole body.
func ask(t *testing.T, request *http.Request) (*http.Response, string) {
	t.Helper()
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true, ExpectContinueTimeout: waitTimeout}}).Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(body)
}

func post(t *testing.T, s *server, accept, contentType, body string) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url(), strings.NewReader(body))
	require.NoError(t, err)
	setHeader(request, "Accept", accept)
	setHeader(request, "Content-Type", contentType)
	return request
}

func get(t *testing.T, s *server, accept string, values url.Values) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url()+"?"+values.Encode(), nil)
	require.NoError(t, err)
	setHeader(request, "Accept", accept)
	return request
}

func setHeader(request *http.Request, name, value string) {
	if value != "" {
		request.Header.Set(name, value)
	}
}

func TestHTTP_AnswersQueriesAndMutations(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for name, test := range map[string]struct {
		request *http.Request
		want    string
	}{
		"a query by POST":                 {post(t, s, mediaJSON, mediaJSON, `{"query":"{ me }"}`), `{"data":{"me":"me"}}`},
		"a query by GET":                  {get(t, s, mediaJSON, url.Values{"query": {"{ me }"}}), `{"data":{"me":"me"}}`},
		"a mutation":                      {post(t, s, mediaJSON, mediaJSON+"; charset=utf-8", `{"query":"mutation { bump }"}`), `{"data":{"bump":1}}`},
		"variables by POST":               {post(t, s, mediaJSON, mediaJSON, `{"query":"query A($t: String!) { echo(text: $t) } { me }","variables":{"t":"<ü>"}}`), ``},
		"variables and a name by POST":    {post(t, s, mediaJSON, mediaJSON, `{"query":"query A($t: String!) { echo(text: $t) } query B { me }","operationName":"A","variables":{"t":"<ü>"}}`), `{"data":{"echo":"<ü>"}}`},
		"variables by GET":                {get(t, s, mediaJSON, url.Values{"query": {"query A($t: String!) { echo(text: $t) }"}, "variables": {`{"t":"x"}`}, "extensions": {`{}`}, "operationName": {"A"}}), `{"data":{"echo":"x"}}`},
		"null for optional members":       {post(t, s, mediaJSON, mediaJSON, `{"query":"{ me }","operationName":null,"variables":null,"extensions":null}`), `{"data":{"me":"me"}}`},
		"an error in a field":             {post(t, s, mediaGraph, mediaJSON, `{"query":"{ me fail }"}`), `{"errors":[{"message":"it failed"}],"data":{"me":"me","fail":null}}`},
		"a large integer keeps its value": {post(t, s, mediaJSON, mediaJSON, `{"query":"query($n: Int!) { large(bytes: $n) }","variables":{"n":3}}`), `{"data":{"large":"xxx"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, body := ask(t, test.request)
			require.Equal(t, http.StatusOK, response.StatusCode, body)
			require.Equal(t, test.request.Header.Get("Accept")+"; charset=utf-8", response.Header.Get("Content-Type"))
			require.Equal(t, "Accept, Accept-Encoding", response.Header.Get("Vary"))
			require.EqualValues(t, len(body), response.ContentLength)
			if test.want != "" {
				require.JSONEq(t, test.want, body)
			} else {
				require.NotContains(t, body, `"data"`)
			}
		})
	}
}

func TestHTTP_RefusesInvalidRequests(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	const secret = "do-not-echo-me"
	big := `{"query":"{ me }","variables":{"x":"` + strings.Repeat("x", 1<<20) + `"}}`
	chunked := post(t, s, mediaJSON, mediaJSON, "")
	chunked.Body, chunked.ContentLength = io.NopCloser(strings.NewReader(big)), -1
	large := post(t, s, mediaJSON, mediaJSON, big)
	large.Header.Set("Expect", "100-continue") // otherwise the refusal may cross the body
	put := post(t, s, mediaJSON, mediaJSON, `{"query":"{ me }"}`)
	put.Method = http.MethodPut
	packed := post(t, s, mediaJSON, mediaJSON, `{"query":"{ me }"}`)
	packed.Header.Set("Content-Encoding", "gzip")
	for name, test := range map[string]struct {
		request *http.Request
		status  int
	}{
		"a compressed body":            {packed, 415},
		"a body that is not JSON":      {post(t, s, mediaJSON, mediaJSON, secret), 400},
		"an unfinished body":           {post(t, s, mediaJSON, mediaJSON, `{"query":"`+secret), 400},
		"text after the body":          {post(t, s, mediaJSON, mediaJSON, `{"query":"{ me }"}`+secret), 400},
		"two bodies":                   {post(t, s, mediaJSON, mediaJSON, `{"query":"{ me }"}{"query":"{ me }"}`), 400},
		"a batch":                      {post(t, s, mediaJSON, mediaJSON, `[{"query":"{ me }"}]`), 400},
		"an empty body":                {post(t, s, mediaJSON, mediaJSON, ``), 400},
		"no query":                     {post(t, s, mediaJSON, mediaJSON, `{}`), 400},
		"no query by GET":              {get(t, s, mediaJSON, url.Values{}), 400},
		"a number for a query":         {post(t, s, mediaJSON, mediaJSON, `{"query":1}`), 400},
		"a list for variables":         {post(t, s, mediaJSON, mediaJSON, `{"query":"{ me }","variables":[]}`), 400},
		"a string for extensions":      {post(t, s, mediaJSON, mediaJSON, `{"query":"{ me }","extensions":"x"}`), 400},
		"invalid variables by GET":     {get(t, s, mediaJSON, url.Values{"query": {"{ me }"}, "variables": {secret}}), 400},
		"invalid extensions by GET":    {get(t, s, mediaJSON, url.Values{"query": {"{ me }"}, "extensions": {"7"}}), 400},
		"deeply nested variables":      {post(t, s, mediaJSON, mediaJSON, `{"query":"{ me }","variables":{"x":`+strings.Repeat("[", 50_000)), 400},
		"plain text":                   {post(t, s, mediaJSON, "text/plain", `{"query":"{ me }"}`), 415},
		"a form":                       {post(t, s, mediaJSON, "application/x-www-form-urlencoded", "query=mutation{bump}"), 415},
		"a multipart form":             {post(t, s, mediaJSON, "multipart/form-data; boundary=x", "--x--"), 415},
		"no content type":              {post(t, s, mediaJSON, "", `{"query":"{ me }"}`), 415},
		"a malformed content type":     {post(t, s, mediaJSON, "application/json; charset", `{"query":"{ me }"}`), 415},
		"another charset":              {post(t, s, mediaJSON, "application/json; charset=utf-16", `{"query":"{ me }"}`), 415},
		"a large body":                 {large, 413},
		"a large body of unknown size": {chunked, 413},
		"a mutation by GET":            {get(t, s, mediaJSON, url.Values{"query": {"mutation { bump }"}}), 405},
		"a mutation by GET as events":  {get(t, s, mediaEvents, url.Values{"query": {"mutation { bump }"}}), 405},
		"PUT":                          {put, 405},
		"a subscription as JSON":       {post(t, s, mediaJSON, mediaJSON, `{"query":"subscription { tick(n: 1) }"}`), 406},
		"a subscription by GET":        {get(t, s, mediaGraph, url.Values{"query": {"subscription { tick(n: 1) }"}}), 406},
		"a subscription for a client that accepts */*": {post(t, s, "*/*", mediaJSON, `{"query":"subscription { tick(n: 1) }"}`), 406},
		"a client that accepts only HTML":              {post(t, s, "text/html", mediaJSON, `{"query":"{ me }"}`), 406},
		"a client that excludes JSON":                  {post(t, s, "application/json;q=0", mediaJSON, `{"query":"{ me }"}`), 406},
		"a client that excludes all application types": {post(t, s, "text/*, application/*;q=0", mediaJSON, `{"query":"{ me }"}`), 406},
		"a malformed Accept header":                    {post(t, s, ";;;", mediaJSON, `{"query":"{ me }"}`), 406},
		"a quality that is not a number":               {post(t, s, "application/json;q=x", mediaJSON, `{"query":"{ me }"}`), 406},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, body := ask(t, test.request)
			require.Equal(t, test.status, response.StatusCode, body)
			require.Contains(t, response.Header.Get("Content-Type"), "json")
			require.Contains(t, body, `"code":"BAD_USER_INPUT"`)
			require.NotContains(t, body, `"data"`)
			require.NotContains(t, body, secret)
			if test.status == http.StatusMethodNotAllowed {
				require.Contains(t, response.Header.Get("Allow"), "POST")
			}
		})
	}
	require.Zero(t, s.schema.bumps.Load())
}

func TestHTTP_StatusOfRequestErrors(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for name, query := range map[string]string{"validation": "{ nofield }", "syntax": "{", "an unknown operation": "query A { me } query B { me }"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for media, status := range map[string]int{mediaJSON: 200, mediaGraph: 400} {
				response, body := ask(t, get(t, s, media, url.Values{"query": {query}}))
				require.Equal(t, status, response.StatusCode)
				require.Contains(t, body, `"errors":[`)
				require.NotContains(t, body, `"data"`)
			}
		})
	}
}

func TestHTTP_SendsRetryAfterIfNothingCouldBeAnswered(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, media := range []string{mediaJSON, mediaGraph} {
		response, body := ask(t, post(t, s, media, mediaJSON, `{"query":"{ away }"}`))
		require.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
		require.Equal(t, "1", response.Header.Get("Retry-After"))
		require.JSONEq(t, `{"errors":[{"message":"Away.","extensions":{"code":"UNAVAILABLE"}}],"data":null}`, body)
	}
	response, _ := ask(t, post(t, s, mediaJSON, mediaJSON, `{"query":"{ fail }"}`))
	require.Equal(t, http.StatusOK, response.StatusCode)
}

func TestHTTP_SurvivesAPanickingResolver(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	response, body := ask(t, post(t, s, mediaGraph, mediaJSON, `{"query":"{ boom }"}`))
	require.JSONEq(t, `{"errors":[{"message":"internal system error"}]}`, body)
	require.Equal(t, http.StatusBadRequest, response.StatusCode)
	_, body = ask(t, post(t, s, mediaJSON, mediaJSON, `{"query":"{ me }"}`))
	require.JSONEq(t, `{"data":{"me":"me"}}`, body)
}

func TestHTTP_Options(t *testing.T) {
	t.Parallel()
	request := get(t, newServer(t), "", url.Values{})
	request.Method = http.MethodOptions
	response, body := ask(t, request)
	require.Equal(t, http.StatusNoContent, response.StatusCode)
	require.Equal(t, "OPTIONS, GET, POST", response.Header.Get("Allow"))
	require.Empty(t, body)
}

func TestHTTP_NegotiatesTheMediaType(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	const urql = "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
	for name, test := range map[string]struct{ accept, want string }{
		"no Accept header":                {"", mediaJSON},
		"anything":                        {"*/*", mediaJSON},
		"any application":                 {"application/*", mediaJSON},
		"a browser":                       {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", mediaJSON},
		"the new type":                    {mediaGraph, mediaGraph},
		"the new type first":              {mediaGraph + ", " + mediaJSON, mediaGraph},
		"the old type first":              {mediaJSON + ", " + mediaGraph, mediaJSON},
		"the new type preferred":          {mediaJSON + ";q=0.5, " + mediaGraph, mediaGraph},
		"the old type preferred":          {mediaGraph + ";q=0.5, " + mediaJSON + ";q=0.6", mediaJSON},
		"the new type, else anything":     {mediaGraph + ", */*;q=0.1", mediaGraph},
		"anything but the old type":       {mediaJSON + ";q=0, */*", mediaGraph},
		"capitals and spaces":             {"  Application/GraphQL-Response+JSON ; charset=utf-8", mediaGraph},
		"urql, which also accepts events": {urql, mediaGraph},
		"events preferred, for a query":   {mediaEvents + ", " + mediaJSON + ";q=0.1", mediaJSON},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, body := ask(t, post(t, s, test.accept, mediaJSON, `{"query":"{ me }"}`))
			require.Equal(t, http.StatusOK, response.StatusCode, body)
			require.Equal(t, test.want+"; charset=utf-8", response.Header.Get("Content-Type"))
		})
	}
}

package guard_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/orgmap/orgmap/graph/guard"
	"github.com/orgmap/orgmap/graph/transport"
)

func fragment(i int) string {
	return fmt.Sprintf("fragment F%d on Organization { ...F%d ...F%d } ", i, i+1, i+1)
}

// failing is a schema whose execution returns many errors.
type failing struct{ executable }

func (f failing) Exec(context.Context) graphql.ResponseHandler {
	return func(ctx context.Context) *graphql.Response {
		for range 100 {
			graphql.AddError(ctx, errors.New("one of many"))
		}
		return &graphql.Response{Data: []byte(`{}`)}
	}
}

func newServer(t *testing.T, schema graphql.ExecutableSchema) *httptest.Server {
	t.Helper()
	graph := handler.New(schema)
	graph.AddTransport(transport.Websocket{})
	graph.AddTransport(transport.HTTP{})
	graph.SetErrorPresenter(func(ctx context.Context, err error) *gqlerror.Error {
		return guard.Redact(graphql.DefaultErrorPresenter(ctx, err))
	})
	guard.New(guard.DefaultLimits()).Install(graph)
	server := httptest.NewServer(graph)
	t.Cleanup(server.Close)
	return server
}

type answer struct {
	Errors []*gqlerror.Error
}

func request(t *testing.T, query, extensions string) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"query": query, "extensions": json.RawMessage(extensions)})
	require.NoError(t, err)
	return string(text)
}

func send(t *testing.T, request *http.Request, accept string) string {
	t.Helper()
	request.Header.Set("Accept", accept)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(body)
}

func post(t *testing.T, server *httptest.Server, body, accept string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(body))
	require.NoError(t, err)
	return send(t, r, accept)
}

func decoded(t *testing.T, body string) answer {
	t.Helper()
	var a answer
	require.NoError(t, json.Unmarshal([]byte(body), &a), body)
	return a
}

// ways returns the ways to send a query, each of which returns the errors in the response.
func ways(t *testing.T, server *httptest.Server) map[string]func(query string) []*gqlerror.Error {
	t.Helper()
	return map[string]func(query string) []*gqlerror.Error{
		"POST": func(query string) []*gqlerror.Error {
			return decoded(t, post(t, server, request(t, query, "null"), "application/json")).Errors
		},
		"GET": func(query string) []*gqlerror.Error {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"?query="+url.QueryEscape(query), nil)
			require.NoError(t, err)
			return decoded(t, send(t, r, "application/json")).Errors
		},
		"events": func(query string) []*gqlerror.Error {
			body := post(t, server, request(t, query, "null"), "text/event-stream")
			_, rest, found := strings.Cut(body, "data: ")
			require.True(t, found, body)
			first, _, _ := strings.Cut(rest, "\n")
			return decoded(t, first).Errors
		},
		"websocket": func(query string) []*gqlerror.Error { return overWebsocket(t, server, query) },
	}
}

func overWebsocket(t *testing.T, server *httptest.Server, query string) []*gqlerror.Error {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http"),
		&websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}})
	require.NoError(t, err)
	defer func() { _ = conn.CloseNow() }()
	write := func(text string) {
		require.NoError(t, conn.Write(t.Context(), websocket.MessageText, []byte(text)))
	}
	write(`{"type":"connection_init"}`)
	_, _, err = conn.Read(t.Context())
	require.NoError(t, err)
	write(`{"id":"1","type":"subscribe","payload":` + request(t, query, "null") + `}`)
	_, text, err := conn.Read(t.Context())
	require.NoError(t, err)
	var m struct{ Payload []*gqlerror.Error }
	require.NoError(t, json.Unmarshal(text, &m), string(text))
	return m.Payload
}

func TestGuard_CoversEveryTransport(t *testing.T) {
	t.Parallel()
	server := newServer(t, executable{schema()})
	for way, ask := range ways(t, server) {
		for name, test := range map[string]struct{ query, code, message string }{
			"too many tokens":     {"{" + times(1500, "a ") + "}", "COMPLEXITY_LIMIT_EXCEEDED", "1500 tokens"},
			"the bracket bomb":    {"{orgs(first:" + times(1000, "["), "COMPLEXITY_LIMIT_EXCEEDED", "brackets"},
			"too expensive":       {"{ organizations(first: 5000) { nodes { id } } }", "COMPLEXITY_LIMIT_EXCEEDED", "organizations(first: 5000)"},
			"an unexpected quote": {"{ ' }", "GRAPHQL_PARSE_FAILED", "quote"},
			"a syntax error":      {"{ viewer { name: } }", "GRAPHQL_PARSE_FAILED", "Expected Name"},
			"an unknown field":    {"{ viewer { nmae } }", "GRAPHQL_VALIDATION_FAILED", "Cannot query field"},
			"an empty document":   {" ", "GRAPHQL_VALIDATION_FAILED", "no operation"},
			"alias overloading":   {"query cop {" + times(101, "alias%d:__typename ") + "}", "COMPLEXITY_LIMIT_EXCEEDED", "30 aliases"},
		} {
			t.Run(way+"/"+name, func(t *testing.T) {
				t.Parallel()
				if way == "GET" && len(test.query) > 1000 || way != "POST" && name == "an empty document" {
					t.Skip("not possible over this transport")
				}
				errs := ask(test.query)
				require.NotEmpty(t, errs)
				require.Equal(t, test.code, errs[0].Extensions["code"])
				require.Contains(t, errs[0].Message, test.message)
			})
		}
	}
}

func TestGuard_LimitsTheNumberOfErrors(t *testing.T) {
	t.Parallel()
	body := post(t, newServer(t, failing{executable{schema()}}), request(t, "{ viewer { name } }", "null"), "application/json")
	require.Len(t, decoded(t, body).Errors, 8)
	// 1,400 validation errors
	body = post(t, newServer(t, executable{schema()}), request(t, "{ viewer {"+times(1400, "unknown%d ")+"} }", "null"), "application/json")
	require.Len(t, decoded(t, body).Errors, 8)
	require.Less(t, len(body), 4<<10)
}

func TestGuard_ReportsUnknownPersistedQueries(t *testing.T) {
	t.Parallel()
	body := post(t, newServer(t, executable{schema()}), `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}`, "application/json")
	errs := decoded(t, body).Errors
	require.Equal(t, "PersistedQueryNotFound", errs[0].Message)
	require.Equal(t, "PERSISTED_QUERY_NOT_FOUND", errs[0].Extensions["code"])
}

// Every mistake that validation could answer with a suggestion that reveals the schema.
func TestGuard_RemovesSuggestions(t *testing.T) {
	t.Parallel()
	server := newServer(t, executable{schema()})
	for name, query := range map[string]string{
		"a field":                        "{ viewr { name } }",
		"a field of introspection":       "{ __schema { directive } }",
		"a type condition":               "{ node(id: 1) { ... on Organisation { id } } }",
		"a field of an interface's type": "{ node(id: 1) { mappings { id } } }",
		"an argument":                    "{ organizations(frist: 1) { totalCount } }",
		"an argument of a directive":     "{ viewer @skip(iff: true) { name } }",
		"a directive":                    "{ viewer @skp(if: true) { name } }",
		"an enum value":                  "{ organizations(orderBy: {field: NAMES, direction: ASC}) { totalCount } }",
		"an enum value as text":          `{ organizations(orderBy: {field: "NAME", direction: ASC}) { totalCount } }`,
		"a field of an input":            "{ organizations(filter: {activ: true}) { totalCount } }",
		"an object without fields":       "{ viewer }",
		"a scalar with fields":           "{ journalCursor { length } }",
		"a type of a variable":           "query ($a: Bolean) { viewer { name } }",
		"a fragment":                     "{ viewer { ...Nmae } } fragment Name on Viewer { name }",
		"a fragment's type":              "{ viewer { ...A } } fragment A on Viewr { name }",
		"an unknown operation":           "query A { viewer { name } } query B { viewer { name } }",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := post(t, server, request(t, query, "null"), "application/json")
			require.NotEmpty(t, decoded(t, body).Errors)
			require.NotContains(t, strings.ToLower(body), "did you mean")
		})
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	withCode := func(code, message string) *gqlerror.Error {
		return &gqlerror.Error{Message: message, Extensions: map[string]any{"code": code}}
	}
	require.Nil(t, guard.Redact(nil))
	hint := withCode("GRAPHQL_VALIDATION_FAILED", `Unknown type "Orgs". Did you mean "Org"?`)
	require.Equal(t, `Unknown type "Orgs".`, guard.Redact(hint).Message)
	require.Contains(t, hint.Message, "Did you mean", "the executor may still hold the original")
	require.Equal(t, "GRAPHQL_VALIDATION_FAILED", guard.Redact(hint).Extensions["code"])
	long := guard.Redact(withCode("GRAPHQL_PARSE_FAILED", strings.Repeat("ü", 1000)))
	require.Equal(t, strings.Repeat("ü", 250)+"…", long.Message)
	domain := withCode("BAD_USER_INPUT", "No such organization. Did you mean Acme?")
	require.Same(t, domain, guard.Redact(domain))
	plain := withCode("GRAPHQL_PARSE_FAILED", "Expected Name")
	require.Same(t, plain, guard.Redact(plain))
}

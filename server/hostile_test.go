package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket/wsjson"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
)

// contractCodes lists all codes of top-level errors.
var contractCodes = []string{
	"UNAUTHENTICATED", "FORBIDDEN", "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "PERSISTED_QUERY_NOT_FOUND",
	"COMPLEXITY_LIMIT_EXCEEDED", "RATE_LIMITED", "UNAVAILABLE", "INTERNAL",
}

const (
	mostOfAnAnswer = 16 << 10
	mostOfATime    = 50 * time.Millisecond
	marker         = "zqxmarker" // sent text, which must not come back
)

// leaks matches what responses must not reveal.
var leaks = regexp.MustCompile(`(?i)sqlstate|select .* from|insert into|pq:|pgx|postgres|redis|127\.0\.0\.1:|goroutine|\.go:\d|panic|runtime error|did you mean|orgmap_app|row-level|` + marker)

// hostileRequest is one malicious request. GET sends only query and variables.
type hostileRequest struct {
	name       string
	query      string
	variables  string // JSON
	extensions string // JSON
	data       bool   // the response may contain data
}

func hostileRequests() []hostileRequest {
	repeat := strings.Repeat
	numbered := func(format string, count int) string {
		var text strings.Builder
		for i := range count {
			fmt.Fprintf(&text, format, i)
		}
		return text.String()
	}
	fragments := "{ ...F0 }" + numbered("fragment F%d on Query { viewer { name } }", 30)
	var bomb strings.Builder
	bomb.WriteString("{ ...F0 }")
	for i := range 24 {
		fmt.Fprintf(&bomb, " fragment F%d on Query { ...F%d ...F%d }", i, i+1, i+1)
	}
	bomb.WriteString(" fragment F24 on Query { viewer { name } }")
	organization := func(argument string) string { return "{ organizations(" + argument + ") { nodes { id } } }" }
	return []hostileRequest{
		{name: "nothing that GraphQL knows", query: "qwerty " + marker + " { abc }"},
		{name: "an unfinished document", query: "{ viewer { name"},
		{name: "a string without end", query: `{ node(id: "` + marker + ` }`},
		{name: "bytes that are no text", query: "{ \x00\x01 }"},
		{name: "nesting", query: repeat("{ a ", 2000) + repeat("}", 2000)},
		{name: "brackets that nest", query: organization("first: " + repeat("[", 2000))},
		{name: "objects that nest", query: organization("filter: " + repeat("{a: ", 500) + "1" + repeat("}", 500))},
		{name: "many fields", query: "{ " + repeat("__typename ", 5000) + "}"},
		{name: "the same field many times", query: "{ " + repeat("viewer { name } ", 300) + "}"},
		{name: "many aliases", query: "{ " + numbered("a%d: __typename ", 101) + "}"},
		{name: "many directives", query: "{ __typename " + repeat("@"+marker, 300) + " }"},
		{name: "known directives many times", query: "{ __typename " + repeat("@include(if: true) ", 300) + " }"},
		{name: "a fragment bomb", query: bomb.String()},
		{name: "a circle of fragments", query: "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"},
		{name: "unused fragments", query: fragments},
		{name: "many operations", query: numbered("query Q%d { __typename } ", 400)},
		{name: "circular introspection", query: `{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }`},
		{name: "introspection", query: `{ __schema { types { name fields { name } } } }`},
		{name: "introspection of a type", query: `{ __type(name: "Query") { name } }`},
		{name: "an unknown field", query: "{ " + marker + " }"},
		{name: "almost a field", query: "{ viewr { name } }"},
		{name: "almost an argument", query: organization("frist: 1")},
		{name: "almost an enum's value", query: organization("orderBy: {field: NAMES, direction: ASC}")},
		{name: "almost a type", query: "query($a: Strin) { viewer { name } }"},
		{name: "almost an input's field", query: organization("filter: {activ: true}")},
		{name: "almost a fragment's type", query: "{ ... on Qery { viewer { name } } }"},
		{name: "a long name", query: "{ " + repeat("a", 50_000) + " }"},
		{name: "a long unknown argument", query: organization(repeat("b", 100) + ": 1")},
		{name: "deferred parts", query: "{ ... @defer { viewer { name } } }"},
		{name: "a variable of another type", query: "query($n: Int!) { organizations(first: $n) { nodes { id } } }", variables: `{"n":"` + marker + `"}`},
		{name: "a missing variable", query: "query($n: Int!) { organizations(first: $n) { nodes { id } } }"},
		{name: "a variable out of its bounds", query: "query($n: Int!) { organizations(first: $n) { nodes { id } } }", variables: `{"n":99999999999999999999}`},
		{name: "an enormous page", query: organization("first: 2147483647")},
		{name: "a negative page", query: organization("first: -1")},
		{name: "a forged cursor", query: organization(`after: "` + marker + `"`)},
		{name: "SQL in a search", query: organization(`search: "' OR 1=1; DROP TABLE accounts; --"`), data: true},
		{name: "wildcards in a search", query: organization(`search: "%_%\\"`), data: true},
		{name: "a NUL in a search", query: organization(`search: "a\u0000b"`)},
		{name: "SQL in an id", query: `{ node(id: "org_' OR 1=1 --") { id } }`, data: true},
		{name: "a path in an id", query: `{ node(id: "../../../../etc/passwd") { id } }`, data: true},
		{name: "a NUL in an id", query: `{ node(id: "\u0000") { id } }`, data: true},
		{name: "a long id", query: `{ node(id: "` + repeat("o", 5000) + `") { id } }`, data: true},
		{name: "a malformed persisted query", query: "{ __typename }", extensions: `{"persistedQuery":"` + marker + `"}`},
		{name: "a persisted query of another hash", query: "{ __typename }", extensions: `{"persistedQuery":{"version":1,"sha256Hash":"` + marker + `"}}`},
		{name: "a forged journal cursor", query: `subscription { accountChanges(after: "` + marker + `") { cursor } }`},
		{name: "two subscriptions in one", query: `subscription { a: accountChanges { cursor } b: accountChanges { cursor } }`},
	}
}

// encoded returns the request as JSON.
func (h hostileRequest) encoded() string {
	query, _ := json.Marshal(h.query)
	body := `{"query":` + string(query)
	if h.variables != "" {
		body += `,"variables":` + h.variables
	}
	if h.extensions != "" {
		body += `,"extensions":` + h.extensions
	}
	return body + "}"
}

// ways returns the ways to send a request to the server. Each returns the text of the response.
func (c *client) ways(ctx context.Context) map[string]func(hostileRequest) string {
	authorized := []string{"Authorization", "Bearer " + c.token}
	get := func(h hostileRequest, header ...string) string {
		query := url.Values{"query": {h.query}}
		if h.variables != "" {
			query.Set("variables", h.variables)
		}
		if h.extensions != "" {
			query.Set("extensions", h.extensions)
		}
		return c.send(http.MethodGet, "/graphql?"+query.Encode(), "", append(header, authorized...)...).body
	}
	return map[string]func(hostileRequest) string{
		"POST": func(h hostileRequest) string {
			return c.send(http.MethodPost, "/graphql", h.encoded(), append(authorized, "Content-Type", "application/json")...).body
		},
		"POST with the newer media type": func(h hostileRequest) string {
			return c.send(http.MethodPost, "/graphql", h.encoded(), append(authorized, "Content-Type", "application/json", "Accept", "application/graphql-response+json")...).body
		},
		"GET": func(h hostileRequest) string { return get(h) },
		"events": func(h hostileRequest) string {
			return c.send(http.MethodPost, "/graphql", h.encoded(), append(authorized, "Content-Type", "application/json", "Accept", "text/event-stream")...).body
		},
		"a websocket": func(h hostileRequest) string {
			socket := c.dial()
			defer func() { _ = socket.CloseNow() }()
			kind, _ := c.signIn(socket)
			require.Equal(c.t, "connection_ack", kind)
			if err := wsjson.Write(ctx, socket, object{"id": "1", "type": "subscribe", "payload": json.RawMessage(h.encoded())}); err != nil {
				return ""
			}
			_, text, err := socket.Read(ctx)
			if err != nil { // closed: the error contains the reason
				return err.Error()
			}
			return string(text)
		},
	}
}

// errorsIn returns the errors in a response of any transport.
func errorsIn(text string) (found []object) {
	for line := range strings.Lines(text) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "data: ")
		var decoded any
		if json.Unmarshal([]byte(line), &decoded) != nil {
			continue
		}
		if message, ok := decoded.(object); ok && message["type"] != nil {
			decoded = message["payload"]
		}
		if response, ok := decoded.(object); ok {
			decoded = response["errors"]
		}
		if list, ok := decoded.([]any); ok {
			for _, one := range list {
				found = append(found, one.(object))
			}
		}
	}
	return found
}

func TestHostileRequests_RevealNothingAndCostLittle(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	admin.create("Acme")
	viewer := admin.newClient(admin.account, auth.Viewer)
	ctx, cancel := context.WithTimeout(t.Context(), 4*waitTimeout)
	defer cancel()
	ways := viewer.ways(ctx)
	for _, request := range hostileRequests() {
		for way, send := range ways {
			text := send(request)
			if strings.HasPrefix(text, "failed to read") { // a WebSocket's close, as the library words it
				require.Regexp(t, `StatusCode\(4400\)|StatusMessageTooBig`, text, "%s over %s", request.name, way)
				continue
			}
			if strings.HasPrefix(text, "431 ") && way == "GET" { // URL too long, refused by net/http itself
				continue
			}
			require.LessOrEqual(t, len(text), mostOfAnAnswer, "%s over %s", request.name, way)
			echoed := text
			if way == "a websocket" {
				echoed = strings.ReplaceAll(text, `"id":"1"`, "")
			}
			if leaked := leaks.FindString(withoutNames(echoed)); leaked != "" {
				t.Errorf("%s over %s tells %q: %.400s", request.name, way, leaked, text)
			}
			found := errorsIn(text)
			if !request.data {
				require.NotEmpty(t, found, "%s over %s: %.400s", request.name, way, text)
			}
			require.LessOrEqual(t, len(found), 10, "%s over %s", request.name, way)
			for _, one := range found {
				code, _ := at(one, "extensions", "code").(string)
				require.Contains(t, contractCodes, code, "%s over %s: %.400s", request.name, way, text)
				require.NotContains(t, []string{"INTERNAL", "UNAVAILABLE"}, code, "%s over %s must be reported as the client's error: %.400s", request.name, way, text)
			}
		}
	}
	require.Equal(t, []string{"Acme"}, admin.names())
}

// withoutNames removes the names of fields, arguments and directives that an error quotes. Clients need them to find
// their mistake, and the guard limits their length.
func withoutNames(text string) string {
	return quotedName.ReplaceAllString(text, "")
}

var quotedName = regexp.MustCompile(`\\"[@$]?` + marker + `\\"|"` + marker + `"`)

func TestHostileRequests_AreRefusedQuickly(t *testing.T) {
	// Not parallel, because it measures.
	admin := newWorld(t).newAccount(20)
	viewer := admin.newClient(admin.account, auth.Viewer)
	send := viewer.ways(t.Context())["POST"]
	send(hostileRequest{query: "{ __typename }"})
	for _, request := range hostileRequests() {
		var took []time.Duration
		for range 5 {
			began := time.Now()
			send(request)
			took = append(took, time.Since(began))
		}
		require.Less(t, slices.Min(took), mostOfATime*slowdown, request.name)
	}
}

// TestGraphQLCop sends what dolevf/graphql-cop sends (commit 2b7e086), and passes if nothing is found.
func TestGraphQLCop(t *testing.T) {
	t.Parallel()
	viewer := newWorld(t).newAccount(20)
	viewer = viewer.newClient(viewer.account, auth.Viewer)
	authorized := []string{"Authorization", "Bearer " + viewer.token}
	post := func(query string) answer { return viewer.ask(query, nil) }
	var aliases strings.Builder
	for i := range 101 {
		fmt.Fprintf(&aliases, "alias%d:__typename ", i)
	}
	batch := "[" + strings.TrimSuffix(strings.Repeat(`{"query":"query cop { __typename }"},`, 10), ",") + "]"
	get := func(query string, header ...string) reply {
		return viewer.send(http.MethodGet, "/graphql?"+url.Values{"query": {query}}.Encode(), "", append(header, authorized...)...)
	}
	for check, flagged := range map[string]func() bool{
		"alias overloading": func() bool { return at(post("query cop { "+aliases.String()+"}").Data, "alias100") != nil },
		"array batching": func() bool {
			var list []any
			return json.Unmarshal([]byte(viewer.send(http.MethodPost, "/graphql", batch, append(authorized, "Content-Type", "application/json")...).body), &list) == nil
		},
		"directive overloading": func() bool {
			return len(post("query cop { __typename "+strings.Repeat("@aa", 10)+" }").Errors) >= 10
		},
		"circular introspection": func() bool {
			return post("query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }").Data != nil
		},
		"introspection": func() bool { return post("query cop { __schema { types { name fields { name } } } }").Data != nil },
		"field suggestions": func() bool {
			return strings.Contains(fmt.Sprint(post("query cop { __schema { directive } }").Errors), "Did you mean")
		},
		"mutation by GET": func() bool {
			got := get("mutation cop {__typename}")
			return got.StatusCode == http.StatusOK || strings.Contains(got.body, `"data"`)
		},
		"POST as a form": func() bool {
			got := viewer.send(http.MethodPost, "/graphql", url.Values{"query": {"query cop { __typename }"}}.Encode(), append(authorized, "Content-Type", "application/x-www-form-urlencoded")...)
			return strings.Contains(got.body, `"data"`)
		},
		"GraphiQL": func() bool {
			got := get("{ __typename }", "Accept", "text/html")
			return regexp.MustCompile(`GraphiQL|graphiql\.min\.css|GraphQL Playground|graphql-playground`).MatchString(got.body)
		},
		"trace": func() bool {
			got := post("query cop { __typename }")
			return len(got.Errors) > 0 && got.Errors[0].Extensions["tracing"] != nil
		},
		"unhandled error": func() bool {
			got := post("qwerty cop { abc }")
			return len(got.Errors) == 0 || got.Errors[0].Extensions["exception"] != nil
		},
		"field duplication": func() bool {
			began := time.Now()
			post("query cop { " + strings.Repeat("__typename ", 500) + "}")
			return time.Since(began) > mostOfATime*slowdown*4 // other tests run at the same time
		},
	} {
		require.False(t, flagged(), check)
	}
	// Queries by GET are part of GraphQL over HTTP, and harmless if no browser sends them with a cookie from another
	// site.
	got := viewer.send(http.MethodGet, "/graphql?query=query+cop+%7B__typename%7D", "", "Cookie", sessionCookie+"="+viewer.token, "Sec-Fetch-Site", "cross-site")
	require.Equal(t, http.StatusForbidden, got.StatusCode)
}

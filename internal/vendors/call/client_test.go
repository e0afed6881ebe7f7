package call_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	secret   = "s3cr3t+value/with=signs"
	rejected = "Make a new key."
)

// newClient returns a Client named Acme that calls a handler.
func newClient(t *testing.T, handler http.HandlerFunc, change ...func(*call.Config)) *call.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
	})
	config := call.Config{
		Vendor: "Acme", BaseURL: server.URL + "/base/", Secrets: []string{secret}, Rejected: rejected,
		HTTP: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	for _, apply := range change {
		apply(&config)
	}
	client, err := call.New(config)
	require.NoError(t, err)
	return client
}

func requireFailure(t *testing.T, err error, class vendors.Class) *vendors.Error {
	t.Helper()
	var failure *vendors.Error
	require.ErrorAs(t, err, &failure)
	require.Equal(t, class, failure.Class, "%v", err)
	require.NotContains(t, err.Error(), secret)
	return failure
}

func TestClient_SendsTheRequest(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body string
	client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		got, body = r, string(sent)
		_, _ = io.WriteString(w, `{"ok":true}`)
	}, func(c *call.Config) { c.Authorize = call.Header("x-api-key", "key-1") })

	for name, test := range map[string]struct {
		request      call.Request
		line, sends  string
		contentType  string
		headersToSee map[string]string
	}{
		"a path with a query":    {call.Request{Path: "/list", Query: url.Values{"a[b]": {"c d"}}}, "GET /base/list?a%5Bb%5D=c+d", "", "", nil},
		"a target of the vendor": {call.Request{Target: "/other?page=2"}, "GET /other?page=2", "", "", nil},
		"JSON":                   {call.Request{Path: "q", JSON: map[string]int{"n": 1}}, "POST /base/q", `{"n":1}`, "application/json", nil},
		"a form":                 {call.Request{Path: "q", Form: url.Values{"n": {"1"}}}, "POST /base/q", "n=1", "application/x-www-form-urlencoded", nil},
		"a method and a header": {
			call.Request{Method: http.MethodPut, Path: "q", Header: http.Header{"accept": {"application/vnd.acme+json"}}},
			"PUT /base/q", "", "",
			map[string]string{"Accept": "application/vnd.acme+json"},
		},
	} {
		var answer struct{ OK bool }
		_, err := client.Do(t.Context(), test.request, &answer)
		require.NoError(t, err, name)
		require.True(t, answer.OK, name)
		require.Equal(t, test.line, got.Method+" "+got.URL.RequestURI(), name)
		require.Equal(t, test.sends, body, name)
		require.Equal(t, test.contentType, got.Header.Get("Content-Type"), name)
		require.Equal(t, "key-1", got.Header.Get("X-Api-Key"), name)
		for header, want := range test.headersToSee {
			require.Equal(t, want, got.Header.Get(header), name)
		}
	}
}

func TestNew_RequiresABaseURLAndAClient(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "api.example.com", "ftp://api.example.com", "https://", "https://a b"} {
		_, err := call.New(call.Config{Vendor: "Acme", BaseURL: base, HTTP: http.DefaultClient})
		requireFailure(t, err, vendors.BadResponse)
	}
	_, err := call.New(call.Config{Vendor: "Acme", BaseURL: "https://api.example.com"})
	require.ErrorContains(t, err, "no HTTP client")
}

func TestClient_AcceptsOnlyOneWholeJSONValue(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`{"n":1}`: true, "\xef\xbb\xbf{\"n\":1}": true, ` {"n":1} `: true, //nolint:gocritic // the white space is what is tested
		`{"n":1}{"n":2}`: false, `{"n":1`: false, `{"n":"x"}`: false, ``: false, `<html>`: false,
	} {
		client := newClient(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
		var answer struct{ N int }
		_, err := client.Get(t.Context(), "", nil, &answer)
		if want {
			require.NoError(t, err, body)
			require.Equal(t, 1, answer.N)
			continue
		}
		requireFailure(t, err, vendors.BadResponse)
	}
}

// The limit applies to the decompressed size: a few kilobytes may decompress to a gigabyte, and a
// body may never end.
func TestClient_LimitsTheResponseSize(t *testing.T) {
	t.Parallel()
	endless := func(w io.Writer) {
		line := []byte(strings.Repeat(" ", 1<<20))
		for {
			if _, err := w.Write(line); err != nil {
				return
			}
		}
	}
	for name, answer := range map[string]http.HandlerFunc{
		"plain": func(w http.ResponseWriter, _ *http.Request) { endless(w) },
		"compressed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			endless(gzip.NewWriter(w))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newClient(t, answer).Get(t.Context(), "", nil, nil)
			requireFailure(t, err, vendors.BadResponse)
		})
	}
}

func TestClient_QuotesTheVendorsMessage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status      int
		contentType string
		body        string
		want        string
	}{
		"a message":                        {401, "application/json", `{"message":"Key is paused"}`, rejected + ` Acme said: “Key is paused”`},
		"a capital message":                {401, "application/json", `{"Code":7,"Message":"Denied"}`, rejected + ` Acme said: “Denied”`},
		"OAuth":                            {401, "application/json", `{"error":"invalid_grant","error_description":"Bad credentials"}`, rejected + ` Acme said: “Bad credentials”`},
		"JSON:API":                         {422, "application/json", `{"errors":[{"status":"unprocessable_entity","title":"Duplicate Parameters"}]}`, `said: “Duplicate Parameters”`},
		"a list of texts":                  {400, "application/json", `{"errors":["First","Second"]}`, `said: “First”`},
		"a nested error":                   {400, "application/json", `{"Error":{"Message":"Wrong tenant"}}`, `said: “Wrong tenant”`},
		"plain text":                       {401, "text/plain; charset=utf-8", "Denied\n", "A firewall or proxy in front of Acme refused the request (HTTP status 401), not Acme itself."},
		"control characters":               {401, "application/json", `{"message":"one\r\ntwo\u0000\u202e three"}`, rejected + ` Acme said: “one two three”`},
		"a secret":                         {401, "application/json", `{"message":"Key ` + secret + ` is wrong"}`, rejected + ` Acme said: “Key [removed] is wrong”`},
		"a URL-encoded secret":             {401, "application/json", `{"message":"` + url.QueryEscape(secret) + `"}`, rejected + ` Acme said: “[removed]”`},
		"a secret at the truncation limit": {401, "application/json", `{"message":"` + strings.Repeat("x", 190) + secret + `"}`, strings.Repeat("x", 190) + "[removed]”"},
		"a web page":                       {401, "text/html", "<h1>No</h1>", "A firewall or proxy in front of Acme refused the request (HTTP status 401), not Acme itself."},
		"a long text":                      {401, "text/plain", strings.Repeat("a b ", 100), "A firewall or proxy in front of Acme refused the request (HTTP status 401), not Acme itself."},
		"an empty body":                    {401, "", "", rejected},
		"an internal server error":         {500, "application/json", `{"message":"java.lang.NullPointerException at 10.0.0.7"}`, "Acme is not available (HTTP status 500). Try again in a few minutes."},
		"a long sentence":                  {401, "application/json", `{"message":"` + strings.Repeat("y", 500) + `"}`, strings.Repeat("y", 200) + "…"},
		"a redirect":                       {302, "", "", "Acme redirects to another address."},
		"a missing list":                   {404, "text/html", "", "Check the address and the region."},
		"rate limited with plain text":     {429, "text/plain", "Rate Limit Reached - 300 Requests", "The rate limit of Acme has been reached."},
	} {
		client := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", test.contentType)
			w.WriteHeader(test.status)
			_, _ = io.WriteString(w, test.body)
		})
		_, err := client.Get(t.Context(), "/list", url.Values{"key": {secret}}, nil)
		var failure *vendors.Error
		require.ErrorAs(t, err, &failure, name)
		require.Contains(t, failure.Message, test.want, name)
		if test.want == rejected {
			require.Equal(t, rejected, failure.Message, name)
		}
		require.NotContains(t, err.Error(), secret, name)
	}
}

func TestClient_ErrorNamesTheCallWithoutItsQuery(t *testing.T) {
	t.Parallel()
	client := newClient(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_, err := client.Get(t.Context(), "/list", url.Values{"search": {"private"}}, nil)
	requireFailure(t, err, vendors.Unavailable)
	require.ErrorContains(t, err, "GET /base/list: ")
	require.NotContains(t, err.Error(), "private")
}

func TestClient_ParsesRetryAfter(t *testing.T) {
	t.Parallel()
	const now = "Mon, 02 Jan 2006 15:04:05 GMT"
	for value, want := range map[string]time.Duration{
		"": 0, "0": 0, "5": 5 * time.Second, " 120 ": 2 * time.Minute, "1.5": 1500 * time.Millisecond, "-3": 0, "soon": 0, "NaN": 0, "+Inf": 24 * time.Hour,
		"99999999999999999999":           24 * time.Hour,
		"Mon, 02 Jan 2006 15:05:05 GMT":  time.Minute,
		"Mon, 02 Jan 2006 15:00:00 GMT":  0,
		"Monday, 02-Jan-06 15:04:15 GMT": 10 * time.Second,
		"Mon, 02 Jan 2036 15:05:05 GMT":  24 * time.Hour,
	} {
		client := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", now)
			w.Header().Set("Retry-After", value)
			w.WriteHeader(http.StatusTooManyRequests)
		})
		_, err := client.Get(t.Context(), "", nil, nil)
		require.Equal(t, want, requireFailure(t, err, vendors.RateLimited).RetryAfter, value)
	}
}

func TestClient_AppliesTheVendorsClassification(t *testing.T) {
	t.Parallel()
	client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/base/said" {
			w.Header().Set("Retry-After", "3")
		}
		w.WriteHeader(http.StatusTeapot)
	}, func(c *call.Config) {
		c.Classify = func(reply call.Reply) (vendors.Class, time.Duration) {
			require.Equal(t, http.StatusTeapot, reply.Status)
			return vendors.RateLimited, time.Minute
		}
	})
	_, err := client.Get(t.Context(), "", nil, nil)
	require.Equal(t, time.Minute, requireFailure(t, err, vendors.RateLimited).RetryAfter)
	_, err = client.Get(t.Context(), "/said", nil, nil)
	require.Equal(t, 3*time.Second, requireFailure(t, err, vendors.RateLimited).RetryAfter)
}

func TestClient_Fail_QuotesTheVendorsMessage(t *testing.T) {
	t.Parallel()
	client := newClient(t, func(http.ResponseWriter, *http.Request) {})
	for class, want := range map[vendors.Class]string{
		vendors.CredentialsRejected: rejected, vendors.RateLimited: "rate limit", vendors.Unavailable: "reported an error",
	} {
		failure := requireFailure(t, client.Fail(class, "Thread "+secret), class)
		require.Contains(t, failure.Message, want)
		require.Contains(t, failure.Message, `Acme said: “Thread [removed]”`)
	}
}

// door counts issued tokens and knows which are valid.
type door struct {
	mu    sync.Mutex // guards given
	given int
	life  time.Duration
}

func (d *door) fetch(context.Context) (call.Token, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.given++
	return call.Token{Value: fmt.Sprintf("token-%d", d.given), Life: d.life}, nil
}

func TestBearer_KeepsAnAcceptedToken(t *testing.T) {
	t.Parallel()
	var good atomic.Value
	good.Store("Bearer token-1")
	handler := func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != good.Load() {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, "{}")
	}
	tokens := &door{life: time.Hour}
	client := newClient(t, handler, func(c *call.Config) { c.Authorize = call.Bearer(tokens.fetch) })

	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			_, err := client.Get(t.Context(), "", nil, nil)
			require.NoError(t, err)
		})
	}
	group.Wait()
	require.Equal(t, 1, tokens.given, "concurrent callers share one token")

	good.Store("Bearer token-2")
	_, err := client.Get(t.Context(), "", nil, nil)
	require.NoError(t, err, "a refused token is replaced once")
	require.Equal(t, 2, tokens.given)

	good.Store("Bearer of nothing")
	_, err = client.Get(t.Context(), "", nil, nil)
	requireFailure(t, err, vendors.CredentialsRejected)
	require.Equal(t, 3, tokens.given, "a refused token is replaced only once")
}

func TestBearer_KeepsTheTokenIfAFirewallRefuses(t *testing.T) {
	t.Parallel()
	tokens := &door{}
	client := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, "<h1>No</h1>")
	}, func(config *call.Config) { config.Authorize = call.Bearer(tokens.fetch) })
	_, err := client.Get(t.Context(), "", nil, nil)
	requireFailure(t, err, vendors.Unavailable)
	require.Equal(t, 1, tokens.given, "another token would be refused too")
}

func TestBearer_RenewsTheTokenBeforeItExpires(t *testing.T) {
	t.Parallel()
	tokens := &door{life: 61 * time.Second}
	authorize := call.Bearer(tokens.fetch)
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	for range 3 {
		_, err := authorize.Authorize(t.Context(), request)
		require.NoError(t, err)
	}
	require.Equal(t, 1, tokens.given)
	require.Equal(t, "Bearer token-1", request.Header.Get("Authorization"))

	synctest.Test(t, func(t *testing.T) {
		tokens := &door{life: time.Hour}
		authorize := call.Bearer(tokens.fetch)
		for _, given := range []int{1, 2} {
			for range 2 {
				_, err := authorize.Authorize(t.Context(), request)
				require.NoError(t, err)
			}
			require.Equal(t, given, tokens.given)
			time.Sleep(time.Hour - time.Second)
		}
	})
}

func TestBearer_RefusalOfAnOldTokenKeepsTheNewOne(t *testing.T) {
	t.Parallel()
	tokens := &door{}
	authorize := call.Bearer(tokens.fetch)
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	first, err := authorize.Authorize(t.Context(), request)
	require.NoError(t, err)
	require.True(t, authorize.Renew(first))
	second, err := authorize.Authorize(t.Context(), request)
	require.NoError(t, err)
	require.True(t, authorize.Renew(first), "a slower caller was refused with the first token")
	third, err := authorize.Authorize(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, second, third)
}

func TestBearer_StopsWaitingWhenTheContextIsDone(t *testing.T) {
	t.Parallel()
	fetching, release := make(chan struct{}), make(chan struct{})
	authorize := call.Bearer(func(context.Context) (call.Token, error) {
		close(fetching)
		<-release
		return call.Token{}, errors.New("no token")
	})
	done := make(chan error, 1)
	go func() {
		_, err := authorize.Authorize(context.Background(), httptest.NewRequest(http.MethodGet, "/", nil))
		done <- err
	}()
	<-fetching
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := authorize.Authorize(ctx, httptest.NewRequest(http.MethodGet, "/", nil))
	require.ErrorIs(t, err, context.Canceled)
	close(release)
	require.EqualError(t, <-done, "no token")
}

func TestTokenEndpoint_ClassifiesResponses(t *testing.T) {
	t.Parallel()
	for body, test := range map[string]struct {
		status int
		class  vendors.Class
	}{
		`{"access_token":"abc","expires_in":3600}`:  {200, ""},
		`{"access_token":""}`:                       {200, vendors.BadResponse},
		`{"error":"invalid_grant"}`:                 {400, vendors.CredentialsRejected},
		`{"error":"invalid_client"}`:                {400, vendors.CredentialsRejected},
		`{"error":"unsupported_grant_type"}`:        {400, vendors.BadResponse},
		`not JSON`:                                  {400, vendors.BadResponse},
		`{"error":"invalid_client","what":"a 401"}`: {401, vendors.CredentialsRejected},
		`{"error":"temporarily_unavailable"}`:       {503, vendors.Unavailable},
	} {
		client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
			user, password, _ := r.BasicAuth()
			require.Equal(t, "id "+secret, user+" "+password)
			w.WriteHeader(test.status)
			_, _ = io.WriteString(w, body)
		}, func(c *call.Config) { c.Authorize, c.Classify = call.Basic("id", secret), call.ClassifyToken })
		token, err := client.FetchToken(t.Context(), "/token", nil, url.Values{"grant_type": {"client_credentials"}})
		if test.class != "" {
			requireFailure(t, err, test.class)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, call.Token{Value: "abc", Life: time.Hour}, token)
	}
}

func TestClient_SendsMultipartForms(t *testing.T) {
	t.Parallel()
	client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1 << 10); err != nil || r.PostFormValue("UserName") != "ä & b" {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		_, _ = w.Write([]byte(`{}`))
	})
	_, err := client.Do(t.Context(), call.Request{Path: "/sign-in", Form: url.Values{"UserName": {"ä & b"}, "GrantType": {"password"}}, Multipart: true}, nil)
	require.NoError(t, err)
}

// sharing is a transport that shares waits with other servers.
type sharing struct {
	http.RoundTripper
	mutex sync.Mutex // guards waits
	waits []time.Duration
}

func (s *sharing) Throttled(wait time.Duration) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.waits = append(s.waits, wait)
}

func TestClient_ReportsThrottlingToOtherServers(t *testing.T) {
	t.Parallel()
	var shared *sharing
	client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/base/said" {
			w.Header().Set("Retry-After", "7")
		}
		if r.URL.Path == "/base/down" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusTooManyRequests)
	}, func(config *call.Config) {
		shared = &sharing{RoundTripper: config.HTTP.Transport}
		config.HTTP.Transport = shared
	})
	for _, path := range []string{"/said", "/down", "/unsaid"} {
		_, err := client.Get(t.Context(), path, nil, nil)
		require.Error(t, err)
	}
	_ = client.Fail(vendors.RateLimited, "slow down")
	_ = client.Fail(vendors.BadResponse, "what?")
	require.Equal(t, []time.Duration{7 * time.Second, 0, 0}, shared.waits)
}

// refusing is a transport with its own rate limit.
type refusing struct{ err error }

func (r refusing) RoundTrip(*http.Request) (*http.Response, error) { return nil, r.err }

func TestClient_ReturnsErrorsOfItsTransport(t *testing.T) {
	t.Parallel()
	refused := &vendors.Error{Class: vendors.RateLimited, RetryAfter: time.Minute, Message: "Wait."}
	client := newClient(t, nil, func(config *call.Config) { config.HTTP.Transport = refusing{refused} })
	_, err := client.Get(t.Context(), "/", nil, nil)
	require.Same(t, refused, requireFailure(t, err, vendors.RateLimited))
}

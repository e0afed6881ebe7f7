package autotask_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/autotask"
	"github.com/orgmap/orgmap/internal/vendors/sim"
	"github.com/orgmap/orgmap/internal/vendors/vendortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func suite() vendortest.Case {
	return vendortest.Case{Descriptor: autotask.Descriptor(), PageSize: 500, NextURL: true, NumericIDs: true, Website: "webAddress", City: "city"}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	vendortest.Run(t, suite())
}

func FuzzOrganizations(f *testing.F) { vendortest.Fuzz(f, suite()) }

func TestOrganizations_PostsForTheNextPage(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1001)
	_, err := vendortest.Walk(t.Context(), bench.Source)
	require.NoError(t, err)
	var lines []string
	for _, sent := range bench.Vendor.Calls() {
		path, _, _ := strings.Cut(sent.URI, "?")
		lines = append(lines, sent.Method+" "+path)
	}
	require.Equal(t, []string{
		"GET /atservicesrest/v1.0/zoneInformation", "POST /ATServicesRest/V1.0/Companies/query",
		"POST /ATServicesRest/V1.0/Companies/query/next", "POST /ATServicesRest/V1.0/Companies/query/next",
	}, lines)
}

func TestZone_IsLookedUpAgainAfterARefusal(t *testing.T) {
	t.Parallel()
	t.Run("the user moved to another zone", func(t *testing.T) {
		t.Parallel()
		bench := vendortest.Open(t, suite(), 3)
		require.NoError(t, bench.Source.Verify(t.Context()))
		bench.Vendor.Move()
		page, err := bench.Source.Organizations(t.Context(), "")
		require.NoError(t, err)
		require.Len(t, page.Organizations, 3)
		require.Equal(t, 2, bench.Vendor.Count(sim.Discovery))
		require.Equal(t, 3, bench.Vendor.Count(sim.List))
	})
	t.Run("the zone is unchanged", func(t *testing.T) {
		t.Parallel()
		bench := vendortest.Open(t, suite(), 3)
		bench.Vendor.Inject(sim.Rejected())
		failure := vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.CredentialsRejected)
		require.Contains(t, failure.Message, "locks a user")
		require.Equal(t, 2, bench.Vendor.Count(sim.Discovery))
		require.Equal(t, 1, bench.Vendor.Count(sim.List), "the password must not be tried again")
	})
	t.Run("the zone cannot be found", func(t *testing.T) {
		t.Parallel()
		bench := vendortest.Open(t, suite(), 3)
		bench.Vendor.Inject(sim.Rejected(), sim.Status(http.StatusBadGateway).On(sim.Discovery).At(2))
		vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.CredentialsRejected)
		require.Equal(t, 1, bench.Vendor.Count(sim.List))
	})
}

func TestZone_DistinguishesAnUnknownUserFromAnOutage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		fault sim.Fault
		class vendors.Class
	}{
		{sim.Reply(http.StatusInternalServerError, "application/json", `{"errors":["unknown"]}`), vendors.CredentialsRejected},
		{sim.Reply(http.StatusInternalServerError, "text/html", "<h1>Server Error</h1>"), vendors.Unavailable},
		{sim.Reply(http.StatusInternalServerError, "application/json", ""), vendors.Unavailable},
		{sim.Status(http.StatusServiceUnavailable), vendors.Unavailable},
		{sim.Reply(http.StatusOK, "application/json", `{"zoneName":"x","url":null}`), vendors.BadResponse},
		{sim.HTML(), vendors.BadResponse},
	} {
		bench := vendortest.Open(t, suite(), 1)
		bench.Vendor.Inject(test.fault.On(sim.Discovery))
		vendortest.RequireClass(t, bench.Source.Verify(t.Context()), test.class)
		require.Zero(t, bench.Vendor.Count(sim.List))
	}
}

// cloud stands in for autotask.net and records which server got the secret.
type cloud struct {
	zone string

	mu    sync.Mutex // guards trust
	trust []string
}

func (c *cloud) RoundTrip(request *http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	body := `{"items":[{"id":0,"companyName":"Ourselves"}],"pageDetails":{"nextPageUrl":null}}`
	if strings.HasSuffix(request.URL.Path, "/zoneInformation") {
		body = fmt.Sprintf(`{"url":%q}`, c.zone)
	}
	if request.Header.Get("Secret") != "" {
		c.trust = append(c.trust, request.URL.Scheme+"://"+request.URL.Host+request.URL.Path)
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: request}, nil
}

func TestZone_SecretIsSentOnlyToAutotaskDomains(t *testing.T) {
	t.Parallel()
	credentials := vendors.Credentials{"username": "x@y.example", "secret": "s3cr3t", "integration_code": "c0de"}
	for zone, trusted := range map[string]bool{
		"https://webservices14.autotask.net/ATServicesRest/":             true,
		"https://WEBSERVICES14.AUTOTASK.NET/ATServicesRest":              true,
		"http://webservices14.autotask.net/ATServicesRest/":              false,
		"https://webservices14.autotask.net.example/ATServicesRest/":     false,
		"https://webservices14.autotask.net:8443/ATServicesRest/":        false,
		"https://evilautotask.net/ATServicesRest/":                       false,
		"https://user@webservices14.autotask.net/ATServicesRest/":        false,
		"//webservices14.autotask.net/ATServicesRest/":                   false,
		"https://attacker.example/?webservices14.autotask.net/":          false,
		"https://attacker.example/#.autotask.net":                        false,
		"https://webservices14.autotask.net\u200b.example/x/ATServices/": false,
	} {
		net := &cloud{zone: zone}
		for _, base := range []string{"https://webservices2.autotask.net", "https://webservices2.autotask.net/ATServicesRest/v1.0/"} {
			source, err := autotask.Descriptor().Open(vendors.Config{BaseURL: base, Credentials: credentials, Client: &http.Client{Transport: net}})
			require.NoError(t, err)
			err = source.Verify(t.Context())
			if trusted {
				require.NoError(t, err, zone)
				continue
			}
			vendortest.RequireClass(t, err, vendors.BadResponse)
		}
		if !trusted {
			require.Empty(t, net.trust, zone)
			continue
		}
		require.Len(t, net.trust, 2, zone)
		require.True(t, strings.EqualFold("https://webservices14.autotask.net/ATServicesRest/V1.0/Companies/query", net.trust[0]), net.trust[0])
	}
}

func TestClassify_ReadsTheErrorText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status int
		body   string
		class  vendors.Class
	}{
		{200, `{"errors":["Thread Threshold Exceeded (Itgenatr005)"]}`, vendors.RateLimited},
		{400, `{"errors":["Itgenatr005"]}`, vendors.RateLimited},
		{500, `{"errors":["The request threshold was exceeded."]}`, vendors.RateLimited},
		{500, `{"errors":["The logged in Resource does not have the adequate permissions to query this entity type."]}`, vendors.CredentialsRejected},
		{500, `{"errors":["Object reference not set"]}`, vendors.Unavailable},
		{200, `{"items":[],"errors":[{"message":"Unable to find the field","field":"x"}]}`, vendors.BadResponse},
		{401, `{"errors":["The threshold was exceeded."]}`, vendors.CredentialsRejected},
		{200, `{"items":null,"pageDetails":{}}`, vendors.BadResponse},
	} {
		bench := vendortest.Open(t, suite(), 1)
		bench.Vendor.Inject(sim.Reply(test.status, "application/json", test.body))
		_, err := bench.Source.Organizations(t.Context(), "")
		failure := vendortest.RequireClass(t, err, test.class)
		if strings.Contains(test.body, "Unable to find") {
			require.Contains(t, failure.Message, "Unable to find the field")
		}
	}
	bench := vendortest.Open(t, suite(), 1)
	bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", `{"items":[],"errors":[],"pageDetails":{"nextPageUrl":null}}`))
	require.NoError(t, bench.Source.Verify(t.Context()), "an empty list of errors is not a failure")
}

func TestSource_MakesAtMostThreeConcurrentCalls(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	require.NoError(t, bench.Source.Verify(t.Context()))
	bench.Vendor.SetLatency(time.Hour) // Close ends the wait
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { _ = bench.Source.Verify(t.Context()) })
	}
	require.Eventually(t, func() bool { return bench.Vendor.MaxInFlight() == 3 }, 10*time.Second, time.Millisecond)
	bench.Vendor.Close()
	group.Wait()
	require.Equal(t, 3, bench.Vendor.MaxInFlight())
	require.Equal(t, 9, bench.Vendor.Count(sim.List))
}

func TestZone_ReportsErrorsInSuccessfulResponses(t *testing.T) {
	t.Parallel()
	for body, class := range map[string]vendors.Class{
		`{"errors":["Zone information could not be determined"]}`:               vendors.CredentialsRejected,
		`{"errors":"Zone information could not be determined","url":null}`:      vendors.CredentialsRejected,
		`{"errors":["The threshold of 10000 requests per hour was exceeded."]}`: vendors.RateLimited,
		`{"errors":[],"url":null}`:                                              vendors.BadResponse,
	} {
		bench := vendortest.Open(t, suite(), 1)
		bench.Vendor.Inject(sim.Reply(http.StatusOK, "application/json", body).On(sim.Discovery))
		failure := vendortest.RequireClass(t, bench.Source.Verify(t.Context()), class)
		if class == vendors.CredentialsRejected {
			require.Contains(t, failure.Message, "knows no API user")
			require.Contains(t, failure.Message, "Zone information could not be determined")
		}
		require.Zero(t, bench.Vendor.Count(sim.List), "no secret must be sent")
	}
}

func TestVerify_WebServerRefusalRejectsTheCredentials(t *testing.T) {
	t.Parallel()
	bench := vendortest.Open(t, suite(), 1)
	bench.Vendor.Inject(sim.Reply(http.StatusUnauthorized, "text/html", "<html><h2>401 - Unauthorized: Access is denied due to invalid credentials.</h2></html>"))
	vendortest.RequireClass(t, bench.Source.Verify(t.Context()), vendors.CredentialsRejected)
	require.Equal(t, 1, bench.Vendor.Count(sim.List), "repeated attempts would lock the user")
}

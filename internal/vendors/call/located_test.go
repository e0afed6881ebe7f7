package call_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

// mover is a vendor whose API is at one path at a time; all other paths are gone.
type mover struct {
	server *httptest.Server
	http   *http.Client
	place  atomic.Value // string
	asked  atomic.Int32 // requests for the API's address
	called atomic.Int32
}

func newMover(t *testing.T) *mover {
	t.Helper()
	m := &mover{}
	m.place.Store("/one")
	m.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.called.Add(1)
		if !strings.HasPrefix(r.URL.Path, m.place.Load().(string)+"/") {
			w.WriteHeader(http.StatusGone)
			return
		}
		_, _ = w.Write([]byte(`{}`))
	}))
	transport := &http.Transport{}
	m.http = &http.Client{Transport: transport}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		m.server.Close()
	})
	return m
}

func (m *mover) find(context.Context) (*call.Client, error) {
	m.asked.Add(1)
	return call.New(call.Config{Vendor: "Acme", BaseURL: m.server.URL + m.place.Load().(string), HTTP: m.http, Rejected: rejected})
}

func TestLocate_FindsTheAPIOnceForConcurrentCalls(t *testing.T) {
	t.Parallel()
	vendor := newMover(t)
	api := call.Locate(http.StatusGone, vendor.find)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			_, _, err := api.Do(t.Context(), call.Request{Path: "list"}, nil)
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	require.EqualValues(t, 1, vendor.asked.Load())
	require.EqualValues(t, 8, vendor.called.Load())
}

func TestLocate_FindsAMovedAPIAgain(t *testing.T) {
	t.Parallel()
	vendor := newMover(t)
	api := call.Locate(http.StatusGone, vendor.find)
	_, _, err := api.Do(t.Context(), call.Request{Path: "list"}, nil)
	require.NoError(t, err)
	vendor.place.Store("/two")
	client, reply, err := api.Do(t.Context(), call.Request{Path: "list"}, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, reply.Status)
	require.NotNil(t, client)
	require.EqualValues(t, 2, vendor.asked.Load())
	require.EqualValues(t, 3, vendor.called.Load())
}

func TestLocate_DoesNotRetryIfTheAPIDidNotMove(t *testing.T) {
	t.Parallel()
	vendor := newMover(t)
	stuck := func(ctx context.Context) (*call.Client, error) {
		vendor.asked.Add(1)
		return call.New(call.Config{Vendor: "Acme", BaseURL: vendor.server.URL + "/elsewhere", HTTP: vendor.http, Rejected: rejected})
	}
	_, reply, err := call.Locate(http.StatusGone, stuck).Do(t.Context(), call.Request{Path: "list"}, nil)
	requireFailure(t, err, vendors.BadResponse)
	require.Equal(t, http.StatusGone, reply.Status)
	require.EqualValues(t, 2, vendor.asked.Load())
	require.EqualValues(t, 1, vendor.called.Load())
}

func TestLocate_ReturnsTheErrorIfTheAPICannotBeFound(t *testing.T) {
	t.Parallel()
	vendor := newMover(t)
	lost := errors.New("lost")
	once := func(ctx context.Context) (*call.Client, error) {
		if vendor.asked.Load() > 0 {
			return nil, lost
		}
		return vendor.find(ctx)
	}
	api := call.Locate(http.StatusGone, once)
	vendor.place.Store("/one")
	_, _, err := api.Do(t.Context(), call.Request{Path: "list"}, nil)
	require.NoError(t, err)
	vendor.place.Store("/two")
	_, _, err = api.Do(t.Context(), call.Request{Path: "list"}, nil)
	requireFailure(t, err, vendors.BadResponse) // the error of the call itself
	client, _, err := api.Do(t.Context(), call.Request{Path: "list"}, nil)
	require.ErrorIs(t, err, lost, "the old address is no longer used")
	require.Nil(t, client)
}

func TestTrusted_AcceptsTheSameServerAndVendorDomains(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		base, address string
		trusted       bool
	}{
		{"https://acme.vendor.example", "https://acme.vendor.example/auth", true},
		{"https://acme.vendor.example", "https://acme.vendor.example:443/auth", true},
		{"https://acme.vendor.example", "https://auth.vendor.example", true},
		{"https://support.acme.test", "https://AUTH.Vendor.Example/auth", true},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080/auth", true},
		{"https://acme.vendor.example", "http://acme.vendor.example/auth", false},
		{"https://acme.vendor.example", "https://acme.vendor.example:8443/auth", false},
		{"https://acme.vendor.example", "https://vendor.example/auth", false},
		{"https://acme.vendor.example", "https://evilvendor.example/auth", false},
		{"https://acme.vendor.example", "https://auth.vendor.example.test/auth", false},
		{"https://acme.vendor.example", "https://me@auth.vendor.example/auth", false},
		{"https://acme.vendor.example", "/auth", false},
		{"https://acme.vendor.example", "", false},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8081/auth", false},
		{"https://acme.vendor.example", "https:auth.vendor.example", false},
		{"https://acme.vendor.example", "https://[::1/", false},
	} {
		client, err := call.New(call.Config{Vendor: "Acme", BaseURL: test.base, HTTP: &http.Client{}})
		require.NoError(t, err)
		err = client.Trust(test.address, "vendor.example")
		if test.trusted {
			require.NoError(t, err, test.address)
			continue
		}
		requireFailure(t, err, vendors.BadResponse)
	}
}

func TestClient_ErrorOmitsCredentialsInThePath(t *testing.T) {
	t.Parallel()
	client := newClient(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	_, err := client.Get(t.Context(), "/login/"+strings.ReplaceAll(secret, "/", "%2F"), nil, nil)
	failure := requireFailure(t, err, vendors.BadResponse)
	require.Contains(t, failure.Error(), "GET /base/login/[removed]")
}

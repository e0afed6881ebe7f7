package vendortest

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// Fuzz lets a vendor send any response: the connector must return usable rows or an error that can
// be shown.
func Fuzz(f *testing.F, c Case) {
	f.Helper()
	for _, seed := range append([]string{``, `null`, `[]`, `{}`, `{"data":[{}]}`, `[{"id":1e400,"name":[]}]`, `"\ud800"`}, honest(f, c)) {
		f.Add(http.StatusOK, seed)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 599 {
			t.Skip("not a final HTTP status")
		}
		vendor, _ := sim.New(c.Descriptor.Application)
		vendor.Inject(sim.Reply(status, "application/json", body))
		page, err := direct(t, c, vendor).Organizations(t.Context(), "")
		if err != nil {
			var failure *vendors.Error
			require.ErrorAs(t, err, &failure)
			require.NotEmpty(t, failure.Message)
			return
		}
		for _, organization := range page.Organizations {
			require.NotEmpty(t, organization.RemoteID)
			require.NotEmpty(t, organization.Name)
		}
	})
}

// honest returns the vendor's real response for a short list: the best seed there is.
func honest(f *testing.F, c Case) string {
	f.Helper()
	vendor, found := sim.New(c.Descriptor.Application)
	require.True(f, found)
	vendor.Set(Organizations(c, 3))
	tap := &inProcess{handler: vendor}
	source, err := c.Descriptor.Open(vendors.Config{BaseURL: "http://vendor.example", Credentials: vendor.Credentials(), Client: &http.Client{Transport: tap}})
	require.NoError(f, err)
	_, err = source.Organizations(context.Background(), "")
	require.NoError(f, err)
	return tap.last
}

func direct(t *testing.T, c Case, vendor *sim.Server) vendors.Source {
	t.Helper()
	source, err := c.Descriptor.Open(vendors.Config{
		BaseURL: "http://vendor.example", Credentials: vendor.Credentials(), Client: &http.Client{Transport: &inProcess{handler: vendor}},
	})
	require.NoError(t, err)
	return source
}

// inProcess is a transport without a network, which would be too slow for fuzzing.
type inProcess struct {
	handler http.Handler
	last    string
}

func (p *inProcess) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := request.Context().Err(); err != nil {
		return nil, errors.Join(err, request.Body.Close())
	}
	recorder := httptest.NewRecorder()
	p.handler.ServeHTTP(recorder, request)
	p.last = recorder.Body.String()
	return recorder.Result(), nil
}

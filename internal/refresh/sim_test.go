package refresh

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/catalog"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// sourceFunc opens every integration the same way.
type sourceFunc func() (vendors.Source, error)

func (open sourceFunc) VendorKey(context.Context, uuid.UUID, uuid.UUID) (string, error) {
	return "", nil
}

func (open sourceFunc) OpenSource(context.Context, uuid.UUID, uuid.UUID) (vendors.Source, error) {
	return open()
}

// simulate makes the bench's worker read a simulated vendor through its real connector until the test ends. A request
// is aborted when the simulator signals on hanging.
func (b *bench) simulate(application vendors.Application, hanging <-chan struct{}) *sim.Server {
	b.t.Helper()
	server, found := sim.New(application)
	require.True(b.t, found)
	listener := httptest.NewServer(server)
	b.t.Cleanup(listener.Close)
	b.t.Cleanup(server.Close) // ends requests that a fault blocks, before the listener waits for them
	client := &http.Client{
		Transport:     impatient{&http.Transport{}, hanging},
		Timeout:       time.Minute, // no test depends on the speed of the machine
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	b.t.Cleanup(client.CloseIdleConnections)
	descriptor, found := catalog.All().Lookup(application)
	require.True(b.t, found)
	b.worker.sources = sourceFunc(func() (vendors.Source, error) {
		source, err := descriptor.Open(vendors.Config{BaseURL: listener.URL, Credentials: server.Credentials(), Client: client})
		if modular, is := source.(vendors.ModuleSource); is {
			return modular.Module("3"), err
		}
		return source, err
	})
	return server
}

// impatient is a transport that times out exactly when the vendor signals that a request hangs.
type impatient struct {
	*http.Transport
	hanging <-chan struct{}
}

func (i impatient) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, giveUp := context.WithCancelCause(request.Context())
	defer giveUp(nil)
	over := make(chan struct{})
	defer close(over)
	go func() {
		select {
		case <-i.hanging:
			giveUp(context.DeadlineExceeded)
		case <-over:
		}
	}()
	response, err := i.Transport.RoundTrip(request.WithContext(ctx))
	if err != nil {
		return nil, errors.Join(err, context.Cause(ctx))
	}
	body, err := io.ReadAll(response.Body) // ends with ctx
	response.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
	return response, nil
}

// failing is the end of a body.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, cmp.Or(f.err, io.EOF) }

func simulatedList(count int) []vendors.Organization {
	list := make([]vendors.Organization, count)
	for i := range list {
		list[i] = vendors.Organization{RemoteID: fmt.Sprint(1000 + i), Name: fmt.Sprintf("Client %d", i)}
	}
	return list
}

func TestWorker_WithASimulatedVendor(t *testing.T) {
	t.Parallel()
	db := openDatabase(t)
	const (
		organizations = 200
		onAPage       = 50
	)
	// Vendors without a total are read to the end, whatever else they say.
	totals := map[vendors.Application]bool{
		vendors.ApplicationITGlue: true, vendors.ApplicationDattoRMM: true, vendors.ApplicationHaloPSA: true,
		vendors.ApplicationVSAX: true, vendors.ApplicationKaseyaBMS: true,
	}
	cases := map[string]struct {
		faults []sim.Fault
		state  State
		code   FailureCode
	}{
		"without faults":                       {nil, StateSucceeded, ""},
		"a rejected key":                       {[]sim.Fault{sim.Rejected()}, StateFailed, CredentialsRejected},
		"a key rejected during the walk":       {[]sim.Fault{sim.Rejected().At(3)}, StateFailed, CredentialsRejected},
		"a token that expires during the walk": {[]sim.Fault{sim.Expired().At(3).Times(1)}, StateSucceeded, ""},
		"two outages of a page":                {[]sim.Fault{sim.Status(503).At(2).Times(2)}, StateSucceeded, ""},
		"a permanent outage":                   {[]sim.Fault{sim.Status(503).At(2)}, StateFailed, VendorUnavailable},
		"throttled once":                       {[]sim.Fault{sim.Throttled("2").At(2).Times(1)}, StateSucceeded, ""},
		"throttled for an hour":                {[]sim.Fault{sim.Throttled("3600").At(2)}, StateFailed, RateLimited},
		"a page that is not JSON":              {[]sim.Fault{sim.HTML().At(2)}, StateFailed, BadResponse},
		"a truncated page":                     {[]sim.Fault{sim.Truncated().At(2)}, StateFailed, BadResponse},
		"a response of another kind":           {[]sim.Fault{sim.WrongJSON().At(2)}, StateFailed, BadResponse},
		"an empty list":                        {[]sim.Fault{sim.Empty()}, StateNeedsReview, ""},
		"a page that is empty once":            {[]sim.Fault{sim.Empty().At(3).Times(1)}, StateSucceeded, ""},
		"a total that is never reached":        {[]sim.Fault{sim.Total(7)}, StateNeedsReview, ""},
		"a list that changes once":             {[]sim.Fault{sim.Shrunk(1).At(2).Times(1)}, StateSucceeded, ""},
		"a loop":                               {[]sim.Fault{sim.Loop()}, StateFailed, BadResponse},
		"a page that hangs once":               {nil, StateSucceeded, ""}, // its fault is added below
		"rows that come twice":                 {[]sim.Fault{sim.Duplicates()}, StateSucceeded, ""},
		"rows without an id":                   {[]sim.Fault{sim.NullIDs()}, StateSucceeded, ""},
		"rows without a name":                  {[]sim.Fault{sim.NullNames()}, StateSucceeded, ""},
		"names of 100 kB":                      {[]sim.Fault{sim.HugeNames()}, StateSucceeded, ""},
	}
	for _, descriptor := range catalog.All().All() {
		application := descriptor.Application
		for name, one := range cases {
			if name == "a total that is never reached" && !totals[application] {
				one.state = StateSucceeded
			}
			t.Run(string(application)+": "+name, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, db)
				integration := b.integration()
				hanging := make(chan struct{}, 1)
				server := b.simulate(application, hanging)
				server.SetLimit(sim.Limit{})
				server.SetPageLimit(onAPage)
				server.Set(simulatedList(organizations))
				first := b.refresh(integration)
				require.Equal(t, StateSucceeded, first.State, "%+v", first.Failure())
				require.Equal(t, organizations, first.Added)
				server.Clear()

				server.Inject(one.faults...)
				if name == "a page that hangs once" {
					server.Inject(sim.HangAndTell(hanging).At(2).Times(1))
				}
				run := b.refresh(integration)
				require.Equal(t, one.state, run.State, "%+v", run.Failure())
				if one.code != "" {
					require.Equal(t, one.code, run.Failure().Code, run.Failure().Message)
				}
				list := b.list(integration)
				require.Len(t, list, organizations)
				for id := range list {
					require.NotContains(t, list[id], "(gone)", "a vendor's fault loses no data")
				}
				require.LessOrEqual(t, server.Count(sim.List), 30, "the vendor is not flooded")
			})
		}
	}
}

package refresh

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/pace"
	"github.com/orgmap/orgmap/internal/vendors"
)

// pacedSources maps integrations to vendors, each of which counts the calls of one key.
type pacedSources struct {
	of     map[uuid.UUID]*pacedVendor
	pages  int
	waited atomic.Int64 // nanoseconds that calls waited for their turn
}

// watched returns ctx with the waiting time recorded.
func (s *pacedSources) watched(ctx context.Context) context.Context {
	return vendors.WithWaits(ctx, func() (over func()) {
		resume, began := vendors.BeginWait(ctx), time.Now()
		return func() {
			s.waited.Add(int64(time.Since(began)))
			resume()
		}
	})
}

// pacedVendor answers at once and records when it was called.
type pacedVendor struct {
	key, url string
	limits   vendors.Limits

	mutex          sync.Mutex // protects the fields below
	inFlight, most int
	at             []time.Time
}

func newPacedVendor(t *testing.T, key string, limits vendors.Limits) *pacedVendor {
	t.Helper()
	v := &pacedVendor{key: key, limits: limits}
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	v.url = server.URL
	return v
}

func (v *pacedVendor) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	v.mutex.Lock()
	v.inFlight++
	v.most, v.at = max(v.most, v.inFlight), append(v.at, time.Now())
	v.mutex.Unlock()
	defer func() {
		v.mutex.Lock()
		defer v.mutex.Unlock()
		v.inFlight--
	}()
	_ = json.NewEncoder(w).Encode("here")
}

// requireKept checks the recorded calls against the vendor's limits.
func (v *pacedVendor) requireKept(t *testing.T) {
	t.Helper()
	v.mutex.Lock()
	defer v.mutex.Unlock()
	require.LessOrEqual(t, v.most, v.limits.InFlight, v.key)
	for i, first := range v.at {
		end := slices.IndexFunc(v.at[i:], func(at time.Time) bool { return at.Sub(first) >= v.limits.Per })
		if end < 0 {
			end = len(v.at) - i
		}
		require.LessOrEqual(t, end, v.limits.Calls, "%s: calls within %s", v.key, v.limits.Per)
	}
}

// pacedSource reads its vendor's pages, each when it is its turn.
type pacedSource struct {
	*pacedSources
	vendor *pacedVendor
	client *http.Client
}

func (s pacedSource) Verify(context.Context) error { return nil }

func (s pacedSource) Organizations(ctx context.Context, cursor string) (vendors.Page, error) {
	request, err := http.NewRequestWithContext(s.watched(ctx), http.MethodGet, s.vendor.url, http.NoBody)
	if err != nil {
		return vendors.Page{}, err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return vendors.Page{}, err
	}
	if err := response.Body.Close(); err != nil {
		return vendors.Page{}, err
	}
	number, _ := strconv.Atoi(cursor) // "" is the first page
	page := vendors.Page{Organizations: []vendors.Organization{{RemoteID: strconv.Itoa(number), Name: "Client"}}, Total: &s.pages}
	if number+1 < s.pages {
		page.Next = strconv.Itoa(number + 1)
	}
	return page, nil
}

// pacedServer is what one server's worker opens. Each server has its own pacer.
type pacedServer struct {
	*pacedSources
	pacer  *pace.Pacer
	client *http.Client
}

func (s pacedServer) VendorKey(_ context.Context, _, integration uuid.UUID) (string, error) {
	return s.of[integration].key, nil
}

func (s pacedServer) OpenSource(_ context.Context, _, integration uuid.UUID) (vendors.Source, error) {
	v := s.of[integration]
	return pacedSource{s.pacedSources, v, s.pacer.Client([]byte(v.key), vendors.ApplicationHudu, v.limits, s.client)}, nil
}

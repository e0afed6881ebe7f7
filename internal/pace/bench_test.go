package pace_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/pace"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

// prompt answers at once, without a network.
type prompt struct{}

func (prompt) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

// BenchmarkTurn measures what the shared limits cost a call: getting its turn and releasing its slot.
func BenchmarkTurn(b *testing.B) {
	db, err := pg.Open(b.Context(), dbtest.Database(b), pg.Options{MaxConnections: 6})
	require.NoError(b, err)
	b.Cleanup(db.Close)
	client := pace.New(pace.Options{DB: db}).Client([]byte("key"), vendors.ApplicationHudu, vendors.Limits{}, &http.Client{Transport: prompt{}})
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "http://vendor.example", http.NoBody)
	require.NoError(b, err)
	for b.Loop() {
		response, err := client.Do(request)
		require.NoError(b, err)
		require.NoError(b, response.Body.Close())
	}
}

package call

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestKaseyaLife_UsesTheVendorsClock(t *testing.T) {
	t.Parallel()
	header := http.Header{"Date": {"Mon, 30 Jun 2025 18:00:00 GMT"}}
	for until, want := range map[string]time.Duration{
		"2025-06-30T19:00:00Z":         time.Hour,
		"2025-06-30T21:00:00.1234567Z": 3*time.Hour + 123456700*time.Nanosecond,
		"2025-06-30T14:30:00-04:00":    30 * time.Minute,
		"2025-06-30T19:00:00":          time.Hour,
		"2025-06-30T19:00:00.5":        time.Hour + 500*time.Millisecond,
		"2025-06-30T17:00:00Z":         -time.Hour,
		"":                             0,
		"in an hour":                   0,
		"/Date(1751313600000)/":        0,
	} {
		require.Equal(t, want, kaseyaLife(header, until), until)
	}
	ahead := time.Now().Add(time.Hour).Format(time.RFC3339)
	require.InDelta(t, time.Hour, kaseyaLife(http.Header{}, ahead), float64(time.Minute), "without a Date header, our own clock is used")
}

func TestKaseyaStatus_ReadsErrorsInSuccessfulResponses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status int
		body   string
		want   int
	}{
		{200, `{"success":true}`, 200},
		{200, `{"result":[]}`, 200},
		{200, `no JSON`, 200},
		{502, `{"success":false,"error":{"code":401}}`, 502},
		{200, `{"success":false}`, 400},
		{200, `{"success":false,"error":{"code":404}}`, 404},
		{200, `{"success":false,"error":{"code":200,"message":"You are not authorized"}}`, 401},
		{200, `{"Success":false,"Error":{"Code":7,"Details":"Rate limit of 1500 calls reached"}}`, 429},
		{200, `{"success":"false","error":[]}`, 400},
	} {
		require.Equal(t, test.want, kaseyaStatus(Reply{Status: test.status, Body: []byte(test.body)}), test.body)
	}
}

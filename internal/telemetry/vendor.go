package telemetry

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Calls returns client with its calls counted under the application's name.
func (m *Metrics) Calls(application string, client *http.Client) *http.Client {
	counted := *client
	counted.Transport = vendorTransport{metrics: m, application: application, next: client.Transport}
	return &counted
}

type vendorTransport struct {
	metrics     *Metrics
	application string
	next        http.RoundTripper
}

func (t vendorTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	began := time.Now()
	response, err := t.next.RoundTrip(request)
	t.metrics.vendorTime.WithLabelValues(t.application).Observe(time.Since(began).Seconds())
	t.metrics.vendorCalls.WithLabelValues(t.application, outcome(response, err)).Inc()
	return response, err
}

// VendorWaited records how long a call waited before it was sent, or given up because the vendor had asked to wait.
func (m *Metrics) VendorWaited(application string, waited time.Duration, paused bool) {
	m.vendorWaits.WithLabelValues(application).Observe(waited.Seconds())
	pauses := m.vendorPauses.WithLabelValues(application) // appears as zero from the first call on
	if paused {
		pauses.Inc()
	}
}

func outcome(response *http.Response, err error) string {
	var network net.Error
	switch {
	case err == nil:
		return strconv.Itoa(response.StatusCode)
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "timeout"
	default:
		return "unreachable"
	}
}

// CloseIdleConnections lets http.Client.CloseIdleConnections reach the connections.
func (t vendorTransport) CloseIdleConnections() {
	if closer, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

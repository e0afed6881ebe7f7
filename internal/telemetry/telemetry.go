// Package telemetry measures what an operator needs to know: requests, operations, vendor calls, runs, the connection
// pool, sockets, and the delay of notifications. It depends on no other part of Orgmap: the server calls it.
package telemetry

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

const namespace = "orgmap"

// Histogram buckets, in seconds. Responses take milliseconds, vendors take seconds, and changes must arrive within five
// seconds.
var (
	answerBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	vendorBuckets = []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 15, 30}
	waitBuckets   = []float64{.005, .025, .1, .5, 1, 5, 15, 60, 300}
	delayBuckets  = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2, 3, 5, 10, 30}
)

// Metrics holds the server's own metrics. The live feeds register theirs themselves.
type Metrics struct {
	requests       *prometheus.CounterVec
	operations     *prometheus.CounterVec
	operationTime  *prometheus.HistogramVec
	vendorCalls    *prometheus.CounterVec
	vendorTime     *prometheus.HistogramVec
	vendorWaits    *prometheus.HistogramVec
	vendorPauses   *prometheus.CounterVec
	runsEnded      *prometheus.CounterVec
	runTime        *prometheus.HistogramVec
	socketsClosed  *prometheus.CounterVec
	pushed         prometheus.Counter
	journalDelay   prometheus.Histogram
	scrapeFailures prometheus.Counter
}

// New registers the metrics.
func New(registerer prometheus.Registerer) *Metrics {
	factory := promauto.With(registerer)
	counters := func(name, help string, labels ...string) *prometheus.CounterVec {
		return factory.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
	}
	histograms := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		return factory.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: buckets}, labels)
	}
	m := &Metrics{
		requests:      counters("http_requests_total", "HTTP requests served; a stream is counted when it ends.", "route", "status"),
		operations:    counters("graphql_operations_total", "Queries and mutations executed and subscription events sent; outcome is ok or the code of the first error.", "type", "outcome"),
		operationTime: histograms("graphql_operation_seconds", "Time from the start of a query or mutation to its response.", answerBuckets, "type"),
		vendorCalls:   counters("vendor_calls_total", "HTTP calls to vendors; outcome is the response status, or the reason why there was no response.", "application", "outcome"),
		vendorTime:    histograms("vendor_call_seconds", "Time from the start of a vendor call to the headers of its response.", vendorBuckets, "application"),
		vendorWaits:   histograms("vendor_wait_seconds", "Time that vendor calls waited for the rate limits that all servers share.", waitBuckets, "application"),
		vendorPauses:  counters("vendor_pauses_total", "Calls not made because the vendor had told one of the servers to wait.", "application"),
		runsEnded:     counters("refresh_runs_ended_total", "Refresh runs that ended on this server.", "state", "failure"),
		runTime:       histograms("refresh_run_seconds", "Time from the request of a refresh run to its end.", prometheus.ExponentialBuckets(.25, 2, 13), "state"),
		pushed: factory.NewCounter(prometheus.CounterOpts{
			Namespace: namespace, Name: "events_pushed_total", Help: "Events sent to websockets that share one encoded event.",
		}),
		socketsClosed: counters("sockets_closed_total", "Websockets closed; stalled means that the client stopped reading and was dropped.", "reason"),
		journalDelay: factory.NewHistogram(prometheus.HistogramOpts{
			Namespace: namespace, Name: "journal_delay_seconds", Help: "Time from the commit of a change to its arrival in this server's feed.", Buckets: delayBuckets,
		}),
		scrapeFailures: factory.NewCounter(prometheus.CounterOpts{
			Namespace: namespace, Name: "scrape_failures_total", Help: "Scrapes that could not read refresh runs from Postgres.",
		}),
	}
	// Start at zero what has not happened yet, so that an alert can tell it from a wrong metric name.
	m.socketsClosed.WithLabelValues("stalled")
	for _, kind := range []string{"query", "mutation", "subscription"} {
		m.operations.WithLabelValues(kind, "ok")
	}
	for _, state := range []string{"SUCCEEDED", "NEEDS_REVIEW", "CANCELLED"} {
		m.runsEnded.WithLabelValues(state, "")
	}
	return m
}

// Request counts an HTTP request.
func (m *Metrics) Request(route string, status int) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
}

// Operation counts a response or a subscription's event. It does not time events, which are mostly waiting. code is the
// first error's code, or "" if there is none.
func (m *Metrics) Operation(kind, code string, took time.Duration) {
	if code == "" {
		code = "ok"
	}
	m.operations.WithLabelValues(kind, code).Inc()
	if kind == "query" || kind == "mutation" {
		m.operationTime.WithLabelValues(kind).Observe(took.Seconds())
	}
}

// RunEnded counts a run in its final state. failure is its code, or "" if there is none; took is the time since its
// request.
func (m *Metrics) RunEnded(state, failure string, took time.Duration) {
	m.runsEnded.WithLabelValues(state, failure).Inc()
	m.runTime.WithLabelValues(state).Observe(took.Seconds())
}

// Pushed counts events that were built for one subscriber and sent to another as well.
func (m *Metrics) Pushed(events int) { m.pushed.Add(float64(events)) }

// SocketClosed counts a WebSocket that was closed.
func (m *Metrics) SocketClosed(reason string) { m.socketsClosed.WithLabelValues(reason).Inc() }

// lateAfter is the age from which a change is not counted as late: a client is catching up from long ago.
const lateAfter = time.Minute

// ChangeArrived observes how old a change is when this server reads it.
func (m *Metrics) ChangeArrived(age time.Duration) {
	if age < lateAfter {
		m.journalDelay.Observe(max(age, 0).Seconds()) // clocks differ slightly
	}
}

package live

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// metrics counts what the hub carries and what Logs and Latests deliver.
type metrics struct {
	gaps       prometheus.Counter
	reconnects prometheus.Counter
	garbage    prometheus.Counter
	pruned     prometheus.Counter
	merged     prometheus.Counter
	dropped    *prometheus.CounterVec

	subscribers *prometheus.GaugeVec
	delivered   *prometheus.CounterVec
	coalesced   *prometheus.CounterVec
	fallback    *prometheus.CounterVec
	catchUps    prometheus.Counter
	failures    *prometheus.CounterVec
}

// newMetrics registers with registerer; if it is nil, nothing is registered.
func newMetrics(registerer prometheus.Registerer) *metrics {
	factory := promauto.With(registerer)
	counter := func(name, help string) prometheus.Counter {
		return factory.NewCounter(prometheus.CounterOpts{Namespace: "orgmap", Subsystem: "live", Name: name, Help: help})
	}
	counters := func(name, help, label string) *prometheus.CounterVec {
		return factory.NewCounterVec(prometheus.CounterOpts{Namespace: "orgmap", Subsystem: "live", Name: name, Help: help}, []string{label})
	}
	m := &metrics{
		gaps:       counter("gaps_total", "Account channels that were subscribed again after a reconnect; notifications sent in between may be lost."),
		reconnects: counter("reconnects_total", "Reconnects of the subscription connection to Redis."),
		garbage:    counter("garbage_total", "Messages ignored because they are not notifications."),
		pruned:     counter("pruned_total", "Readers whose cursor is older than the journal, so they had to start over."),
		merged:     counter("publish_merged_total", "Notifications replaced by a later one before they were published."),
		dropped:    counters("publish_dropped_total", "Notifications that were not published.", "reason"),
		subscribers: factory.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: "orgmap", Subsystem: "live", Name: "subscribers", Help: "Open subscriptions.",
		}, []string{"kind"}),
		delivered: counters("delivered_total", "Events delivered to subscribers, including those that share another subscriber's reads.", "kind"),
		coalesced: counters("coalesced_total", "Sequences replaced by a higher one before they were loaded.", "kind"),
		fallback:  counters("fallback_catches_total", "Feeds found to be behind by polling the source, not by a notification.", "kind"),
		catchUps:  counter("catch_up_reads_total", "Journal reads for a single reader that is late or slow."),
		failures:  counters("source_failures_total", "Failed reads of the source, each of which is retried.", "kind"),
	}
	// Counters start at zero, because an alert cannot tell a missing metric from a healthy one.
	for _, reason := range []string{"full", "failed"} {
		m.dropped.WithLabelValues(reason)
	}
	return m
}

// begin makes the metrics of a kind of reader appear as zero.
func (m *metrics) begin(kind string) {
	m.subscribers.WithLabelValues(kind)
	for _, counters := range []*prometheus.CounterVec{m.delivered, m.coalesced, m.fallback, m.failures} {
		counters.WithLabelValues(kind)
	}
}

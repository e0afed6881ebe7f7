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
		gaps:       counter("gaps_total", "Account channels that were confirmed anew: news before that may be lost."),
		reconnects: counter("reconnects_total", "Times the subscription connection was replaced."),
		garbage:    counter("garbage_total", "Messages that were no news and were ignored."),
		pruned:     counter("pruned_total", "Readers told that the journal cannot go on from where they stood."),
		merged:     counter("publish_merged_total", "Pieces of news that a later one replaced before they were published."),
		dropped:    counters("publish_dropped_total", "Pieces of news not published.", "reason"),
		subscribers: factory.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: "orgmap", Subsystem: "live", Name: "subscribers", Help: "Open readers.",
		}, []string{"kind"}),
		delivered: counters("delivered_total", "Events handed to subscribers, those included whom another one reads for.", "kind"),
		coalesced: counters("coalesced_total", "Sequences heard of that a higher one replaced before they were loaded.", "kind"),
		fallback:  counters("fallback_catches_total", "Feeds found behind by comparing with the source rather than by news.", "kind"),
		catchUps:  counter("catch_up_reads_total", "Reads of the journal for one reader alone, late or slow."),
		failures:  counters("source_failures_total", "Reads of the source that failed and were tried again.", "kind"),
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

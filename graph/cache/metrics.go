package cache

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	hits, misses, volatile prometheus.Counter
	evicted, outdated      prometheus.Counter
	bytes, entries         prometheus.Gauge
}

func newMetrics(registerer prometheus.Registerer) *metrics {
	factory := promauto.With(registerer)
	queries := factory.NewCounterVec(prometheus.CounterOpts{
		Name: "orgmap_cache_queries_total",
		Help: "Queries by cache result: hit, miss, or volatile for queries that select fields the journal does not cover.",
	}, []string{"result"})
	removed := factory.NewCounterVec(prometheus.CounterOpts{
		Name: "orgmap_cache_removed_total", Help: "Responses removed from the cache: evicted to make room, or outdated by a write.",
	}, []string{"reason"})
	gauge := func(name, help string) prometheus.Gauge {
		return factory.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	return &metrics{
		hits: queries.WithLabelValues("hit"), misses: queries.WithLabelValues("miss"), volatile: queries.WithLabelValues("volatile"),
		evicted: removed.WithLabelValues("evicted"), outdated: removed.WithLabelValues("outdated"),
		bytes:   gauge("orgmap_cache_bytes", "Bytes of the cached responses."),
		entries: gauge("orgmap_cache_answers", "Cached responses."),
	}
}

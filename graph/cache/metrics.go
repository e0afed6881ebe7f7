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
		Help: "Queries by what the cache had for them: hit, miss, or volatile where they ask for what the journal does not cover.",
	}, []string{"result"})
	removed := factory.NewCounterVec(prometheus.CounterOpts{
		Name: "orgmap_cache_removed_total", Help: "Answers that the cache let go: evicted for want of room, or outdated by a write.",
	}, []string{"reason"})
	gauge := func(name, help string) prometheus.Gauge {
		return factory.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	return &metrics{
		hits: queries.WithLabelValues("hit"), misses: queries.WithLabelValues("miss"), volatile: queries.WithLabelValues("volatile"),
		evicted: removed.WithLabelValues("evicted"), outdated: removed.WithLabelValues("outdated"),
		bytes:   gauge("orgmap_cache_bytes", "Bytes that the kept answers take."),
		entries: gauge("orgmap_cache_answers", "Answers that are kept."),
	}
}

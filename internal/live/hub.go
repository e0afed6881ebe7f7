package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
)

// defaultHeartbeat is how often the hub publishes to itself. Three unheard mean a dead connection: six seconds is
// well below what a kernel needs to notice, and the fallback serves everybody meanwhile.
const defaultHeartbeat = 2 * time.Second

// HubOptions sets a hub up; the zero value is fit for use.
type HubOptions struct {
	Logger     *slog.Logger          // nil: slog.Default()
	Registerer prometheus.Registerer // nil: metrics are counted and not shown
	Heartbeat  time.Duration         // between two heartbeats; 0: 2 s
	// Published is told of each batch of news that was sent to Redis, and how that went; nil: nobody is.
	Published func(batch []News, began time.Time, err error)
}

// shardLines is how many subscription connections a process holds to a Redis cluster. Sharded news pass through the servers of
// one slot alone, and a connection holds channels of one slot; the slots of these lines lie a quarter of the cluster apart.
const shardLines = 4

// Hub carries news between processes over one Redis subscription connection, however many accounts are watched, and over shardLines
// of them where Redis is a cluster.
type Hub struct {
	client    redis.UniversalClient
	logger    *slog.Logger
	metrics   *metrics
	heartbeat time.Duration
	published func(batch []News, began time.Time, err error) // nil: nobody is told
	outbox    outbox
	sharded   bool
	lines     []*line

	mu        sync.Mutex // protects listeners; never held while one is called
	listeners []listener // append only
}

// listener is told what the hub hears. It must not block.
type listener interface {
	hear(News)      // something was committed
	miss(uuid.UUID) // news of this account may have been lost: compare with the source
}

// NewHub makes a hub on client, which should have redis.Options.ContextTimeoutEnabled: else a Redis that hangs holds news up for longer.
// Nothing is carried between processes until Run.
func NewHub(client redis.UniversalClient, options HubOptions) *Hub {
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	if options.Heartbeat <= 0 {
		options.Heartbeat = defaultHeartbeat
	}
	_, sharded := client.(*redis.ClusterClient)
	h := &Hub{
		client:    client,
		logger:    options.Logger,
		metrics:   newMetrics(options.Registerer),
		heartbeat: options.Heartbeat,
		published: options.Published,
		sharded:   sharded,
		outbox:    newOutbox(),
	}
	if !sharded {
		h.lines = []*line{newLine(h, plainChannels(), "orgmap:heartbeat:")}
		return h
	}
	for n := range shardLines {
		in := shardChannels(n)
		h.lines = append(h.lines, newLine(h, in, in.start+"heartbeat:"))
	}
	return h
}

// lineOf is the line of an account, the same in every process.
func (h *Hub) lineOf(accountID uuid.UUID) *line {
	return h.lines[int(accountID[len(accountID)-1])%len(h.lines)]
}

// Run carries news until ctx ends, then returns nil. It outlives any failure of Redis.
func (h *Hub) Run(ctx context.Context) error {
	var both sync.WaitGroup
	both.Go(func() { h.keepPublishing(ctx) })
	for _, each := range h.lines {
		both.Go(func() { each.keepSubscribed(ctx) })
	}
	both.Wait()
	return nil
}

// Announce tells this process at once and the others soon; call it after the commit. It never blocks and never fails:
// what is lost on the way, the others find by comparing with the source.
func (h *Hub) Announce(news News) {
	h.dispatch(news)
	merged, taken := h.outbox.put(news)
	if merged {
		h.metrics.merged.Inc()
	}
	if !taken {
		h.metrics.dropped.WithLabelValues("full").Inc()
	}
}

func (h *Hub) dispatch(news News) {
	for _, each := range h.audience() {
		if news.Position == 0 && news.RunID == uuid.Nil {
			each.miss(news.AccountID)
		} else {
			each.hear(news)
		}
	}
}

func (h *Hub) audience() []listener {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.listeners
}

func (h *Hub) listen(l listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listeners = append(h.listeners, l)
}

// watch asks for an account's news; every call is undone by one call of unwatch.
func (h *Hub) watch(accountID uuid.UUID) { h.lineOf(accountID).adjust(accountID, 1) }

func (h *Hub) unwatch(accountID uuid.UUID) { h.lineOf(accountID).adjust(accountID, -1) }

// signal wakes the one who waits on wake, a channel of capacity 1, now or when it next looks.
func signal(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

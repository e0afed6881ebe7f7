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

// Hub carries news between processes over one Redis subscription connection, however many accounts are watched.
type Hub struct {
	client    redis.UniversalClient
	logger    *slog.Logger
	metrics   *metrics
	heartbeat time.Duration
	published func(batch []News, began time.Time, err error) // nil: nobody is told
	pulse     string                                         // the channel of this hub's own heartbeat
	outbox    outbox
	changed   chan struct{} // signals touched

	mu        sync.Mutex             // protects what follows; never held while a listener or Redis is called
	listeners []listener             // append only
	watched   map[uuid.UUID]int      // accounts somebody listens to, with how many do
	touched   map[uuid.UUID]struct{} // accounts to subscribe to or to unsubscribe from
	sent      map[uuid.UUID]bool     // accounts subscribed to on the present connection; true: confirmed
	heard     time.Time              // when the last heartbeat came back, or the connection was made
	silent    bool                   // a dead connection was logged, its return was not
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
	return &Hub{
		client:    client,
		logger:    options.Logger,
		metrics:   newMetrics(options.Registerer),
		heartbeat: options.Heartbeat,
		published: options.Published,
		pulse:     "orgmap:heartbeat:" + uuid.NewString(),
		outbox:    newOutbox(),
		watched:   map[uuid.UUID]int{},
		touched:   map[uuid.UUID]struct{}{},
		sent:      map[uuid.UUID]bool{},
		changed:   make(chan struct{}, 1),
	}
}

// Run carries news until ctx ends, then returns nil. It outlives any failure of Redis.
func (h *Hub) Run(ctx context.Context) error {
	var both sync.WaitGroup
	both.Go(func() { h.keepPublishing(ctx) })
	both.Go(func() { h.keepSubscribed(ctx) })
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
func (h *Hub) watch(accountID uuid.UUID) { h.adjust(accountID, 1) }

func (h *Hub) unwatch(accountID uuid.UUID) { h.adjust(accountID, -1) }

func (h *Hub) adjust(accountID uuid.UUID, by int) {
	h.mu.Lock()
	h.watched[accountID] += by
	if h.watched[accountID] == 0 {
		delete(h.watched, accountID)
	}
	h.touched[accountID] = struct{}{}
	h.mu.Unlock()
	signal(h.changed)
}

// signal wakes the one who waits on wake, a channel of capacity 1, now or when it next looks.
func signal(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

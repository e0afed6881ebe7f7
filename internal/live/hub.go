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

// defaultHeartbeat is how often the hub publishes to itself. Three missed heartbeats mean a dead connection: six
// seconds is far less than a kernel needs to notice, and the fallback serves every subscriber in the meantime.
const defaultHeartbeat = 2 * time.Second

// HubOptions configures a hub. The zero value is ready to use.
type HubOptions struct {
	Logger     *slog.Logger          // nil: slog.Default()
	Registerer prometheus.Registerer // nil: metrics are counted but not exposed
	Heartbeat  time.Duration         // heartbeat interval; 0: 2 s
	// Published is called after each batch of notifications sent to Redis, with the result; may be nil.
	Published func(batch []Notification, began time.Time, err error)
}

// shardConnections is how many subscription connections a process holds to a Redis cluster. Sharded notifications only
// pass through the servers of one slot, and a connection can only hold channels of one slot. The slots of these
// connections are a quarter of the cluster apart.
const shardConnections = 4

// Hub carries notifications between processes. It uses one Redis subscription connection, however many accounts are
// watched, or shardLines connections to a Redis cluster.
type Hub struct {
	client      redis.UniversalClient
	logger      *slog.Logger
	metrics     *metrics
	heartbeat   time.Duration
	published   func(batch []Notification, began time.Time, err error) // may be nil
	outbox      outbox
	sharded     bool
	connections []*connection

	mu        sync.Mutex // protects listeners; never held while a listener is called
	listeners []listener // append only
}

// listener receives the hub's notifications. Its methods must not block.
type listener interface {
	notify(Notification) // something was committed
	miss(uuid.UUID)      // notifications of this account may have been lost: compare with the source
}

// NewHub returns a hub on client. Set redis.Options.ContextTimeoutEnabled on client, or a hanging Redis delays
// notifications longer. Nothing is carried between processes until Run is called.
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
		h.connections = []*connection{newConnection(h, plainChannels(), "orgmap:heartbeat:")}
		return h
	}
	for n := range shardConnections {
		in := shardChannels(n)
		h.connections = append(h.connections, newConnection(h, in, in.start+"heartbeat:"))
	}
	return h
}

// connectionOf returns the account's connection, which is the same in every process.
func (h *Hub) connectionOf(accountID uuid.UUID) *connection {
	return h.connections[int(accountID[len(accountID)-1])%len(h.connections)]
}

// Run carries notifications until ctx ends, then returns nil. It survives any failure of Redis.
func (h *Hub) Run(ctx context.Context) error {
	var both sync.WaitGroup
	both.Go(func() { h.keepPublishing(ctx) })
	for _, each := range h.connections {
		both.Go(func() { each.keepSubscribed(ctx) })
	}
	both.Wait()
	return nil
}

// Announce notifies this process at once and the others soon. Call it after the commit. It never blocks and never
// fails: if a notification is lost, the other processes catch up by comparing with the source.
func (h *Hub) Announce(notification Notification) {
	h.dispatch(notification)
	merged, taken := h.outbox.put(notification)
	if merged {
		h.metrics.merged.Inc()
	}
	if !taken {
		h.metrics.dropped.WithLabelValues("full").Inc()
	}
}

func (h *Hub) dispatch(notification Notification) {
	for _, each := range h.currentListeners() {
		if notification.Position == 0 && notification.RunID == uuid.Nil {
			each.miss(notification.AccountID)
		} else {
			each.notify(notification)
		}
	}
}

func (h *Hub) currentListeners() []listener {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.listeners
}

func (h *Hub) listen(l listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listeners = append(h.listeners, l)
}

// watch subscribes to an account's notifications. Undo each call with one call of unwatch.
func (h *Hub) watch(accountID uuid.UUID) { h.connectionOf(accountID).adjust(accountID, 1) }

func (h *Hub) unwatch(accountID uuid.UUID) { h.connectionOf(accountID).adjust(accountID, -1) }

// signal wakes the goroutine that waits on wake, a channel of capacity 1, now or when it next waits.
func signal(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

package live

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

const (
	missedHeartbeats = 3                // missed heartbeats after which the connection counts as dead
	subscribeChunk   = 1000             // channels per command
	receiveBuffer    = 1024             // messages in go-redis; nearly empty, since receive never blocks
	receiveTimeout   = 10 * time.Second // after which go-redis drops a message; never reached, for the same reason
)

// connection holds one subscription connection, replaced when it dies, and the accounts whose notifications come over
// it.
type connection struct {
	hub              *Hub
	channels         channels
	heartbeatChannel string        // channel of this process's own heartbeat
	changed          chan struct{} // signals pending

	mu            sync.Mutex             // protects the fields below; never held while a listener or Redis is called
	watched       map[uuid.UUID]int      // accounts with listeners, and how many
	pending       map[uuid.UUID]struct{} // accounts to subscribe to or to unsubscribe from
	sent          map[uuid.UUID]bool     // accounts subscribed to on the current connection; true: confirmed
	lastHeartbeat time.Time              // when the last heartbeat came back, or the connection was made
	silent        bool                   // a dead connection was logged, but not its return
}

func newConnection(h *Hub, in channels, heartbeatChannel string) *connection {
	return &connection{
		hub: h, channels: in, heartbeatChannel: heartbeatChannel + uuid.NewString(), changed: make(chan struct{}, 1),
		watched: map[uuid.UUID]int{}, pending: map[uuid.UUID]struct{}{}, sent: map[uuid.UUID]bool{},
	}
}

func (c *connection) adjust(accountID uuid.UUID, by int) {
	c.mu.Lock()
	c.watched[accountID] += by
	if c.watched[accountID] == 0 {
		delete(c.watched, accountID)
	}
	c.pending[accountID] = struct{}{}
	c.mu.Unlock()
	signal(c.changed)
}

// subscribe subscribes to the heartbeat first: go-redis remembers the channel, and in a cluster connects to the
// server of its slot. If it fails, the missing heartbeats show it.
func (c *connection) subscribe(ctx context.Context) *redis.PubSub {
	if c.hub.sharded {
		return c.hub.client.SSubscribe(ctx, c.heartbeatChannel)
	}
	return c.hub.client.Subscribe(ctx, c.heartbeatChannel)
}

func (c *connection) add(ctx context.Context, pubsub *redis.PubSub, names []string) error {
	if c.hub.sharded {
		return pubsub.SSubscribe(ctx, names...)
	}
	return pubsub.Subscribe(ctx, names...)
}

func (c *connection) remove(ctx context.Context, pubsub *redis.PubSub, names []string) error {
	if c.hub.sharded {
		return pubsub.SUnsubscribe(ctx, names...)
	}
	return pubsub.Unsubscribe(ctx, names...)
}

// keepSubscribed holds one subscription connection after another.
func (c *connection) keepSubscribed(ctx context.Context) {
	for ctx.Err() == nil {
		c.holdConnection(ctx)
	}
}

// holdConnection subscribes to the watched accounts until ctx ends or the connection is dead. go-redis repairs a
// connection that fails, but only missing heartbeats reveal one that is silent because its peer vanished.
func (c *connection) holdConnection(ctx context.Context) {
	c.reset()
	pubsub := c.subscribe(ctx)
	messages := pubsub.ChannelWithSubscriptions(
		redis.WithChannelSize(receiveBuffer),
		redis.WithChannelSendTimeout(receiveTimeout),
		redis.WithChannelHealthCheckInterval(0), // the heartbeat detects more than a ping that is only written
	)
	received := make(chan struct{})
	go func() {
		defer close(received)
		c.receive(messages)
	}()
	defer func() {
		_ = pubsub.Close() // closed only here; an error has no consequences
		<-received
	}()

	ticker := time.NewTicker(c.hub.heartbeat)
	defer ticker.Stop()
	for {
		c.updateSubscriptions(ctx, pubsub)
		select {
		case <-ctx.Done():
			return
		case <-c.changed:
		case <-ticker.C:
			if c.isDead() {
				return
			}
			c.retryUnconfirmed()
		}
	}
}

func (c *connection) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.sent)
	for accountID := range c.watched {
		c.pending[accountID] = struct{}{}
	}
	c.lastHeartbeat = time.Now()
}

func (c *connection) isDead() bool {
	c.mu.Lock()
	dead := time.Since(c.lastHeartbeat) > missedHeartbeats*c.hub.heartbeat
	first := dead && !c.silent
	c.silent = c.silent || dead
	cut := len(c.sent)
	c.mu.Unlock()
	if dead {
		c.hub.metrics.reconnects.Inc()
		c.hub.metrics.gaps.Add(float64(cut))
	}
	if first {
		c.hub.logger.Warn("no heartbeat received through Redis; reconnecting the subscription")
	}
	return dead
}

// retryUnconfirmed resubscribes to channels that are not confirmed yet. If the write on the old connection failed,
// go-redis does not subscribe to the channel on its new one.
func (c *connection) retryUnconfirmed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for accountID, confirmed := range c.sent {
		if !confirmed && c.watched[accountID] > 0 {
			delete(c.sent, accountID)
			c.pending[accountID] = struct{}{}
		}
	}
}

// updateSubscriptions subscribes and unsubscribes until the connection's channels are those of the watched accounts.
func (c *connection) updateSubscriptions(ctx context.Context, pubsub *redis.PubSub) {
	add, remove := c.takePending()
	for chunk := range slices.Chunk(add, subscribeChunk) {
		_ = c.add(ctx, pubsub, chunk) // confirmed, or sent again
	}
	for chunk := range slices.Chunk(remove, subscribeChunk) {
		_ = c.remove(ctx, pubsub, chunk) // a failed write costs the connection, and the next one leaves the channel out
	}
}

func (c *connection) takePending() (add, remove []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for accountID := range c.pending {
		_, sent := c.sent[accountID]
		watched := c.watched[accountID] > 0
		switch {
		case watched && !sent:
			c.sent[accountID] = false
			add = append(add, c.channels.name(accountID))
		case !watched && sent:
			delete(c.sent, accountID)
			remove = append(remove, c.channels.name(accountID))
		}
	}
	clear(c.pending)
	return add, remove
}

// receive must never block: go-redis drops messages that are not taken in time.
func (c *connection) receive(messages <-chan any) {
	connectedBefore := false
	for message := range messages {
		switch message := message.(type) {
		case *redis.Subscription:
			if message.Channel == c.heartbeatChannel {
				c.onConnected(&connectedBefore)
			} else {
				c.onSubscribed(message)
			}
		case *redis.Message:
			if message.Channel == c.heartbeatChannel {
				c.onHeartbeat()
			} else {
				c.onMessage(message)
			}
		}
	}
}

// onConnected counts the connections that go-redis replaced.
func (c *connection) onConnected(before *bool) {
	if *before {
		c.hub.metrics.reconnects.Inc()
	}
	*before = true
}

func (c *connection) onHeartbeat() {
	c.mu.Lock()
	c.lastHeartbeat = time.Now()
	back := c.silent
	c.silent = false
	c.mu.Unlock()
	if back {
		c.hub.logger.Info("heartbeats are received through Redis again")
	}
}

// onSubscribed handles a confirmation. After the first one, notifications start to arrive; after a later one,
// they resume after a break. Either way, earlier notifications may have been missed.
func (c *connection) onSubscribed(answer *redis.Subscription) {
	accountID, err := c.channels.account(answer.Channel)
	if err != nil {
		return
	}
	subscribed := answer.Kind == "subscribe" || answer.Kind == "ssubscribe"
	c.mu.Lock()
	confirmed, sent := c.sent[accountID]
	if sent {
		c.sent[accountID] = subscribed
	}
	c.mu.Unlock()
	if !sent || !subscribed {
		return
	}
	if confirmed {
		c.hub.metrics.gaps.Inc()
	}
	for _, each := range c.hub.currentListeners() {
		each.miss(accountID)
	}
}

func (c *connection) onMessage(message *redis.Message) {
	accountID, err := c.channels.account(message.Channel)
	var notification Notification
	if err == nil {
		notification, err = parseNotification(accountID, message.Payload)
	}
	if err != nil {
		c.hub.metrics.garbage.Inc()
		return
	}
	c.hub.dispatch(notification)
}

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
	missedBeats     = 3                // missed heartbeats after which the connection counts as dead
	subscribeChunk  = 1000             // channels per command
	receiveBuffer   = 1024             // messages in go-redis; nearly empty, since receive never blocks
	receivePatience = 10 * time.Second // after which go-redis drops a message; never reached, for the same reason
)

// line holds one subscription connection, replaced when it dies, and the accounts whose notifications come over it.
type line struct {
	hub      *Hub
	channels channels
	pulse    string        // channel of this process's own heartbeat
	changed  chan struct{} // signals touched

	mu      sync.Mutex             // protects the fields below; never held while a listener or Redis is called
	watched map[uuid.UUID]int      // accounts with listeners, and how many
	touched map[uuid.UUID]struct{} // accounts to subscribe to or to unsubscribe from
	sent    map[uuid.UUID]bool     // accounts subscribed to on the current connection; true: confirmed
	heard   time.Time              // when the last heartbeat came back, or the connection was made
	silent  bool                   // a dead connection was logged, but not its return
}

func newLine(h *Hub, in channels, pulse string) *line {
	return &line{
		hub: h, channels: in, pulse: pulse + uuid.NewString(), changed: make(chan struct{}, 1),
		watched: map[uuid.UUID]int{}, touched: map[uuid.UUID]struct{}{}, sent: map[uuid.UUID]bool{},
	}
}

func (l *line) adjust(accountID uuid.UUID, by int) {
	l.mu.Lock()
	l.watched[accountID] += by
	if l.watched[accountID] == 0 {
		delete(l.watched, accountID)
	}
	l.touched[accountID] = struct{}{}
	l.mu.Unlock()
	signal(l.changed)
}

// subscribe subscribes to the heartbeat first: go-redis remembers the channel, and in a cluster connects to the
// server of its slot. If it fails, the missing heartbeats show it.
func (l *line) subscribe(ctx context.Context) *redis.PubSub {
	if l.hub.sharded {
		return l.hub.client.SSubscribe(ctx, l.pulse)
	}
	return l.hub.client.Subscribe(ctx, l.pulse)
}

func (l *line) add(ctx context.Context, pubsub *redis.PubSub, names []string) error {
	if l.hub.sharded {
		return pubsub.SSubscribe(ctx, names...)
	}
	return pubsub.Subscribe(ctx, names...)
}

func (l *line) remove(ctx context.Context, pubsub *redis.PubSub, names []string) error {
	if l.hub.sharded {
		return pubsub.SUnsubscribe(ctx, names...)
	}
	return pubsub.Unsubscribe(ctx, names...)
}

// keepSubscribed holds one subscription connection after another.
func (l *line) keepSubscribed(ctx context.Context) {
	for ctx.Err() == nil {
		l.holdConnection(ctx)
	}
}

// holdConnection subscribes to the watched accounts until ctx ends or the connection is dead. go-redis repairs a
// connection that fails, but only missing heartbeats reveal one that is silent because its peer vanished.
func (l *line) holdConnection(ctx context.Context) {
	l.startAfresh()
	pubsub := l.subscribe(ctx)
	messages := pubsub.ChannelWithSubscriptions(
		redis.WithChannelSize(receiveBuffer),
		redis.WithChannelSendTimeout(receivePatience),
		redis.WithChannelHealthCheckInterval(0), // the heartbeat detects more than a ping that is only written
	)
	received := make(chan struct{})
	go func() {
		defer close(received)
		l.receive(messages)
	}()
	defer func() {
		_ = pubsub.Close() // closed only here; an error has no consequences
		<-received
	}()

	ticker := time.NewTicker(l.hub.heartbeat)
	defer ticker.Stop()
	for {
		l.converge(ctx, pubsub)
		select {
		case <-ctx.Done():
			return
		case <-l.changed:
		case <-ticker.C:
			if l.isDead() {
				return
			}
			l.retryUnconfirmed()
		}
	}
}

func (l *line) startAfresh() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.sent)
	for accountID := range l.watched {
		l.touched[accountID] = struct{}{}
	}
	l.heard = time.Now()
}

func (l *line) isDead() bool {
	l.mu.Lock()
	dead := time.Since(l.heard) > missedBeats*l.hub.heartbeat
	first := dead && !l.silent
	l.silent = l.silent || dead
	cut := len(l.sent)
	l.mu.Unlock()
	if dead {
		l.hub.metrics.reconnects.Inc()
		l.hub.metrics.gaps.Add(float64(cut))
	}
	if first {
		l.hub.logger.Warn("no heartbeat received through Redis; reconnecting the subscription")
	}
	return dead
}

// retryUnconfirmed resubscribes to channels that are not confirmed yet. If the write on the old connection failed,
// go-redis does not subscribe to the channel on its new one.
func (l *line) retryUnconfirmed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for accountID, confirmed := range l.sent {
		if !confirmed && l.watched[accountID] > 0 {
			delete(l.sent, accountID)
			l.touched[accountID] = struct{}{}
		}
	}
}

// converge subscribes and unsubscribes until the connection's channels are those of the watched accounts.
func (l *line) converge(ctx context.Context, pubsub *redis.PubSub) {
	add, remove := l.takeTouched()
	for chunk := range slices.Chunk(add, subscribeChunk) {
		_ = l.add(ctx, pubsub, chunk) // confirmed, or sent again
	}
	for chunk := range slices.Chunk(remove, subscribeChunk) {
		_ = l.remove(ctx, pubsub, chunk) // a failed write costs the connection, and the next one leaves the channel out
	}
}

func (l *line) takeTouched() (add, remove []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for accountID := range l.touched {
		_, sent := l.sent[accountID]
		watched := l.watched[accountID] > 0
		switch {
		case watched && !sent:
			l.sent[accountID] = false
			add = append(add, l.channels.name(accountID))
		case !watched && sent:
			delete(l.sent, accountID)
			remove = append(remove, l.channels.name(accountID))
		}
	}
	clear(l.touched)
	return add, remove
}

// receive must never block: go-redis drops messages that are not taken in time.
func (l *line) receive(messages <-chan any) {
	beats := false
	for message := range messages {
		switch message := message.(type) {
		case *redis.Subscription:
			if message.Channel == l.pulse {
				l.hearConnected(&beats)
			} else {
				l.hearSubscription(message)
			}
		case *redis.Message:
			if message.Channel == l.pulse {
				l.hearBeat()
			} else {
				l.hearMessage(message)
			}
		}
	}
}

// hearConnected counts the connections that go-redis replaced.
func (l *line) hearConnected(before *bool) {
	if *before {
		l.hub.metrics.reconnects.Inc()
	}
	*before = true
}

func (l *line) hearBeat() {
	l.mu.Lock()
	l.heard = time.Now()
	back := l.silent
	l.silent = false
	l.mu.Unlock()
	if back {
		l.hub.logger.Info("heartbeats are received through Redis again")
	}
}

// hearSubscription handles a confirmation. After the first one, notifications start to arrive; after a later one,
// they resume after a break. Either way, earlier notifications may have been missed.
func (l *line) hearSubscription(answer *redis.Subscription) {
	accountID, err := l.channels.account(answer.Channel)
	if err != nil {
		return
	}
	subscribed := answer.Kind == "subscribe" || answer.Kind == "ssubscribe"
	l.mu.Lock()
	confirmed, sent := l.sent[accountID]
	if sent {
		l.sent[accountID] = subscribed
	}
	l.mu.Unlock()
	if !sent || !subscribed {
		return
	}
	if confirmed {
		l.hub.metrics.gaps.Inc()
	}
	for _, each := range l.hub.audience() {
		each.miss(accountID)
	}
}

func (l *line) hearMessage(message *redis.Message) {
	accountID, err := l.channels.account(message.Channel)
	var news News
	if err == nil {
		news, err = parseNews(accountID, message.Payload)
	}
	if err != nil {
		l.hub.metrics.garbage.Inc()
		return
	}
	l.hub.dispatch(news)
}

package live

import (
	"context"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	missedBeats     = 3                // as many and the connection counts as dead
	subscribeChunk  = 1000             // channels in one command
	receiveBuffer   = 1024             // messages go-redis may hold; receive never blocks, so it stays near empty
	receivePatience = 10 * time.Second // after which go-redis drops a message: never, for the same reason
)

// keepSubscribed holds one subscription connection after another.
func (h *Hub) keepSubscribed(ctx context.Context) {
	for ctx.Err() == nil {
		h.holdConnection(ctx)
	}
}

// holdConnection subscribes to what is watched until ctx ends or the connection is dead. go-redis mends a connection that fails;
// one that is merely silent, because its other end is gone without a word, only the missing heartbeats show.
func (h *Hub) holdConnection(ctx context.Context) {
	pubsub := h.client.Subscribe(ctx)
	messages := pubsub.ChannelWithSubscriptions(
		redis.WithChannelSize(receiveBuffer),
		redis.WithChannelSendTimeout(receivePatience),
		redis.WithChannelHealthCheckInterval(0), // the heartbeat sees more than a ping that is only written
	)
	received := make(chan struct{})
	go func() {
		defer close(received)
		h.receive(messages)
	}()
	defer func() {
		_ = pubsub.Close() // closed once, here: it cannot fail in a way that matters
		<-received
	}()

	h.startAfresh()
	_ = pubsub.Subscribe(ctx, h.pulse) // go-redis remembers the channel; if this fails the watchdog tells
	ticker := time.NewTicker(h.heartbeat)
	defer ticker.Stop()
	for {
		h.converge(ctx, pubsub)
		select {
		case <-ctx.Done():
			return
		case <-h.changed:
		case <-ticker.C:
			if h.isDead() {
				return
			}
			h.retryUnconfirmed()
		}
	}
}

func (h *Hub) startAfresh() {
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.sent)
	for accountID := range h.watched {
		h.touched[accountID] = struct{}{}
	}
	h.heard = time.Now()
}

func (h *Hub) isDead() bool {
	h.mu.Lock()
	dead := time.Since(h.heard) > missedBeats*h.heartbeat
	first := dead && !h.silent
	h.silent = h.silent || dead
	cut := len(h.sent)
	h.mu.Unlock()
	if dead {
		h.metrics.reconnects.Inc()
		h.metrics.gaps.Add(float64(cut))
	}
	if first {
		h.logger.Warn("no heartbeat comes back through Redis; replacing the subscription connection until one does")
	}
	return dead
}

// retryUnconfirmed sends again what has no answer yet: go-redis forgets a channel for its new connection when the write on the old one failed.
func (h *Hub) retryUnconfirmed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for accountID, confirmed := range h.sent {
		if !confirmed && h.watched[accountID] > 0 {
			delete(h.sent, accountID)
			h.touched[accountID] = struct{}{}
		}
	}
}

// converge makes the connection's channels those that are watched.
func (h *Hub) converge(ctx context.Context, pubsub *redis.PubSub) {
	add, remove := h.takeTouched()
	for chunk := range slices.Chunk(add, subscribeChunk) {
		_ = pubsub.Subscribe(ctx, chunk...) // confirmed or sent again
	}
	for chunk := range slices.Chunk(remove, subscribeChunk) {
		_ = pubsub.Unsubscribe(ctx, chunk...) // a failed write costs the connection, and the next one leaves the channel out
	}
}

func (h *Hub) takeTouched() (add, remove []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for accountID := range h.touched {
		_, sent := h.sent[accountID]
		watched := h.watched[accountID] > 0
		switch {
		case watched && !sent:
			h.sent[accountID] = false
			add = append(add, accountChannel(accountID))
		case !watched && sent:
			delete(h.sent, accountID)
			remove = append(remove, accountChannel(accountID))
		}
	}
	clear(h.touched)
	return add, remove
}

// receive must never wait for anything: go-redis drops what is not taken in time.
func (h *Hub) receive(messages <-chan any) {
	beats := false
	for message := range messages {
		switch message := message.(type) {
		case *redis.Subscription:
			if message.Channel == h.pulse {
				h.hearConnected(&beats)
			} else {
				h.hearSubscription(message)
			}
		case *redis.Message:
			if message.Channel == h.pulse {
				h.hearBeat()
			} else {
				h.hearMessage(message)
			}
		}
	}
}

// hearConnected counts the connections that go-redis replaced by itself.
func (h *Hub) hearConnected(before *bool) {
	if *before {
		h.metrics.reconnects.Inc()
	}
	*before = true
}

func (h *Hub) hearBeat() {
	h.mu.Lock()
	h.heard = time.Now()
	back := h.silent
	h.silent = false
	h.mu.Unlock()
	if back {
		h.logger.Info("heartbeats come back through Redis again")
	}
}

// hearSubscription: with the first confirmation news begin to arrive, with a later one they begin anew after a break.
// Either way what was committed before may have gone unheard.
func (h *Hub) hearSubscription(answer *redis.Subscription) {
	accountID, err := channelAccount(answer.Channel)
	if err != nil {
		return
	}
	subscribed := answer.Kind == "subscribe"
	h.mu.Lock()
	confirmed, sent := h.sent[accountID]
	if sent {
		h.sent[accountID] = subscribed
	}
	h.mu.Unlock()
	if !sent || !subscribed {
		return
	}
	if confirmed {
		h.metrics.gaps.Inc()
	}
	for _, each := range h.audience() {
		each.miss(accountID)
	}
}

func (h *Hub) hearMessage(message *redis.Message) {
	accountID, err := channelAccount(message.Channel)
	var news News
	if err == nil {
		news, err = parseNews(accountID, message.Payload)
	}
	if err != nil {
		h.metrics.garbage.Inc()
		return
	}
	h.dispatch(news)
}

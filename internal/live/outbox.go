package live

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

const (
	outboxLimit    = 4096                   // notifications, about 400 KiB: more pile up only if Redis is down
	publishBatch   = 128                    // per round trip
	publishTimeout = time.Second            // per batch: newer notifications merge in the meantime
	flushTimeout   = 250 * time.Millisecond // for the remaining notifications when the hub stops
)

// topic is the key by which notifications merge: only the highest numbers of a topic matter.
type topic struct{ account, run uuid.UUID }

// outbox holds notifications that are waiting for Redis, oldest first.
type outbox struct {
	mu      sync.Mutex // protects waiting and order
	waiting map[topic]Notification
	order   []topic
	filled  chan struct{}
}

func newOutbox() outbox {
	return outbox{waiting: map[topic]Notification{}, filled: make(chan struct{}, 1)}
}

// put reports whether the notification merged with a waiting one, and whether it was accepted at all.
func (o *outbox) put(notification Notification) (merged, taken bool) {
	key := topic{notification.AccountID, notification.RunID}
	o.mu.Lock()
	defer o.mu.Unlock()
	if earlier, ok := o.waiting[key]; ok {
		notification.Position = max(notification.Position, earlier.Position)
		notification.Sequence = max(notification.Sequence, earlier.Sequence)
		o.waiting[key] = notification
		return true, true
	}
	if len(o.order) >= outboxLimit {
		return false, false
	}
	o.waiting[key] = notification
	o.order = append(o.order, key)
	signal(o.filled)
	return false, true
}

func (o *outbox) take() []Notification {
	o.mu.Lock()
	defer o.mu.Unlock()
	count := min(len(o.order), publishBatch)
	batch := make([]Notification, 0, count)
	for _, key := range o.order[:count] {
		batch = append(batch, o.waiting[key])
		delete(o.waiting, key)
	}
	o.order = o.order[count:]
	if len(o.order) == 0 {
		o.order = nil // frees the array that grew while Redis was down
	}
	return batch
}

// keepPublishing empties the outbox and sends heartbeats. A heartbeat that Redis delays counts as missed, as it
// should.
func (h *Hub) keepPublishing(ctx context.Context) {
	ticker := time.NewTicker(h.heartbeat)
	defer ticker.Stop()
	failing := false
	for {
		var err error
		tried := true
		select {
		case <-ctx.Done():
			h.flush(ctx)
			return
		case <-ticker.C:
			err = h.sendHeartbeat(ctx)
		case <-h.outbox.filled:
			tried, err = h.publishWaiting(ctx)
		}
		if ctx.Err() == nil && tried && failing != (err != nil) {
			failing = err != nil
			h.logPublishState(failing, err)
		}
	}
}

func (h *Hub) logPublishState(failing bool, err error) {
	if failing {
		h.logger.Warn("publishing to Redis failed; other servers will catch up by polling Postgres", "error", err)
		return
	}
	h.logger.Info("publishing to Redis works again")
}

func (h *Hub) flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
	defer cancel()
	_, _ = h.publishWaiting(ctx) // counted as dropped if it fails
}

func (h *Hub) sendHeartbeat(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	_, err := h.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for _, each := range h.connections {
			h.send(ctx, pipe, each.heartbeatChannel, "")
		}
		return nil
	})
	return err
}

func (h *Hub) send(ctx context.Context, pipe redis.Pipeliner, channel, payload string) {
	if h.sharded {
		pipe.SPublish(ctx, channel, payload)
	} else {
		pipe.Publish(ctx, channel, payload)
	}
}

// publishWaiting stops at the first batch that fails, so that a heartbeat comes before the next try. It reports
// whether it tried at all, because having nothing to publish does not mean that Redis is back.
func (h *Hub) publishWaiting(ctx context.Context) (tried bool, err error) {
	for ctx.Err() == nil {
		batch := h.outbox.take()
		if len(batch) == 0 {
			return tried, nil
		}
		tried = true
		if err := h.publish(ctx, batch); err != nil {
			signal(h.outbox.filled)
			return tried, err
		}
	}
	return tried, ctx.Err()
}

func (h *Hub) publish(ctx context.Context, batch []Notification) error {
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	began := time.Now()
	commands, err := h.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for _, notification := range batch {
			h.send(ctx, pipe, h.connectionOf(notification.AccountID).channels.name(notification.AccountID), notification.payload())
		}
		return nil
	})
	for _, command := range commands {
		if command.Err() != nil {
			h.metrics.dropped.WithLabelValues("failed").Inc()
		}
	}
	if h.published != nil {
		h.published(batch, began, err)
	}
	return err
}

// Command push is a bare fan-out of graphql-transport-ws messages, as a baseline: net/http, a WebSocket library, one
// Redis subscription, and each event's frame encoded once. It has no GraphQL, no sign-in and no database. It is the
// obvious design: a goroutine and a bounded queue per socket.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/coder/websocket"
	"github.com/redis/go-redis/v9"
)

// queued is how many frames may wait for a socket before the server drops it.
const queued = 256

func main() {
	if err := serve(os.Getenv("LISTEN"), os.Getenv("REDIS_URL")); err != nil {
		fmt.Fprintln(os.Stderr, "push:", err)
		os.Exit(1)
	}
}

func serve(address, store string) error {
	options, err := redis.ParseURL(store)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	client := redis.NewClient(options)
	defer client.Close()
	subscription := client.Subscribe(ctx, "push")
	if _, err := subscription.Receive(ctx); err != nil {
		return err
	}
	h := &hub{sockets: map[*socket]struct{}{}}
	go func() {
		for message := range subscription.Channel(redis.WithChannelSize(1 << 16)) {
			h.publish(message.Payload)
		}
	}()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// hub sends each event to every socket.
type hub struct {
	mu      sync.Mutex // protects sockets
	sockets map[*socket]struct{}
}

// socket is one watcher, of every event or of the newest only.
type socket struct {
	each   chan []byte
	newest atomic.Pointer[[]byte]
	wake   chan struct{}
}

func (h *hub) publish(payload string) {
	frame := []byte(`{"id":"1","type":"next","payload":{"data":` + payload + `}}`)
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.sockets {
		if s.wake != nil {
			s.newest.Store(&frame)
			select {
			case s.wake <- struct{}{}:
			default:
			}
			continue
		}
		select {
		case s.each <- frame:
		default:
			delete(h.sockets, s)
			close(s.each)
		}
	}
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		return
	}
	defer func() { _ = conn.CloseNow() }()
	ctx := context.Background()
	s := &socket{}
	for {
		_, text, err := conn.Read(ctx)
		switch {
		case err != nil:
			h.remove(s)
			return
		case bytes.Contains(text, []byte(`"connection_init"`)):
			_ = conn.Write(ctx, websocket.MessageText, []byte(`{"type":"connection_ack"}`))
		case bytes.Contains(text, []byte(`"subscribe"`)):
			if strings.Contains(r.URL.RawQuery, "newest") {
				s.wake = make(chan struct{}, 1)
			} else {
				s.each = make(chan []byte, queued)
			}
			h.add(s)
			go s.write(conn)
		}
	}
}

func (s *socket) write(conn *websocket.Conn) {
	defer func() { _ = conn.CloseNow() }()
	for {
		frame, more := s.next()
		if !more || conn.Write(context.Background(), websocket.MessageText, frame) != nil {
			return
		}
	}
}

// next waits for the next frame, or for a newer one. It reports false if the socket was dropped.
func (s *socket) next() (frame []byte, more bool) {
	if s.wake == nil {
		frame, more = <-s.each
		return frame, more
	}
	if _, more = <-s.wake; !more {
		return nil, false
	}
	return *s.newest.Load(), true
}

func (h *hub) add(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sockets[s] = struct{}{}
}

func (h *hub) remove(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, open := h.sockets[s]; !open {
		return
	}
	delete(h.sockets, s)
	if s.wake != nil {
		close(s.wake)
	} else {
		close(s.each)
	}
}

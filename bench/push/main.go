// Command push is a bare fan-out of graphql-transport-ws messages, to compare others with: net/http, a websocket library,
// one Redis subscription, each event's frame encoded once. It knows no GraphQL, nobody signs in, and nothing is read from a
// store. It is written as one would write it by hand: a goroutine and a bounded queue for each socket.
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

// queued is how many frames wait for a socket before it is given up.
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

// hub hands each event to every socket.
type hub struct {
	mu      sync.Mutex // protects sockets
	sockets map[*socket]struct{}
}

// socket is one watcher: of each event, or of the newest.
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

// next waits for the next frame, or for a newer one. It reports false where the socket is given up.
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

//go:build fault || load

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"github.com/orgmap/orgmap/graph/transport"
)

// A client that must see everything notices a silent server, and reconnects after a moment.
const (
	clientPing    = time.Second
	clientSilence = 3 * time.Second
	comeBackAfter = 200 * time.Millisecond // at most
)

// event is one event of a subscription, or the notice that the connection is established.
type event struct {
	data object
	err  string // of a result with errors
}

// subscription is a client with one subscription. It reconnects whenever it loses its server.
type subscription struct {
	transport string // "websocket" or "server-sent events"
	token     string
	query     string
	variables func() object                      // for the next connection
	choose    func() (index int, address string) // picks the server of the next connection
	connected func(index int)
	receive   func(object)

	connections atomic.Int64
	refusals    atomic.Int64
	restarts    atomic.Int64 // close code 1012

	mu    sync.Mutex // protects the fields below
	where int        // the server it is connected to; -1: none
	fatal error      // something that must never happen
}

var errOver = errors.New("the subscription has ended by itself")

// follow runs until ctx ends or the server completes the subscription.
func (s *subscription) follow(ctx context.Context) {
	for ctx.Err() == nil {
		index, address := s.choose()
		err := s.hold(ctx, index, address)
		s.setWhere(-1)
		if errors.Is(err, errOver) {
			return
		}
		timer := time.NewTimer(rand.N(comeBackAfter))
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

func (s *subscription) setWhere(index int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.where = index
}

func (s *subscription) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fatal == nil {
		s.fatal = err
	}
}

func (s *subscription) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fatal
}

func (s *subscription) stands(index int) {
	s.connections.Add(1)
	s.setWhere(index)
	if s.connected != nil {
		s.connected(index)
	}
}

func (s *subscription) take(text []byte) error {
	var decoded answer
	if err := json.Unmarshal(text, &decoded); err != nil {
		s.fail(fmt.Errorf("no JSON: %s", text))
		return err
	}
	if len(decoded.Errors) > 0 {
		s.refusals.Add(1)
		if code := decoded.Errors[0].Extensions["code"]; code != "UNAVAILABLE" {
			s.fail(fmt.Errorf("an event with the error %v: %s", code, decoded.Errors[0].Message))
		}
		return errors.New(decoded.Errors[0].Message)
	}
	s.receive(decoded.Data)
	return nil
}

func (s *subscription) hold(ctx context.Context, index int, address string) error {
	if s.transport == "websocket" {
		return s.holdSocket(ctx, index, address)
	}
	return s.holdStream(ctx, index, address)
}

func (s *subscription) holdSocket(ctx context.Context, index int, address string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	dialing, done := context.WithTimeout(ctx, clientSilence)
	defer done()
	socket, _, err := websocket.Dial(dialing, "ws"+strings.TrimPrefix(address, "http")+"/graphql", &websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}})
	if err != nil {
		return err
	}
	defer func() { _ = socket.CloseNow() }()
	socket.SetReadLimit(1 << 20)
	variables, _ := json.Marshal(object{"query": s.query, "variables": s.variables()})
	authorization, _ := json.Marshal(object{"authorization": "Bearer " + s.token})
	for _, message := range []frame{{Type: "connection_init", Payload: authorization}} {
		if err := wsjson.Write(dialing, socket, message); err != nil {
			return err
		}
	}
	var acknowledged frame
	if err := wsjson.Read(dialing, socket, &acknowledged); err != nil {
		return err
	}
	if err := wsjson.Write(dialing, socket, frame{ID: "1", Type: "subscribe", Payload: variables}); err != nil {
		return err
	}
	s.stands(index)
	var heard atomic.Int64
	heard.Store(time.Now().UnixNano())
	go s.ping(ctx, cancel, socket, &heard)
	for {
		var got frame
		if err := wsjson.Read(ctx, socket, &got); err != nil {
			if websocket.CloseStatus(err) == websocket.StatusServiceRestart {
				s.restarts.Add(1)
			}
			return err
		}
		heard.Store(time.Now().UnixNano())
		switch got.Type {
		case "next":
			if err := s.take(got.Payload); err != nil {
				return err
			}
		case "error":
			return s.take([]byte(`{"errors":` + string(got.Payload) + `}`))
		case "complete":
			return errOver
		}
	}
}

// ping disconnects from a server that has gone completely silent.
func (s *subscription) ping(ctx context.Context, cancel func(), socket *websocket.Conn, heard *atomic.Int64) {
	ticker := time.NewTicker(clientPing)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if time.Since(time.Unix(0, heard.Load())) > clientSilence {
			cancel()
			return
		}
		writing, done := context.WithTimeout(ctx, clientSilence)
		err := wsjson.Write(writing, socket, frame{Type: "ping"})
		done()
		if err != nil {
			cancel()
			return
		}
	}
}

func (s *subscription) holdStream(ctx context.Context, index int, address string) error {
	variables, _ := json.Marshal(s.variables())
	query := url.Values{"query": {s.query}, "variables": {string(variables)}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/graphql?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Authorization", "Bearer "+s.token)
	response, err := streamClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		s.refusals.Add(1)
		return fmt.Errorf("answered %d", response.StatusCode)
	}
	s.stands(index)
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	name := ""
	for lines.Scan() {
		line := lines.Text()
		if found, is := strings.CutPrefix(line, "event: "); is {
			name = found
		}
		data, is := strings.CutPrefix(line, "data: ")
		switch {
		case is && name == "next":
			if err := s.take([]byte(data)); err != nil {
				return err
			}
		case is && name == "complete":
			return errOver
		}
	}
	return lines.Err()
}

// streamClient opens a connection for each stream.
var streamClient = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, ResponseHeaderTimeout: clientSilence}}

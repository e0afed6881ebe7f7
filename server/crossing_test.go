package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/orgmap/orgmap/graph/transport"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

const byQuery = `subscription($after: String) { accountChanges(after: $after) { by } }`

// ten thousand events in total, and enough time for them on a busy machine
const (
	eventsOfEach = 5000
	eventsLimit  = 2 * time.Minute
)

// heard counts the events of one stream and fails at the first event of another account.
type heard struct {
	own   string
	count int
}

func (h *heard) take(payload []byte) error {
	var got struct {
		Data struct{ AccountChanges struct{ By string } }
	}
	if err := json.Unmarshal(payload, &got); err != nil {
		return err
	}
	if got.Data.AccountChanges.By != h.own {
		return fmt.Errorf("%s receives an event of %s: %s", h.own, got.Data.AccountChanges.By, payload)
	}
	h.count++
	return nil
}

func (h *heard) complete() bool { return h.count == eventsOfEach }

// overWebsocket receives all of the account's events over a WebSocket.
func (c *client) overWebsocket(ctx context.Context, cursor string, into *heard) error {
	socket, _, err := websocket.Dial(ctx, c.url+"/graphql", &websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}})
	if err != nil {
		return err
	}
	defer func() { _ = socket.CloseNow() }()
	for _, message := range []object{
		{"type": "connection_init", "payload": object{"authorization": "Bearer " + c.token}},
		{"id": "1", "type": "subscribe", "payload": object{"query": byQuery, "variables": object{"after": cursor}}},
	} {
		if err := wsjson.Write(ctx, socket, message); err != nil {
			return err
		}
		if message["type"] == "connection_init" {
			var acknowledged frame
			if err := wsjson.Read(ctx, socket, &acknowledged); err != nil {
				return err
			}
		}
	}
	for !into.complete() {
		var got frame
		if err := wsjson.Read(ctx, socket, &got); err != nil {
			return fmt.Errorf("after %d events: %w", into.count, err)
		}
		if got.Type != "next" {
			continue
		}
		if err := into.take(got.Payload); err != nil {
			return err
		}
	}
	return nil
}

// overEvents receives all of the account's events as server-sent events.
func (c *client) overEvents(ctx context.Context, cursor string, into *heard) error {
	query := url.Values{"query": {byQuery}, "variables": {`{"after":"` + cursor + `"}`}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+"/graphql?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Authorization", "Bearer "+c.token)
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	for !into.complete() && lines.Scan() {
		if data, found := strings.CutPrefix(lines.Text(), "data: "); found {
			if err := into.take([]byte(data)); err != nil {
				return err
			}
		}
	}
	if !into.complete() {
		return fmt.Errorf("after %d events: %w", into.count, lines.Err())
	}
	return nil
}

// happen writes events into the account's journal. Their author identifies the account.
func (c *client) happen(ctx context.Context, own string) error {
	const batch = 50
	for written := 0; written < eventsOfEach; written += batch {
		err := c.app.db.Write(ctx, c.account, func(ctx context.Context, tx pg.Tx) error {
			for range batch {
				if err := c.app.journal.Append(ctx, tx, journal.Change{AccountID: c.account, Kind: journal.Organizations, Action: "organization.updated", Actor: own}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func TestEvents_NeverReachAnotherAccount(t *testing.T) {
	t.Parallel()
	world := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), eventsLimit)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	for n, one := range []*client{world.newAccount(1), world.newAccount(1)} {
		own := fmt.Sprint("account ", n)
		cursor := at(one.do(`{ journalCursor }`, nil), "journalCursor").(string)
		group.Go(func() error { return one.overWebsocket(ctx, cursor, &heard{own: own}) })
		group.Go(func() error { return one.overEvents(ctx, cursor, &heard{own: own}) })
		group.Go(func() error { return one.happen(ctx, own) })
	}
	require.NoError(t, group.Wait())
}

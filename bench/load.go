package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/orgmap/orgmap/internal/clock"
)

// answerLimit is how long one response may take before the measurement fails.
const answerLimit = 30 * time.Second

// client sends requests over its own connection and does as little work as possible: it shares the machine with the
// servers being measured.
type client struct {
	address string
	conn    net.Conn
	reader  *bufio.Reader
	body    bytes.Buffer
}

func (c *client) close() {
	if c.conn != nil {
		_ = c.conn.Close()
	}
}

// ask sends a request as is and reads the whole response, which is valid until the next call.
func (c *client) ask(ctx context.Context, request []byte) ([]byte, error) {
	if c.conn == nil {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", c.address)
		if err != nil {
			return nil, err
		}
		c.conn, c.reader = conn, bufio.NewReaderSize(conn, 64<<10)
	}
	if err := c.conn.SetDeadline(time.Now().Add(answerLimit)); err != nil {
		return nil, err
	}
	if _, err := c.conn.Write(request); err != nil {
		return nil, err
	}
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	c.body.Reset()
	if _, err := io.Copy(&c.body, response.Body); err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %.300s", response.Status, c.body.String())
	}
	return c.body.Bytes(), nil
}

// load is a set of clients that take questions from one list.
type load struct {
	name        string
	address     string
	questions   []question // in turn
	connections int
	// interval is the time between two questions of a connection; 0: send the next one as soon as the response arrives.
	// With an interval, latency counts from when the question was due, even if it was sent late.
	interval time.Duration
}

// run sends questions until ctx ends or the duration is over. It returns the latencies, sorted, and the elapsed time.
func (l load) run(ctx context.Context, duration time.Duration) (latencies []time.Duration, elapsed time.Duration, err error) {
	if duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, duration)
		defer cancel()
	}
	all := make([][]time.Duration, l.connections)
	var next atomic.Int64
	var group errgroup.Group
	begun := time.Now()
	for n := range l.connections {
		group.Go(func() (err error) {
			all[n], err = l.connection(ctx, &next, l.interval*time.Duration(n)/time.Duration(l.connections))
			return err
		})
	}
	err = group.Wait()
	elapsed = time.Since(begun)
	latencies = slices.Concat(all...)
	slices.Sort(latencies)
	return latencies, elapsed, err
}

// connection sends questions over one connection. A request in flight when ctx ends still completes and counts.
func (l load) connection(ctx context.Context, next *atomic.Int64, lag time.Duration) (latencies []time.Duration, err error) {
	one := client{address: l.address}
	defer one.close()
	latencies = make([]time.Duration, 0, 1<<14)
	for due := time.Now().Add(lag); ; due = due.Add(l.interval) {
		if l.interval == 0 {
			due = time.Now()
		}
		if !sleepUntil(ctx, due) {
			return latencies, nil
		}
		asked := l.questions[int(next.Add(1)-1)%len(l.questions)]
		body, err := one.ask(context.WithoutCancel(ctx), asked.request)
		if err != nil {
			return nil, err
		}
		if bytes.HasPrefix(body, []byte(`{"errors"`)) {
			return nil, fmt.Errorf("it answers %.300s", body)
		}
		if asked.length != anyLength && len(body) != asked.length {
			return nil, fmt.Errorf("an answer of %d bytes where %d are right: %.300s", len(body), asked.length, body)
		}
		latencies = append(latencies, time.Since(due))
	}
}

// sleepUntil reports false if ctx ends first.
func sleepUntil(ctx context.Context, due time.Time) bool {
	return clock.Wait(ctx, time.Until(due)) == nil
}

// quantile returns the latency that the given share of the sorted latencies does not exceed.
func quantile(sorted []time.Duration, share float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}

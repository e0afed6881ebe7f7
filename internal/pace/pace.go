// Package pace enforces a vendor's limits per API key across all servers: how many calls run at once, how many within
// a time, and none while the vendor asks to wait. Postgres counts, by its own clock; processes hold no state that
// others would need.
package pace

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

// inFlight is how many calls may run at once if the vendor documents no limit: enough for several lists without
// flooding the vendor.
const inFlight = 4

// Options configures a pacer.
type Options struct {
	DB     *pg.DB
	Logger *slog.Logger // nil: slog.Default()
	// Waited is called with how long each call was held back, and whether it finally failed because the vendor asked
	// to wait; may be nil.
	Waited func(application string, waited time.Duration, paused bool)
}

// Pacer decides when a vendor call may be sent. It is safe for concurrent use.
type Pacer struct {
	options Options

	mutex sync.Mutex // protects lanes
	lanes map[string]*lane
}

// lane queues the calls of one key in this process. No more of them query Postgres at a time than could be sent, in
// order of arrival.
type lane struct {
	slots chan struct{}
	users int
}

// New returns a pacer.
func New(options Options) *Pacer {
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	return &Pacer{options: options, lanes: map[string]*lane{}}
}

// Client returns a copy of client whose calls wait for their turn among the calls of all servers with the same key.
// While the vendor asks to wait, a call fails at once with a *vendors.Error of class RateLimited that says for how
// long.
func (p *Pacer) Client(key []byte, application vendors.Application, limits vendors.Limits, client *http.Client) *http.Client {
	paced := *client
	paced.Transport = &transport{pacer: p, key: key, application: application, limits: withDefaults(limits), next: client.Transport}
	return &paced
}

func withDefaults(limits vendors.Limits) vendors.Limits {
	if limits.InFlight == 0 {
		limits.InFlight = inFlight
	}
	return limits
}

type transport struct {
	pacer       *Pacer
	key         []byte
	application vendors.Application
	limits      vendors.Limits
	next        http.RoundTripper
}

// RoundTrip sends the request when it is its turn.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	began := time.Now()
	leave, err := t.acquire(request.Context())
	if t.pacer.options.Waited != nil {
		t.pacer.options.Waited(string(t.application), time.Since(began), isPause(err))
	}
	if err != nil {
		if request.Body != nil {
			_ = request.Body.Close() // as http.RoundTripper requires
		}
		return nil, err
	}
	response, err := t.next.RoundTrip(request)
	if err != nil {
		leave()
		return nil, err
	}
	if response.StatusCode == http.StatusTooManyRequests {
		t.Throttled(shortestPause) // before another call takes the slot; the vendor's Retry-After is read later
	}
	response.Body = &body{response.Body, leave}
	return response, nil
}

// CloseIdleConnections makes http.Client.CloseIdleConnections work.
func (t *transport) CloseIdleConnections() {
	if closer, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

// body is a response body that ends its call when it is closed.
type body struct {
	io.ReadCloser
	leave func()
}

func (b *body) Close() error {
	defer b.leave()
	return b.ReadCloser.Close()
}

// join waits for a slot in the key's lane of this process.
func (t *transport) join(ctx context.Context) (leave func(), err error) {
	p, name := t.pacer, string(t.key)
	p.mutex.Lock()
	waiting := p.lanes[name]
	if waiting == nil {
		waiting = &lane{slots: make(chan struct{}, t.limits.InFlight)}
		p.lanes[name] = waiting
	}
	waiting.users++
	p.mutex.Unlock()
	release := func() {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		if waiting.users--; waiting.users == 0 {
			delete(p.lanes, name)
		}
	}
	select {
	case waiting.slots <- struct{}{}:
		return func() { <-waiting.slots; release() }, nil
	case <-ctx.Done():
		release()
		return nil, ctx.Err()
	}
}

// Package pace keeps all servers together to what a vendor takes from one key: so many calls at once, so many within a time, and
// none while the vendor asks to wait. Postgres counts, by its own clock; nothing is kept in a process that another would need.
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

// inFlight is how many calls a vendor gets at once that names no number: enough for several lists, and no storm.
const inFlight = 4

// Options set a pacer up.
type Options struct {
	DB     *pg.DB
	Logger *slog.Logger // nil: slog.Default()
	// Waited is told how long each call was held back, and whether in the end it was because the vendor asked to wait; nil: nobody.
	Waited func(application string, waited time.Duration, paused bool)
}

// Pacer lets calls go. It is safe for concurrent use.
type Pacer struct {
	options Options

	mutex sync.Mutex // protects lanes
	lanes map[string]*lane
}

// lane is where the calls of one key wait in this process: they come to Postgres no more at a time than could go, in the order
// in which they came here.
type lane struct {
	places chan struct{}
	users  int
}

// New makes a pacer.
func New(options Options) *Pacer {
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	return &Pacer{options: options, lanes: map[string]*lane{}}
}

// Client is client, whose calls wait for their turn among all servers' calls with that key. A call that the vendor asked to
// hold back for longer fails at once with a *vendors.Error of the class RateLimited that says for how long.
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

// RoundTrip makes the call when its turn has come.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	began := time.Now()
	leave, err := t.enter(request.Context())
	if t.pacer.options.Waited != nil {
		t.pacer.options.Waited(string(t.application), time.Since(began), isPause(err))
	}
	if err != nil {
		if request.Body != nil {
			_ = request.Body.Close() // as a transport must
		}
		return nil, err
	}
	response, err := t.next.RoundTrip(request)
	if err != nil {
		leave()
		return nil, err
	}
	if response.StatusCode == http.StatusTooManyRequests {
		t.Throttled(shortestPause) // before another takes the place; how long the vendor asked for is read later
	}
	response.Body = &body{response.Body, leave}
	return response, nil
}

// CloseIdleConnections lets http.Client.CloseIdleConnections reach the connections.
func (t *transport) CloseIdleConnections() {
	if closer, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

// body is an answer whose call is under way until it was read.
type body struct {
	io.ReadCloser
	leave func()
}

func (b *body) Close() error {
	defer b.leave()
	return b.ReadCloser.Close()
}

// join takes a place in the key's lane of this process.
func (t *transport) join(ctx context.Context) (leave func(), err error) {
	p, name := t.pacer, string(t.key)
	p.mutex.Lock()
	waiting := p.lanes[name]
	if waiting == nil {
		waiting = &lane{places: make(chan struct{}, t.limits.InFlight)}
		p.lanes[name] = waiting
	}
	waiting.users++
	p.mutex.Unlock()
	gone := func() {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		if waiting.users--; waiting.users == 0 {
			delete(p.lanes, name)
		}
	}
	select {
	case waiting.places <- struct{}{}:
		return func() { <-waiting.places; gone() }, nil
	case <-ctx.Done():
		gone()
		return nil, ctx.Err()
	}
}

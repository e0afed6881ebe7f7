package main

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/clock"
)

const (
	// probeFor is how long a probe's result is reused. probeTimeout limits a probe; no other probe starts meanwhile.
	probeFor     = time.Second
	probeTimeout = 2 * time.Second
)

// readiness checks whether Postgres answers, at most once a second however many clients ask.
type readiness struct {
	ping   func(context.Context) error
	logger *slog.Logger
	clock  clock.Clock

	mu   sync.Mutex // protects last
	last *probing   // nil until the first check
}

// probing is one ping.
type probing struct {
	at   time.Time
	done chan struct{} // closed when err is set
	err  error
}

func newReadiness(ping func(context.Context) error, logger *slog.Logger, now clock.Clock) *readiness {
	return &readiness{ping: ping, logger: logger, clock: now}
}

// check returns the result of a ping from the last second. It waits if a ping is running.
func (p *readiness) check(ctx context.Context) error {
	current := p.current()
	select {
	case <-current.done:
		return current.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *readiness) current() *probing {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	if p.last != nil && (!p.last.ended() || now.Sub(p.last.at) < probeFor) {
		return p.last
	}
	p.last = &probing{at: now, done: make(chan struct{})}
	go p.run(p.last)
	return p.last
}

func (o *probing) ended() bool {
	select {
	case <-o.done:
		return true
	default:
		return false
	}
}

func (p *readiness) run(this *probing) {
	defer close(this.done)
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	if this.err = p.ping(ctx); this.err != nil {
		p.logger.Warn("not ready", "error", this.err)
	}
}

// ready tells a load balancer whether this server takes requests.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	if a.stopping.Load() {
		http.Error(w, "stopping", http.StatusServiceUnavailable)
		return
	}
	if err := a.readiness.check(r.Context()); err != nil {
		http.Error(w, "Postgres does not answer", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}

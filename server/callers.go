package main

import (
	"context"
	"hash/maphash"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/inbound"
	"github.com/orgmap/orgmap/internal/throttle"
)

// bounds limit what unauthenticated clients may use of this process. Tests set their own.
type bounds struct {
	deadlines inbound.Deadlines
	attempts  int           // burst of sign-in attempts per address
	refill    int           // attempts restored per second
	memory    int           // bytes for the attempts of all addresses
	recent    int           // how many valid credentials are remembered
	filePart  time.Duration // for a client to take each part of a CSV file
}

func defaultBounds() *bounds {
	return &bounds{deadlines: inbound.DefaultDeadlines(), attempts: 300, refill: 10, memory: 4 << 20, recent: 20_000, filePart: 10 * time.Second}
}

// bound creates the guard and the limits for unauthenticated clients.
func (a *App) bound() {
	limits := a.settings.bounds
	if limits == nil {
		limits = defaultBounds()
	}
	a.files = newFilePlaces(int(a.settings.DatabaseConns), limits.filePart)
	a.guard = inbound.New(inbound.Options{
		Deadlines: limits.deadlines, Total: a.settings.MaxConnections, PerAddress: a.settings.AddressConnections,
		Trusted: a.settings.TrustedProxies, Logger: a.logger,
	})
	a.callers = &callers{
		attempts: throttle.NewAddresses(limits.attempts, limits.refill, limits.memory, clock.System),
		recent:   newRecent(limits.recent),
	}
	a.readiness = newReadiness(a.db.Ping, a.logger, clock.System)
	a.scrapes = promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{MaxRequestsInFlight: maxScrapes})
}

// callers limits the sign-in attempts of each address. Successful attempts do not count. A credential that was valid a
// short while ago is accepted even while others at the same address fail: an office shares one address.
type callers struct {
	attempts *throttle.Addresses
	recent   *recent
}

// tooManyAttempts is a refusal that says when to retry.
type tooManyAttempts struct {
	error

	wait time.Duration
}

func (t *tooManyAttempts) Unwrap() error { return t.error }

// attempt calls identify to authenticate a credential, unless too many attempts from the address of ctx have failed.
func (c *callers) attempt(ctx context.Context, credential string, identify func() error) error {
	known := c.recent.holds(credential)
	client := inbound.Group(inbound.ClientOf(ctx))
	if !known {
		if err := c.take(ctx); err != nil {
			return err
		}
	}
	err := identify()
	switch {
	case err == nil:
		inbound.SignedIn(ctx)
		c.recent.add(credential)
	case apperr.CodeOf(err) == apperr.Unauthenticated:
		c.recent.remove(credential)
		return err // the attempt still counts
	}
	if !known {
		c.attempts.Forgive(client)
	}
	return err
}

// take takes an attempt from the address of ctx.
func (c *callers) take(ctx context.Context) error {
	if wait := c.attempts.Attempt(inbound.Group(inbound.ClientOf(ctx))); wait > 0 {
		return &tooManyAttempts{apperr.New(apperr.RateLimited, "Too many sign-in attempts from your address. Try again in a moment."), wait}
	}
	return nil
}

// paced takes an attempt for every request, whether it succeeds or fails.
func (a *App) paced(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := a.callers.take(r.Context()); err != nil {
			a.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// retryAfter formats wait as a Retry-After header.
func retryAfter(wait time.Duration) string {
	return strconv.Itoa(int(max(1, (wait+time.Second-1)/time.Second)))
}

// recent remembers credentials that were valid recently. It keeps their hashes, seeded for this process, in two
// generations of limited size.
type recent struct {
	seed maphash.Seed
	most int

	mu          sync.RWMutex // protects the fields below
	now, before map[uint64]struct{}
	since       time.Time
}

// generation is how long a generation of recent credentials accepts new ones.
const generation = 10 * time.Minute

func newRecent(most int) *recent {
	return &recent{seed: maphash.MakeSeed(), most: most, now: map[uint64]struct{}{}, before: map[uint64]struct{}{}, since: time.Now()}
}

func (r *recent) holds(credential string) bool {
	hash := maphash.String(r.seed, credential)
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, now := r.now[hash]
	_, before := r.before[hash]
	return now || before
}

func (r *recent) add(credential string) {
	hash := maphash.String(r.seed, credential)
	r.mu.RLock()
	_, held := r.now[hash]
	fresh := time.Since(r.since) < generation
	r.mu.RUnlock()
	if held && fresh {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.now) >= r.most || time.Since(r.since) >= generation {
		r.before, r.now, r.since = r.now, map[uint64]struct{}{}, time.Now()
	}
	r.now[hash] = struct{}{}
}

func (r *recent) remove(credential string) {
	hash := maphash.String(r.seed, credential)
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.now, hash)
	delete(r.before, hash)
}

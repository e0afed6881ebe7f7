// Package cache caches responses to queries. The key is account, role, document, variables and the version of the
// account's data, which is mainly its journal's position. Each request first reads the current version from the
// primary, after it has arrived, and gets only a response cached for exactly that version. So no response is older than
// its request, whichever server did the last write.
//
// Fields that the journal does not cover are marked @volatile in the schema; responses with such fields are never
// cached.
package cache

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"io"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/guard"
	"github.com/orgmap/orgmap/internal/auth"
)

// Version is the version of an account's data: equal versions mean equal data, as far as the journal covers it.
type Version struct {
	Position int64  // in the account's journal
	Writer   uint32 // transaction that last wrote the account's row
	Era      int64  // of the primary: after a failover, the new primary may reuse positions for other data
}

// Snapshot is what the reads of one response go through.
type Snapshot interface {
	// Open starts the snapshot unless it is open, and returns the version that it sees.
	Open(ctx context.Context) (Version, error)
	// Version returns the version that all reads saw. It reports false if they saw different ones, or if there were
	// none.
	Version() (Version, bool)
	Close()
}

// Begin returns a context whose reads go through one snapshot, and the snapshot.
type Begin func(context.Context) (context.Context, Snapshot)

// Bound returns a context that ends when the response has taken too long.
type Bound func(context.Context) (context.Context, context.CancelFunc)

// Cache returns cached responses to queries, if that is allowed.
type Cache struct {
	// Waited is called with how long a request waited for a response that another request was computing; nil: not
	// called.
	Waited func(ctx context.Context, wait time.Duration)

	store        *store
	computations computations
	coverage     coverage
	metrics      *metrics
}

// New returns a cache that holds up to the given number of bytes of responses.
func New(bytes int64, schema *ast.Schema, registerer prometheus.Registerer) *Cache {
	m := newMetrics(registerer)
	return &Cache{
		store: newStore(bytes, m), computations: computations{running: map[computation]chan struct{}{}},
		coverage: coverageOf(schema), metrics: m,
	}
}

type (
	versionKey  struct{}
	volatileKey struct{}
)

// requestVersion is the version that was read when the request arrived. Only one operation may use it.
type requestVersion struct {
	version Version
	used    atomic.Bool
}

// WithVersion returns a context with the version of the actor's account, which must have been read after the request
// arrived. Do not use a context that outlives the request, such as a socket's.
func WithVersion(ctx context.Context, version Version) context.Context {
	return context.WithValue(ctx, versionKey{}, &requestVersion{version: version})
}

func versionFrom(ctx context.Context) (Version, bool) {
	found, _ := ctx.Value(versionKey{}).(*requestVersion)
	if found == nil || found.used.Swap(true) {
		return Version{}, false
	}
	return found.version, true
}

// Volatile marks the current response as containing data that the journal does not cover, in cases the schema cannot
// tell. The response is then not cached.
func Volatile(ctx context.Context) {
	if mark, ok := ctx.Value(volatileKey{}).(*atomic.Bool); ok {
		mark.Store(true)
	}
}

// Respond returns the cached response to a query. On a miss it calls next in a snapshot from begin, within the time of
// bound.
func (c *Cache) Respond(ctx context.Context, bound Bound, begin Begin, next graphql.ResponseHandler) *graphql.Response {
	operation := graphql.GetOperationContext(ctx)
	key, cacheable := c.keyOf(ctx, operation)
	version, known := Version{}, false
	if cacheable {
		if version, known = versionFrom(ctx); known {
			if found := c.store.find(key, version); found != nil {
				return c.hit(ctx, operation, found)
			}
		}
	}
	ctx, cancel := bound(ctx)
	defer cancel()
	if !cacheable {
		c.metrics.volatile.Inc()
		report(ctx, operation, "VOLATILE")
		ctx, snapshot := begin(ctx)
		defer snapshot.Close()
		return next(ctx)
	}
	lookup := lookup{cache: c, key: key, begin: begin}
	defer lookup.end()
	if found := lookup.seek(ctx, version, known); found != nil {
		return c.hit(ctx, operation, found)
	}
	c.metrics.misses.Inc()
	report(ctx, operation, "MISS")
	return lookup.produce(ctx, next)
}

// hit returns a cached response.
func (c *Cache) hit(ctx context.Context, operation *graphql.OperationContext, found *entry) *graphql.Response {
	c.metrics.hits.Inc()
	report(ctx, operation, "HIT")
	receive(ctx, found)
	guard.RecordCost(operation, found.cost)
	return &graphql.Response{Data: found.data(), Extensions: graphql.GetExtensions(ctx)}
}

// keyOf returns the operation's key, and reports whether the response may be cached.
func (c *Cache) keyOf(ctx context.Context, operation *graphql.OperationContext) (key, bool) {
	actor, known := auth.ActorFrom(ctx)
	volatile, personal := c.coverage.selects(operation.Operation)
	if !known || volatile {
		return key{}, false
	}
	variables, err := json.Marshal(operation.Variables) // encoded in the order of their names
	if err != nil {
		return key{}, false
	}
	name := ""
	if personal {
		name = actor.Name
	}
	sum := sha256.New()
	for _, part := range []string{actor.Role.String(), name, operation.OperationName, operation.RawQuery} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		_, _ = sum.Write(length[:])
		_, _ = io.WriteString(sum, part)
	}
	_, _ = sum.Write(variables)
	key := key{account: actor.AccountID}
	sum.Sum(key.hash[:0])
	return key, true
}

// report adds the cache result to the response's extensions, if the request's extensions contain cache: true.
func report(ctx context.Context, operation *graphql.OperationContext, result string) {
	if asked, _ := operation.Extensions["cache"].(bool); asked {
		graphql.RegisterExtension(ctx, "cache", result)
	}
}

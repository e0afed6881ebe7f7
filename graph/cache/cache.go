// Package cache keeps answers to queries. An answer is told by the account, the role, the document, its variables and the
// moment of the account's data: the position of its journal. Whoever asks learns the moment from the primary first, after
// the request has come, and is given only what was filed under that very moment: no answer is older than the request that it
// answers, on whichever server the last write was done.
//
// What the journal does not cover says so in the schema, by @volatile, and is never kept.
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

// Moment is where an account's data stand: everything that the journal covers is the same wherever it is equal.
type Moment struct {
	Position int64  // of the account's journal
	Writer   uint32 // the transaction that last wrote the account's own row
	Era      int64  // of the primary: one that takes over counts on from what it has, and may give the same numbers to other data
}

// Snapshot is what the reads of one answer go through.
type Snapshot interface {
	// Open begins it, unless that is done, and tells the moment that it sees.
	Open(ctx context.Context) (Moment, error)
	// Saw is the moment that all reads saw; false where they did not all see one, or there were none.
	Saw() (Moment, bool)
	Close()
}

// Begin returns a context whose reads go through one snapshot.
type Begin func(context.Context) (context.Context, Snapshot)

// Bound returns a context that ends when an answer has taken too long.
type Bound func(context.Context) (context.Context, context.CancelFunc)

// Cache answers queries from what it keeps, where it may.
type Cache struct {
	// Waited is told how long a request waited for an answer that another one made; nil: nobody is.
	Waited func(ctx context.Context, wait time.Duration)

	answers  *answers
	flights  flights
	coverage coverage
	metrics  *metrics
}

// New makes a cache of so many bytes for answers of the schema.
func New(bytes int64, schema *ast.Schema, registerer prometheus.Registerer) *Cache {
	m := newMetrics(registerer)
	return &Cache{
		answers: newAnswers(bytes, m), flights: flights{underWay: map[flight]chan struct{}{}},
		coverage: coverageOf(schema), metrics: m,
	}
}

type (
	momentKey   struct{}
	volatileKey struct{}
)

// brought is a moment that was learnt when the request came. It serves one operation.
type brought struct {
	moment Moment
	taken  atomic.Bool
}

// WithMoment hands on the moment of the actor's account, learnt after the request has come. It must not be given to a context
// that outlives the request, such as a socket's.
func WithMoment(ctx context.Context, moment Moment) context.Context {
	return context.WithValue(ctx, momentKey{}, &brought{moment: moment})
}

func broughtBy(ctx context.Context) (Moment, bool) {
	found, _ := ctx.Value(momentKey{}).(*brought)
	if found == nil || found.taken.Swap(true) {
		return Moment{}, false
	}
	return found.moment, true
}

// Volatile says that the answer in the making holds what the journal does not cover, where the schema cannot tell: it is not
// kept.
func Volatile(ctx context.Context) {
	if mark, ok := ctx.Value(volatileKey{}).(*atomic.Bool); ok {
		mark.Store(true)
	}
}

// Answer answers a query: with what is kept, or else, as long as bound lets it, by next, in a snapshot that begin begins.
func (c *Cache) Answer(ctx context.Context, bound Bound, begin Begin, next graphql.ResponseHandler) *graphql.Response {
	operation := graphql.GetOperationContext(ctx)
	asked, kept := c.read(ctx, operation)
	moment, known := Moment{}, false
	if kept {
		if moment, known = broughtBy(ctx); known {
			if found := c.answers.find(asked, moment); found != nil {
				return c.hit(ctx, operation, found)
			}
		}
	}
	ctx, cancel := bound(ctx)
	defer cancel()
	if !kept {
		c.metrics.volatile.Inc()
		tell(ctx, operation, "VOLATILE")
		ctx, snapshot := begin(ctx)
		defer snapshot.Close()
		return next(ctx)
	}
	turn := turn{cache: c, question: asked, begin: begin}
	defer turn.end()
	if found := turn.seek(ctx, moment, known); found != nil {
		return c.hit(ctx, operation, found)
	}
	c.metrics.misses.Inc()
	tell(ctx, operation, "MISS")
	return turn.produce(ctx, next)
}

// hit answers with what is kept.
func (c *Cache) hit(ctx context.Context, operation *graphql.OperationContext, found *answer) *graphql.Response {
	c.metrics.hits.Inc()
	tell(ctx, operation, "HIT")
	receive(ctx, found)
	guard.TakeDown(operation, found.cost)
	return &graphql.Response{Data: found.data(), Extensions: graphql.GetExtensions(ctx)}
}

// read tells what is asked, and whether its answer may be kept.
func (c *Cache) read(ctx context.Context, operation *graphql.OperationContext) (question, bool) {
	actor, known := auth.ActorFrom(ctx)
	volatile, personal := c.coverage.selects(operation.Operation)
	if !known || volatile {
		return question{}, false
	}
	variables, err := json.Marshal(operation.Variables) // sorted by name
	if err != nil {
		return question{}, false
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
	asked := question{account: actor.AccountID}
	sum.Sum(asked.hash[:0])
	return asked, true
}

// tell puts what became of a query into the response's extensions, for a request whose own extensions say cache: true.
func tell(ctx context.Context, operation *graphql.OperationContext, result string) {
	if asked, _ := operation.Extensions["cache"].(bool); asked {
		graphql.RegisterExtension(ctx, "cache", result)
	}
}

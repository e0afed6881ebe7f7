package pg

import (
	"context"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

type countKey struct{}

// WithStatementCount returns a context under which every statement sent to Postgres is counted, those that begin and
// end transactions too. The explorer shows the count, and tests hold it constant.
func WithStatementCount(ctx context.Context) (context.Context, *atomic.Int64) {
	count := new(atomic.Int64)
	return context.WithValue(ctx, countKey{}, count), count
}

// uncounted returns the context for statements that are not the request's own, such as those that set up a connection.
func uncounted(ctx context.Context) context.Context {
	return context.WithValue(ctx, countKey{}, (*atomic.Int64)(nil))
}

// statementCounter is the pool's tracer.
type statementCounter struct{}

func (statementCounter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	countStatement(ctx)
	return ctx
}

func countStatement(ctx context.Context) {
	if count, _ := ctx.Value(countKey{}).(*atomic.Int64); count != nil {
		count.Add(1)
	}
}

func (statementCounter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// tracerKey is where a connection keeps the tracer of Options, for statements that go past pgx.
const tracerKey = "orgmap.tracer"

// sent counts and traces a statement that goes past pgx and so past the pool's tracer; end is called with what came of it.
func sent(ctx context.Context, conn *pgx.Conn, statement string) (_ context.Context, end func(error)) {
	countStatement(ctx)
	tracer, traced := conn.PgConn().CustomData()[tracerKey].(pgx.QueryTracer)
	if !traced {
		return ctx, untraced
	}
	ctx = tracer.TraceQueryStart(ctx, conn, pgx.TraceQueryStartData{SQL: statement})
	return ctx, func(err error) { tracer.TraceQueryEnd(ctx, conn, pgx.TraceQueryEndData{Err: err}) }
}

func untraced(error) {}

package pg

import (
	"context"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

type countKey struct{}

// WithStatementCount returns a context that counts every statement sent to Postgres, including those that begin and end
// transactions. The explorer shows the count, and tests assert that it stays constant.
func WithStatementCount(ctx context.Context) (context.Context, *atomic.Int64) {
	count := new(atomic.Int64)
	return context.WithValue(ctx, countKey{}, count), count
}

// uncounted returns a context for statements that are not part of the request, such as those that set up a connection.
func uncounted(ctx context.Context) context.Context {
	return context.WithValue(ctx, countKey{}, (*atomic.Int64)(nil))
}

// statementCounter counts statements as the pool's tracer.
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

// tracerKey is the connection's custom data key for Options.Tracer, for statements that bypass pgx.
const tracerKey = "orgmap.tracer"

// sent counts and traces a statement that bypasses pgx and therefore the pool's tracer. Call end with the statement's
// error.
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

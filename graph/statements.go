package graph

import (
	"context"
	"strconv"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
)

// CountStatements returns a context under which every statement sent to the database is counted.
type CountStatements func(context.Context) (context.Context, *atomic.Int64)

// statementCount is read when the answer is written, which is when it is whole.
type statementCount struct{ *atomic.Int64 }

// MarshalJSON writes the number.
func (c statementCount) MarshalJSON() ([]byte, error) {
	return strconv.AppendInt(nil, c.Load(), 10), nil
}

// response tells how many statements an answer or event took where the request's own extensions say statements: true.
// What came from memory, or was worked out for another subscriber, took none. It is registered before anything is worked out, so
// that a subscription knows that it gets what others do not.
func (c CountStatements) response(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if wanted, _ := graphql.GetOperationContext(ctx).Extensions["statements"].(bool); wanted {
		var count *atomic.Int64
		ctx, count = c(ctx)
		graphql.RegisterExtension(ctx, "statements", statementCount{count})
	}
	return next(ctx)
}

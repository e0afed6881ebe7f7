package graph

import (
	"context"
	"strconv"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
)

// CountStatements returns a context that counts every statement sent to the database, and the counter.
type CountStatements func(context.Context) (context.Context, *atomic.Int64)

// statementCount is encoded when the response is written, after the last statement.
type statementCount struct{ *atomic.Int64 }

// MarshalJSON returns the count.
func (c statementCount) MarshalJSON() ([]byte, error) {
	return strconv.AppendInt(nil, c.Load(), 10), nil
}

// response adds the number of statements that a response or event took, if the request's extensions contain statements:
// true. Data from memory, or rendered for another subscriber, takes none. The extension is registered before execution
// starts, so that a subscription knows its responses differ from those of other subscribers.
func (c CountStatements) response(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if wanted, _ := graphql.GetOperationContext(ctx).Extensions["statements"].(bool); wanted {
		var count *atomic.Int64
		ctx, count = c(ctx)
		graphql.RegisterExtension(ctx, "statements", statementCount{count})
	}
	return next(ctx)
}

package graph

import (
	"context"
	"maps"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
)

// CountStatements returns a context under which every statement sent to the database is counted.
type CountStatements func(context.Context) (context.Context, *atomic.Int64)

// response tells how many statements an answer or event took where the request's own extensions say statements: true.
// What came from memory, or was worked out for another subscriber, took none.
func (c CountStatements) response(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if wanted, _ := graphql.GetOperationContext(ctx).Extensions["statements"].(bool); !wanted {
		return next(ctx)
	}
	ctx, count := c(ctx)
	response := next(ctx)
	if response == nil {
		return nil
	}
	extensions := map[string]any{"statements": count.Load()}
	maps.Copy(extensions, response.Extensions)
	answered := *response // which may be stored, or shared with others
	answered.Extensions = extensions
	return &answered
}

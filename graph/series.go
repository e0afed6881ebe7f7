package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

type seriesKey struct{}

// series is the state of a request's mutations, which run one after the other.
type series struct{ ended bool }

// inSeries returns a context in which the mutations of one request share their state.
func inSeries(ctx context.Context) context.Context {
	return context.WithValue(ctx, seriesKey{}, &series{})
}

// nextInSeries executes a mutation unless an earlier one returned null for a non-null field. In that case the
// specification makes the whole response's data null, so later mutations are skipped: the client could not learn what
// they did.
func nextInSeries(ctx context.Context, execute graphql.RootResolver) graphql.Marshaler {
	state, _ := ctx.Value(seriesKey{}).(*series)
	if state == nil {
		return execute(ctx)
	}
	if state.ended {
		return graphql.Null
	}
	value := execute(ctx)
	field := graphql.GetRootFieldContext(ctx).Field
	state.ended = value == graphql.Null && field.Definition != nil && field.Definition.Type.NonNull
	return value
}

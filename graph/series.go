package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

type seriesKey struct{}

// series is the state of a request's mutations, which are executed one after the other.
type series struct{ ended bool }

// inSeries returns a context for the mutations of one request.
func inSeries(ctx context.Context) context.Context {
	return context.WithValue(ctx, seriesKey{}, &series{})
}

// nextInSeries executes a mutation unless one before it came to null where null is forbidden. Then the data of the whole answer is
// null, as the specification has it, and the mutations after it are not executed: nobody would learn what they did.
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

package graph

import (
	"context"
	"log/slog"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/guard"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/internal/auth"
)

// Snapshots opens a session in which all reads of one answer see the same moment. The returned function ends it.
type Snapshots func(context.Context) (context.Context, func())

// NewServer puts the executor together: what each operation passes on its way to the resolvers. The transports are the
// caller's to add.
func NewServer(resolver *Resolver, snapshots Snapshots, logger *slog.Logger) *handler.Server {
	server := handler.New(gen.NewExecutableSchema(gen.Config{Resolvers: resolver}))
	server.SetErrorPresenter(presentError(logger))
	server.SetRecoverFunc(recoverPanic(logger))
	server.Use(extension.Introspection{})
	server.Use(adminIntrospection{})
	guard.New(guard.DefaultLimits()).Install(server)

	answer := func(ctx context.Context) (context.Context, func()) {
		ctx, end := snapshots(ctx)
		return loader.With(ctx, loader.New(resolver.Sources)), end
	}
	// A query's answer, and each event of a subscription, reads one moment through loaders of its own: a socket lives for
	// hours, and what a loader keeps must not.
	server.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		operation := graphql.GetOperationContext(ctx).Operation // nil for a request that was refused before it ran
		if operation == nil || operation.Operation == ast.Mutation {
			return next(ctx)
		}
		ctx, end := answer(ctx)
		defer end()
		return next(ctx)
	})
	// Each mutation of a request reads anew: it must see what the one before it did.
	server.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		if graphql.GetOperationContext(ctx).Operation.Operation != ast.Mutation {
			return next(ctx)
		}
		ctx, end := answer(ctx)
		defer end()
		return next(ctx)
	})
	return server
}

// adminIntrospection lets nobody but admins ask for the schema.
type adminIntrospection struct{}

func (adminIntrospection) ExtensionName() string                   { return "AdminIntrospection" }
func (adminIntrospection) Validate(graphql.ExecutableSchema) error { return nil }
func (adminIntrospection) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	_, err := auth.Require(ctx, auth.Admin)
	graphql.GetOperationContext(ctx).DisableIntrospection = err != nil
	return next(ctx)
}

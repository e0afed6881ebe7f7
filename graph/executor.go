package graph

import (
	"cmp"
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/orgmap/orgmap/graph/cache"
	"github.com/orgmap/orgmap/graph/fanout"
	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/guard"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/persisted"
	"github.com/orgmap/orgmap/graph/plan"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/idempotency"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/throttle"
)

// Options configure what a server's operations pass through.
type Options struct {
	Snapshots cache.Begin        // begins the snapshot that one response reads from
	Cache     *cache.Cache       // of responses to queries; nil: no caching
	Responses *idempotency.Store // responses to mutations with an idempotency key; nil: keys are ignored
	Budgets   Budgets            // caps what callers may spend
	Documents *persisted.Documents
	Logger    *slog.Logger
	Observe   Observe // called for every response and event; nil: not called
	Trace     Trace   // nil: no tracing
	Count     CountStatements
	Sent      func(feed string, read, parked int) // see fanout.Options; nil: not called

	WithoutPlans  bool // gqlgen's executor runs every operation; events are not shared either
	WithoutFanOut bool // every subscriber's events are rendered separately
}

// Observe is called for each response to a query or mutation and each event of a subscription. It gets the operation's
// type ("refused" if it never ran), the code of the first error ("" if there is none), and how long it took, which for
// an event is mostly waiting.
type Observe func(kind, code string, took time.Duration)

// Trace starts the span of an operation with the given type and name. Call end with the code of its first error. For a
// subscription it is called once for each event, before the wait for the event.
type Trace func(ctx context.Context, kind, name string) (_ context.Context, end func(code string))

// NewServer returns a server with every extension and interceptor that an operation passes on its way to the resolvers.
// The caller adds the transports.
func NewServer(resolver *Resolver, options Options) *handler.Server {
	present := presentError(options.Logger)
	limits := guard.New(guard.DefaultLimits())
	schema := gen.NewExecutableSchema(gen.Config{Schema: publicSchema(), Resolvers: resolver})
	if !options.WithoutPlans {
		var deliver plan.Deliver
		if !options.WithoutFanOut {
			deliver = fanout.New(fanout.Options{Scope: scope, Sent: options.Sent}).Subscribe
		}
		schema = plan.Over(schema, gen.PlanTypes(resolver), deliver, limits)
	}
	server := handler.New(schema)
	server.SetErrorPresenter(present)
	server.SetRecoverFunc(recoverPanic(options.Logger))
	server.Use(knownCallers{}) // before any extension that reads a request
	server.Use(extension.Introspection{})
	server.Use(adminIntrospection{})
	server.Use(singleStream{})
	server.Use(options.Documents) // before the guard, which inspects query texts
	limits.Install(server)
	server.Use(allowance{budgets: options.Budgets, subscriptions: throttle.NewCounter(maxSubscriptions), present: present})

	if options.Observe != nil {
		server.AroundResponses(options.Observe.response) // outermost, around all other interceptors
	}
	if options.Trace != nil {
		server.AroundResponses(options.Trace.response)
	}
	server.AroundResponses(options.Count.response)
	beginSnapshot := func(ctx context.Context) (context.Context, cache.Snapshot) {
		ctx, snapshot := options.Snapshots(ctx)
		return loader.With(ctx, loader.New(resolver.Sources)), snapshot
	}
	once := idempotent{responses: options.Responses, present: present}
	// The response to a query, and each event of a subscription, reads one snapshot through its own loaders: a socket
	// lives for hours, and a loader's contents must not.
	server.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		operation := graphql.GetOperationContext(ctx).Operation
		if operation == nil || len(graphql.GetErrors(ctx)) > 0 { // refused: must not be answered
			return next(ctx)
		}
		if operation.Operation == ast.Query && options.Cache != nil {
			return options.Cache.Respond(ctx, bounded, beginSnapshot, next)
		}
		if operation.Operation != ast.Subscription { // a subscription waits hours for its next event
			var cancel context.CancelFunc
			ctx, cancel = bounded(ctx)
			defer cancel()
		}
		if operation.Operation == ast.Mutation {
			return once.respond(inSeries(ctx), next)
		}
		ctx, snapshot := beginSnapshot(ctx)
		defer snapshot.Close()
		return next(ctx)
	})
	// Each mutation of a request gets a new snapshot, because it must see what the previous one wrote.
	server.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		if graphql.GetOperationContext(ctx).Operation.Operation != ast.Mutation {
			return next(ctx)
		}
		return nextInSeries(journal.WithLast(ctx), func(ctx context.Context) graphql.Marshaler {
			ctx, snapshot := beginSnapshot(ctx)
			defer snapshot.Close()
			return next(ctx)
		})
	})
	return server
}

func (o Observe) response(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	began := time.Now()
	response := next(ctx)
	if response == nil {
		return nil // the subscription has ended, or the client has left
	}
	kind := "refused"
	if operation := graphql.GetOperationContext(ctx).Operation; operation != nil {
		kind = string(operation.Operation)
	}
	o(kind, firstCode(response), time.Since(began))
	return response
}

// firstCode returns the code of the response's first error, or "" if it has none.
func firstCode(response *graphql.Response) string {
	if response == nil || len(response.Errors) == 0 {
		return ""
	}
	code, _ := response.Errors[0].Extensions[codeKey].(string)
	return cmp.Or(code, string(apperr.Internal))
}

func (t Trace) response(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	operation := graphql.GetOperationContext(ctx).Operation
	if operation == nil {
		return next(ctx)
	}
	ctx, end := t(ctx, string(operation.Operation), operation.Name)
	response := next(ctx)
	end(firstCode(response))
	return response
}

// scope returns what decides what a subscriber sees of an event: the account and the role.
func scope(ctx context.Context) string {
	actor, known := auth.ActorFrom(ctx)
	if !known {
		return ""
	}
	return actor.AccountID.String() + " " + actor.Role.String()
}

// adminIntrospection lets only admins query the schema.
type adminIntrospection struct{}

var errIntrospection = &gqlerror.Error{
	Message:    "Only admins may ask for the schema: the explorer needs the role ADMIN.",
	Extensions: map[string]any{codeKey: string(apperr.Forbidden)},
}

func (adminIntrospection) ExtensionName() string                   { return "AdminIntrospection" }
func (adminIntrospection) Validate(graphql.ExecutableSchema) error { return nil }
func (adminIntrospection) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	if _, err := auth.Require(ctx, auth.Admin); err == nil {
		return nil
	}
	operation.DisableIntrospection = true // in case a field escapes the check below
	if plainField(operation.Operation.SelectionSet) {
		return nil
	}
	for _, field := range graphql.CollectFields(operation, operation.Operation.SelectionSet, []string{"Query"}) {
		if field.Name == "__schema" || field.Name == "__type" {
			return errIntrospection
		}
	}
	return nil
}

// plainField reports whether the selection is a single field without directives that is not introspection, as in nearly
// every subscription. Checking this first avoids graphql.CollectFields, whose result gqlgen keeps as long as the
// operation lives.
func plainField(set ast.SelectionSet) bool {
	if len(set) != 1 {
		return false
	}
	field, plain := set[0].(*ast.Field)
	return plain && len(field.Directives) == 0 && !strings.HasPrefix(field.Name, "__")
}

// singleStream refuses a subscription with more than one field: the specification forbids it, but the parser's rules
// allow it.
type singleStream struct{}

var errStreams = &gqlerror.Error{
	Message:    "A subscription has exactly one field.",
	Extensions: map[string]any{codeKey: errcode.ValidationFailed},
}

func (singleStream) ExtensionName() string                   { return "SingleStream" }
func (singleStream) Validate(graphql.ExecutableSchema) error { return nil }
func (singleStream) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	if operation.Operation.Operation != ast.Subscription {
		return nil
	}
	if plainField(operation.Operation.SelectionSet) {
		return nil
	}
	if fields := graphql.CollectFields(operation, operation.Operation.SelectionSet, []string{"Subscription"}); len(fields) != 1 || fields[0].Name == "__typename" {
		return errStreams
	}
	return nil
}

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
	"github.com/orgmap/orgmap/internal/throttle"
)

// Options are what a server's operations pass through.
type Options struct {
	Snapshots cache.Begin        // of one answer's reads
	Cache     *cache.Cache       // of answers to queries; nil: each is made anew
	Answers   *idempotency.Store // of mutations with a key; nil: keys are not heeded
	Budgets   Budgets            // what callers may spend
	Documents *persisted.Documents
	Logger    *slog.Logger
	Observe   Observe // told of every answer and event; nil: nobody
	Trace     Trace   // nil: nothing is traced
	Count     CountStatements
	Sent      func(feed string, read, parked int) // as fanout.Options has it; nil: nobody counts

	WithoutPlans  bool // gqlgen's executor runs every operation; it shares no events either
	WithoutFanOut bool // every subscriber's events are rendered separately
}

// Observe is told of an answer to a query or mutation, or of an event of a subscription: which it was ("refused" where it never
// ran), the code of its first error, "" where it has none, and how long it took; for an event that is mostly waiting.
type Observe func(kind, code string, took time.Duration)

// Trace begins the span of an operation, by its type and the name its document gives it; end it with the code of its first error.
// It is asked for each event of a subscription, before the wait for that.
type Trace func(ctx context.Context, kind, name string) (_ context.Context, end func(code string))

// NewServer puts the executor together: what each operation passes on its way to the resolvers. The transports are the
// caller's to add.
func NewServer(resolver *Resolver, options Options) *handler.Server {
	present := presentError(options.Logger)
	limits := guard.New(guard.DefaultLimits())
	schema := gen.NewExecutableSchema(gen.Config{Schema: announced(), Resolvers: resolver})
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
	server.Use(knownCallers{}) // before all that reads a request
	server.Use(extension.Introspection{})
	server.Use(adminIntrospection{})
	server.Use(singleStream{})
	server.Use(options.Documents) // before the guard, which looks at texts
	limits.Install(server)
	server.Use(allowance{budgets: options.Budgets, subscriptions: throttle.NewCounter(maxSubscriptions), present: present})

	if options.Observe != nil {
		server.AroundResponses(options.Observe.response) // around all others
	}
	if options.Trace != nil {
		server.AroundResponses(options.Trace.response)
	}
	server.AroundResponses(options.Count.response)
	answer := func(ctx context.Context) (context.Context, cache.Snapshot) {
		ctx, snapshot := options.Snapshots(ctx)
		return loader.With(ctx, loader.New(resolver.Sources)), snapshot
	}
	once := onceOnly{answers: options.Answers, present: present}
	// A query's answer, and each event of a subscription, reads one moment through loaders of its own: a socket lives for
	// hours, and what a loader keeps must not.
	server.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		operation := graphql.GetOperationContext(ctx).Operation
		if operation == nil || len(graphql.GetErrors(ctx)) > 0 { // it was refused before it ran: nothing may answer it all the same
			return next(ctx)
		}
		if operation.Operation == ast.Query && options.Cache != nil {
			return options.Cache.Answer(ctx, bounded, answer, next)
		}
		if operation.Operation != ast.Subscription { // which first waits for its next event, for hours
			var cancel context.CancelFunc
			ctx, cancel = bounded(ctx)
			defer cancel()
		}
		if operation.Operation == ast.Mutation {
			return once.answer(inSeries(ctx), next)
		}
		ctx, snapshot := answer(ctx)
		defer snapshot.Close()
		return next(ctx)
	})
	// Each mutation of a request reads anew: it must see what the one before it did.
	server.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		if graphql.GetOperationContext(ctx).Operation.Operation != ast.Mutation {
			return next(ctx)
		}
		return nextInSeries(ctx, func(ctx context.Context) graphql.Marshaler {
			ctx, snapshot := answer(ctx)
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
		return nil // a subscription has ended, or nobody waits for the answer any more
	}
	kind := "refused"
	if operation := graphql.GetOperationContext(ctx).Operation; operation != nil {
		kind = string(operation.Operation)
	}
	o(kind, firstCode(response), time.Since(began))
	return response
}

// firstCode is the code of an answer's first error, "" where it has none.
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

// scope is what decides on what a subscriber sees of an event: the account, and what their role allows.
func scope(ctx context.Context) string {
	actor, known := auth.ActorFrom(ctx)
	if !known {
		return ""
	}
	return actor.AccountID.String() + " " + actor.Role.String()
}

// adminIntrospection lets nobody but admins ask for the schema.
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
	operation.DisableIntrospection = true // should a field escape the look below
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

// plainField tells whether a selection is one field of ours without directives, as that of nearly every subscription. What
// gqlgen collects to find that out, it keeps for as long as the operation lives.
func plainField(set ast.SelectionSet) bool {
	if len(set) != 1 {
		return false
	}
	field, plain := set[0].(*ast.Field)
	return plain && len(field.Directives) == 0 && !strings.HasPrefix(field.Name, "__")
}

// singleStream refuses what the specification does not allow and the parser's rules let pass: a subscription to two streams.
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

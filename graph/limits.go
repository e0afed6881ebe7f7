package graph

import (
	"context"
	"math"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/orgmap/orgmap/graph/guard"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/throttle"
)

// deadline bounds a query or mutation. Whoever asked has long given up waiting.
const deadline = 10 * time.Second

// maxSubscriptions is how many subscriptions a token or person has open on this process at once: as many as its sockets take.
const maxSubscriptions = 1000

// allowance holds each token and person to what operations may cost, and to a number of subscriptions at once. It goes behind
// the guard, which reckons the cost.
type allowance struct {
	buckets       *throttle.Buckets // nil: no limit
	subscriptions *throttle.Counter
	present       graphql.ErrorPresenterFunc
}

func (allowance) ExtensionName() string                   { return "Allowance" }
func (allowance) Validate(graphql.ExecutableSchema) error { return nil }

// charged is the cost of an operation and how its caller stands, as a refusal tells it.
type charged struct {
	guard.Cost
	throttle.State
}

// MutateOperationContext takes the operation's cost out of its caller's bucket.
func (a allowance) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	actor, known := auth.ActorFrom(ctx)
	if !known || a.buckets == nil {
		return nil
	}
	cost, _ := guard.CostOf(operation)
	state, wait := a.buckets.Take(actor.ID, max(1, cost.Requested))
	if wait == 0 {
		return nil
	}
	seconds := int(math.Ceil(wait.Seconds()))
	refused := gqlerror.Errorf("You have used up what you may ask for in a short time. Ask again in %d s, or for less at a time.", seconds)
	errcode.Set(refused, string(apperr.RateLimited))
	refused.Extensions["retryAfter"] = seconds
	refused.Extensions["cost"] = charged{cost, state}
	return refused
}

var errSubscriptions = apperr.New(apperr.RateLimited, "You have %d subscriptions open, and that is the most.", maxSubscriptions)

// InterceptOperation counts the subscriptions that are open.
func (a allowance) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	actor, known := auth.ActorFrom(ctx)
	if !known || graphql.GetOperationContext(ctx).Operation.Operation != ast.Subscription {
		return next(ctx)
	}
	leave, ok := a.subscriptions.Enter(actor.ID)
	if !ok {
		return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{a.present(ctx, errSubscriptions)}})
	}
	context.AfterFunc(ctx, leave)
	return next(ctx)
}

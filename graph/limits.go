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

// deadline bounds a query or mutation. By then the client has long given up.
const deadline = 10 * time.Second

func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, deadline)
}

// maxSubscriptions caps the open subscriptions of one token or person on this process: as many as its sockets allow.
const maxSubscriptions = 1000

// Budgets cap what operations may cost within a short time, per token or person and per account. Either may be nil: no
// limit.
type Budgets struct {
	Caller, Account *throttle.Buckets
}

// allowance enforces the budgets of each caller and account, and a maximum of open subscriptions. It must run after the
// guard, which computes the cost.
type allowance struct {
	budgets       Budgets
	subscriptions *throttle.Counter
	present       graphql.ErrorPresenterFunc
}

func (allowance) ExtensionName() string                   { return "Allowance" }
func (allowance) Validate(graphql.ExecutableSchema) error { return nil }

// charged is the cost of an operation and what is left of the caller's budget, as shown in the response.
type charged struct {
	guard.Cost
	throttle.State
}

// wanted is the cost of an operation that was refused for lack of budget, and the state of that budget.
type wanted struct {
	Requested int `json:"requested"`
	throttle.State
}

// MutateOperationContext takes the operation's cost from the caller's budget and from the account's.
func (a allowance) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	actor, known := auth.ActorFrom(ctx)
	if !known {
		return errUnknownCaller
	}
	cost := priceOf(operation)
	if state, wait := a.budgets.Caller.Take(actor.ID, cost); wait > 0 {
		return refuseFor(wait, wanted{cost, state}, "You have used up your budget for operations. Try again later.")
	}
	if state, wait := a.budgets.Account.Take(actor.AccountID, cost); wait > 0 {
		a.budgets.Caller.Settle(actor.ID, cost, 0)
		return refuseFor(wait, wanted{cost, state}, "Your account has used up its budget for operations. Try again later.")
	}
	return nil
}

// priceOf returns what an operation is charged before it runs: at least 1.
func priceOf(operation *graphql.OperationContext) int {
	cost, _ := guard.CostOf(operation)
	return max(1, cost.Requested)
}

func refuseFor(wait time.Duration, cost wanted, message string) *gqlerror.Error {
	seconds := int(math.Ceil(wait.Seconds()))
	refused := gqlerror.Errorf("%s Ask again in %d s, or for less at a time.", message, seconds)
	errcode.Set(refused, string(apperr.RateLimited))
	refused.Extensions["retryAfter"] = seconds
	refused.Extensions["cost"] = cost
	return refused
}

// InterceptResponse refunds the difference if the response cost less than was charged, and adds both numbers to the
// response. Events of subscriptions are free: the subscription has paid for them.
func (a allowance) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	operation := graphql.GetOperationContext(ctx)
	if response == nil || operation.Operation == nil || operation.Operation.Operation == ast.Subscription {
		return response // the client has left, or the operation was refused before it ran
	}
	cost, computed := guard.CostOf(operation)
	actor, known := auth.ActorFrom(ctx)
	if !computed || !known || response.Data == nil {
		return response
	}
	if response.Extensions == nil {
		response.Extensions = map[string]any{}
	}
	taken := priceOf(operation)
	cost.Requested, cost.Actual = taken, max(1, cost.Actual)
	if len(response.Errors) > 0 {
		cost.Actual = taken // we cannot tell how much work was done before the error
	}
	a.budgets.Account.Settle(actor.AccountID, taken, cost.Actual)
	if a.budgets.Caller == nil {
		response.Extensions["cost"] = cost
		return response
	}
	response.Extensions["cost"] = charged{cost, a.budgets.Caller.Settle(actor.ID, taken, cost.Actual)}
	return response
}

var errSubscriptions = apperr.New(apperr.RateLimited, "You have %d open subscriptions, the maximum. Close one first.", maxSubscriptions)

// InterceptOperation counts open subscriptions and refuses one over the maximum.
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

package guard

import (
	"context"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/orgmap/orgmap/graph/input"
)

// Guard holds every operation of a server to its limits, over whichever transport it came.
type Guard struct {
	limits    Limits
	documents *documents
	prices    *prices
	schema    *ast.Schema
	values    *input.Reader
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
	graphql.OperationContextMutator
	graphql.ResponseInterceptor
} = (*Guard)(nil)

// New returns a guard with the given limits.
func New(limits Limits) *Guard {
	return &Guard{limits: limits, documents: newDocuments(), prices: &prices{}}
}

// Install makes a server use the guard, with validation rules that give no hints and a query cache that cannot be filled up.
// Extensions that put another text in a request's place must be in use before.
func (g *Guard) Install(server *handler.Server) {
	server.SetParserTokenLimit(g.limits.Tokens)
	server.SetDisableSuggestion(true)
	server.SetValidationRulesFn(func() *rules.Rules { return Rules(g.limits.Errors) })
	server.SetQueryCache(g.documents)
	server.Use(g)
}

// ExtensionName is the guard's name in the executor.
func (g *Guard) ExtensionName() string { return "Guard" }

// Validate reads the schema's prices.
func (g *Guard) Validate(schema graphql.ExecutableSchema) error {
	list, err := priceList(schema.Schema())
	if err != nil {
		return fmt.Errorf("reading the costs of the schema: %w", err)
	}
	g.prices = list
	g.schema = schema.Schema()
	g.values = input.New(g.schema, g.limits.Errors, secretInputs...)
	return nil
}

// MutateOperationContext refuses an operation that selects too much, is given too much, or costs too much with its variables.
func (g *Guard) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	b := bill{prices: g.prices, variables: operation.Variables}
	total := b.set(operation.Operation.SelectionSet)
	requested := min(add(total.parts, total.given)/CostParts, mostTold)
	cost := &Cost{Requested: requested, Actual: requested, Limit: g.limits.cost(operation.Operation.Operation), given: total.given}
	operation.Stats.SetExtension(g.ExtensionName(), cost)
	switch {
	case b.refusal != nil:
		return b.refusal
	case cost.Requested > cost.Limit:
		return b.refuse(operation.Operation, *cost)
	case total.fields > g.limits.Fields:
		return tooComplex("The operation selects more than %d fields, counting those of a fragment wherever it is spread.", g.limits.Fields)
	}
	return nil
}

// Price is what resolving a field costs, in parts of a cost, or, where each, every item of its list.
func (g *Guard) Price(field *ast.FieldDefinition) (parts int, each bool) {
	p := g.prices.fields[field]
	return p.parts, p.each
}

// Spent takes down what an operation's answer came to, in parts of a cost. Before that, and where nobody tells, it is as much as
// was requested. It is never more: how long a list without first is can only be estimated, and what is longer is not charged.
func (g *Guard) Spent(operation *graphql.OperationContext, parts int) {
	if known := costOf(operation); known != nil {
		known.Actual = min(known.Requested, add(parts, known.given)/CostParts)
	}
}

// TakeDown records the cost of an answer that was made before.
func TakeDown(operation *graphql.OperationContext, cost int) {
	if known := costOf(operation); known != nil {
		known.Actual = cost
	}
}

// InterceptResponse cuts the list of errors.
func (g *Guard) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response != nil && len(response.Errors) > g.limits.Errors {
		response.Errors = response.Errors[:g.limits.Errors]
	}
	return response
}

// CostOf is the cost of an operation that a guard has reckoned.
func CostOf(operation *graphql.OperationContext) (cost Cost, known bool) {
	if reckoned := costOf(operation); reckoned != nil {
		return *reckoned, true
	}
	return Cost{}, false
}

func costOf(operation *graphql.OperationContext) *Cost {
	cost, _ := operation.Stats.GetExtension((*Guard)(nil).ExtensionName()).(*Cost)
	return cost
}

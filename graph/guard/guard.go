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

// Guard enforces its limits on every operation of a server, on every transport.
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

// Install adds the guard to a server, with validation rules that reveal no names and a bounded query cache. Extensions
// that replace a request's text must be added before it.
func (g *Guard) Install(server *handler.Server) {
	server.SetParserTokenLimit(g.limits.Tokens)
	server.SetDisableSuggestion(true)
	server.SetValidationRulesFn(func() *rules.Rules { return Rules(g.limits.Errors) })
	server.SetQueryCache(g.documents)
	server.Use(g)
}

// ExtensionName returns the guard's name in the executor.
func (g *Guard) ExtensionName() string { return "Guard" }

// Validate reads the costs in the schema.
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

// MutateOperationContext refuses an operation that selects too much, has too much input, or costs too much with its
// variables.
func (g *Guard) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	b := bill{prices: g.prices, variables: operation.Variables}
	total := b.set(operation.Operation.SelectionSet)
	requested := min(add(total.parts, total.given)/CostParts, maxReported)
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

// Price returns the cost of resolving a field or, if each is true, of every item of its list, in parts of a cost.
func (g *Guard) Price(field *ast.FieldDefinition) (parts int, each bool) {
	p := g.prices.fields[field]
	return p.parts, p.each
}

// Spent records what an operation's response actually cost, in parts of a cost. Until it is called, the actual cost
// equals the requested one. It never exceeds the requested cost: the length of a list without first is only estimated,
// and a longer list is not charged.
func (g *Guard) Spent(operation *graphql.OperationContext, parts int) {
	if known := costOf(operation); known != nil {
		known.Actual = min(known.Requested, add(parts, known.given)/CostParts)
	}
}

// RecordCost records the cost of a response that came from the cache.
func RecordCost(operation *graphql.OperationContext, cost int) {
	if known := costOf(operation); known != nil {
		known.Actual = cost
	}
}

// InterceptResponse truncates the list of errors.
func (g *Guard) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response != nil && len(response.Errors) > g.limits.Errors {
		response.Errors = response.Errors[:g.limits.Errors]
	}
	return response
}

// CostOf returns the cost that a guard computed for an operation.
func CostOf(operation *graphql.OperationContext) (cost Cost, known bool) {
	if computed := costOf(operation); computed != nil {
		return *computed, true
	}
	return Cost{}, false
}

func costOf(operation *graphql.OperationContext) *Cost {
	cost, _ := operation.Stats.GetExtension((*Guard)(nil).ExtensionName()).(*Cost)
	return cost
}

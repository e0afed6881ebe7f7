package plan

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// schema executes the operations that its tables cover by plans, and leaves the rest to the embedded schema.
type schema struct {
	graphql.ExecutableSchema
	types   Types
	plans   *plans
	deliver Deliver
	costs   Costs
}

// Costs prices fields and records what responses cost.
type Costs interface {
	// Price returns the cost of resolving a field or, if each is true, of every item of its list, in parts of a cost.
	Price(field *ast.FieldDefinition) (parts int, each bool)
	// Spent records what a response to a query or mutation cost, by the fields and items in it.
	Spent(operation *graphql.OperationContext, parts int)
}

// Over returns a schema that executes operations of beneath by plans; types are the tables. Deliver answers
// subscriptions; nil: each is answered by its own Respond. Costs may be nil: then nothing is counted.
func Over(beneath graphql.ExecutableSchema, types Types, deliver Deliver, costs Costs) graphql.ExecutableSchema {
	return &schema{ExecutableSchema: beneath, types: types, plans: newPlans(), deliver: deliver, costs: costs}
}

// Exec executes the operation in ctx.
func (s *schema) Exec(ctx context.Context) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	plan, err := s.plans.get(operation, s.compile)
	if err != nil {
		return s.ExecutableSchema.Exec(ctx)
	}
	if operation.Operation.Operation == ast.Subscription {
		return s.subscribe(ctx, plan, operation)
	}
	done := false
	return func(ctx context.Context) *graphql.Response {
		if done {
			return nil
		}
		done = true
		response, cost := plan.execute(ctx, operation)
		if s.costs != nil {
			s.costs.Spent(operation, cost)
		}
		return response
	}
}

// rootType returns the name of the type that an operation starts at.
func rootType(operation ast.Operation) string {
	switch operation {
	case ast.Mutation:
		return "Mutation"
	case ast.Subscription:
		return "Subscription"
	default:
		return "Query"
	}
}

func (s *schema) compile(operation *graphql.OperationContext) (*plan, error) {
	of := s.types[rootType(operation.Operation.Operation)]
	c := compiler{types: s.types, operation: operation, costs: s.costs}
	root, err := c.selection(of, operation.Operation.SelectionSet)
	if err != nil {
		return nil, err
	}
	if operation.Operation.Operation == ast.Subscription && (len(root.steps) != 1 || root.steps[0].field == nil) {
		return nil, errUnplanned // gqlgen's executor reports the right error
	}
	return &plan{of: of.Name, root: root, arguments: c.arguments, inner: innerVariables(operation), bytes: c.bytes}, nil
}

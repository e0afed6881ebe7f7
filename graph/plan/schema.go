package plan

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// schema answers by plans what the tables cover, and leaves the rest to the schema beneath.
type schema struct {
	graphql.ExecutableSchema
	types   Types
	plans   *plans
	deliver Deliver
	costs   Costs
}

// Costs knows what fields cost, and is told what answers came to.
type Costs interface {
	// Price is what resolving a field costs, or, where each, every item of its list, in the smallest parts of a cost.
	Price(field *ast.FieldDefinition) (parts int, each bool)
	// Spent is told what an answer to a query or mutation came to, by the fields and items that it holds.
	Spent(operation *graphql.OperationContext, parts int)
}

// Over puts plans over a schema: types are its tables. Subscriptions are answered by deliver; nil: each by its own Respond.
// Costs may be nil: then nothing is counted.
func Over(beneath graphql.ExecutableSchema, types Types, deliver Deliver, costs Costs) graphql.ExecutableSchema {
	return &schema{ExecutableSchema: beneath, types: types, plans: newPlans(), deliver: deliver, costs: costs}
}

// Exec executes the operation of ctx.
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
		response, cost := plan.answer(ctx, operation)
		if s.costs != nil {
			s.costs.Spent(operation, cost)
		}
		return response
	}
}

// rootTypes are the types that operations start at.
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
		return nil, errUnplanned // the executor beneath knows what to say
	}
	return &plan{of: of.Name, root: root, arguments: c.arguments, inner: innerVariables(operation), bytes: c.bytes}, nil
}

package plan

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// schema answers by plans what the tables cover, and leaves the rest to the schema beneath.
type schema struct {
	graphql.ExecutableSchema
	types  Types
	plans  *plans
	scope  Scope
	shares *shares
}

// Over puts plans over a schema: types are its tables. Subscribers of one scope share what is made of events; nil: nobody does.
func Over(beneath graphql.ExecutableSchema, types Types, scope Scope) graphql.ExecutableSchema {
	return &schema{ExecutableSchema: beneath, types: types, plans: newPlans(), scope: scope, shares: newShares()}
}

// Exec executes the operation of ctx.
func (s *schema) Exec(ctx context.Context) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	plan, err := s.plans.get(operation, s.compile)
	if err != nil {
		return s.ExecutableSchema.Exec(ctx)
	}
	if operation.Operation.Operation == ast.Subscription {
		return plan.subscribe(ctx, operation, s.scope, s.shares)
	}
	done := false
	return func(ctx context.Context) *graphql.Response {
		if done {
			return nil
		}
		done = true
		return plan.answer(ctx, operation)
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
	c := compiler{types: s.types, operation: operation}
	root, err := c.selection(of, operation.Operation.SelectionSet)
	if err != nil {
		return nil, err
	}
	if operation.Operation.Operation == ast.Subscription && (len(root.steps) != 1 || root.steps[0].field == nil) {
		return nil, errUnplanned // the executor beneath knows what to say
	}
	return &plan{of: of.Name, root: root, arguments: c.arguments, inner: innerVariables(operation)}, nil
}

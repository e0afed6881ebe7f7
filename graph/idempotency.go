package graph

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/orgmap/orgmap/internal/access"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/idempotency"
)

type idempotencyKey struct{}

// WithIdempotencyKey returns a context in which a mutation is executed at most once under key. If it is sent again, it
// gets the first response.
func WithIdempotencyKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, idempotencyKey{}, key)
}

// idempotent executes each mutation at most once under its idempotency key.
type idempotent struct {
	responses *idempotency.Store
	present   graphql.ErrorPresenterFunc
}

// respond executes a mutation under its idempotency key, if it has one. All of its writes, the reading of its payload
// and the stored response are one transaction. If the response has a top-level error, the transaction is rolled back
// and nothing is stored, so sending the mutation again retries it.
func (o idempotent) respond(ctx context.Context, perform graphql.ResponseHandler) *graphql.Response {
	key, given := ctx.Value(idempotencyKey{}).(string)
	if !given || o.responses == nil {
		return perform(ctx)
	}
	operation := graphql.GetOperationContext(ctx)
	field, err := onlyField(operation)
	if err != nil {
		return o.refuse(ctx, err)
	}
	content, err := json.Marshal([]any{operation.RawQuery, operation.OperationName, operation.Variables})
	if err != nil {
		return o.refuse(ctx, err)
	}
	var response *graphql.Response
	var kept []byte
	request := idempotency.Request{Operation: field, Key: key, Content: content}
	stored, err := o.responses.Once(ctx, request, func(ctx context.Context) ([]byte, bool) {
		response = perform(ctx)
		if response == nil {
			return nil, false
		}
		if kept = response.Data; field == "createApiToken" { // a token is in the first response, and kept nowhere
			kept = access.HideSecrets(response.Data)
		}
		return kept, len(response.Errors) == 0
	})
	switch {
	case err != nil:
		return o.refuse(ctx, err)
	case stored != nil && !bytes.Equal(stored, kept):
		return &graphql.Response{Data: stored, Extensions: graphql.GetExtensions(ctx)}
	default:
		return response
	}
}

// refuse returns the response to a mutation that fails with err as a whole.
func (o idempotent) refuse(ctx context.Context, err error) *graphql.Response {
	return &graphql.Response{Errors: gqlerror.List{o.present(ctx, err)}, Extensions: graphql.GetExtensions(ctx)}
}

// onlyField returns the name of the mutation's only field. Several are refused: some could succeed and others fail, and
// one stored response could not replay both.
func onlyField(operation *graphql.OperationContext) (name string, err error) {
	for _, field := range graphql.CollectFields(operation, operation.Operation.SelectionSet, []string{"Mutation"}) {
		if field.Name == "__typename" {
			continue
		}
		if name != "" {
			return "", apperr.New(apperr.BadUserInput, "A request with an Idempotency-Key can contain only one mutation. Send the others separately.")
		}
		name = field.Name
	}
	return name, nil
}

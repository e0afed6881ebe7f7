package transport_test

import (
	"context"
	"errors"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/orgmap/orgmap/graph/transport"
)

// failing is a subscription that ends with an error after its first event.
func failing(ctx context.Context, alias string) graphql.ResponseHandler {
	events := 0
	return func(context.Context) *graphql.Response {
		if events++; events == 1 {
			return encoded(map[string]any{alias: 0})
		}
		transport.FailSubscription(ctx, errors.New("the source broke"))
		transport.FailSubscription(ctx, errors.New("and this is only its echo"))
		return nil
	}
}

func TestFailSubscription_OutsideASubscriptionDoesNothing(t *testing.T) {
	t.Parallel()
	transport.FailSubscription(t.Context(), errors.New("nobody asked"))
}

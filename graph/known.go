package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
)

// knownCallers refuses an operation of an unknown caller before any of its text is read, on every transport. It must be
// the first extension in use. The routes already refuse unknown callers; this is a second check that no transport can
// bypass.
type knownCallers struct{}

var errUnknownCaller = &gqlerror.Error{
	Message:    "Sign in first: send Authorization: Bearer TOKEN.",
	Extensions: map[string]any{codeKey: string(apperr.Unauthenticated)},
}

func (knownCallers) ExtensionName() string                   { return "KnownCallers" }
func (knownCallers) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters refuses unknown callers. The executor calls it first.
func (knownCallers) MutateOperationParameters(ctx context.Context, _ *graphql.RawParams) *gqlerror.Error {
	if _, known := auth.ActorFrom(ctx); !known {
		return errUnknownCaller
	}
	return nil
}

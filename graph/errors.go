package graph

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/orgmap/orgmap/graph/guard"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/requestid"
)

// codeKey is the extension that holds a top-level error's code.
const codeKey = "code"

// presentError returns the only function that turns errors into what clients see. Errors with a message for people keep
// it; all others are logged and masked.
func presentError(logger *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		var known *apperr.Error
		var refused *gqlerror.Error
		switch {
		case errors.As(err, &known) && known.Code != apperr.Internal && known.Code != apperr.Unavailable:
			return coded(ctx, err, known.Message, known.Code)
		case errors.As(err, &known) && known.Code == apperr.Unavailable:
			logger.WarnContext(ctx, "could not complete the request", "error", err, "path", graphql.GetPath(ctx).String(), "request", requestid.From(ctx))
			return coded(ctx, err, known.Message, known.Code)
		case errors.As(err, &refused) && refused.Extensions[codeKey] != nil:
			return guard.Redact(refused) // from the parser, the validator or the guard
		case ctx.Err() != nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
			// The client has left or stopped waiting, so whatever failed is not our fault, whichever cause the context
			// names.
			return coded(ctx, err, "The request was given up before it was answered.", apperr.Unavailable)
		}
		logger.ErrorContext(ctx, "internal error", "error", err, "path", graphql.GetPath(ctx).String(), "request", requestid.From(ctx))
		return coded(ctx, err, "Something went wrong on our side. Try again, or give your administrator the request ID.", apperr.Internal)
	}
}

// coded returns the error that a client sees. It includes the request ID if the message alone does not help.
func coded(ctx context.Context, err error, message string, code apperr.Code) *gqlerror.Error {
	presented := &gqlerror.Error{Message: message, Path: graphql.GetPath(ctx), Extensions: map[string]any{codeKey: string(code)}}
	var known *apperr.Error
	if errors.As(err, &known) {
		for name, value := range known.Details {
			if _, taken := presented.Extensions[name]; !taken {
				presented.Extensions[name] = value
			}
		}
	}
	var located *gqlerror.Error
	if errors.As(err, &located) {
		presented.Locations = located.Locations
		if len(presented.Path) == 0 {
			presented.Path = located.Path
		}
	}
	if code == apperr.Internal || code == apperr.Unavailable {
		if id := requestid.From(ctx); id != "" {
			presented.Extensions["requestId"] = id
		}
	}
	return presented
}

// recoverPanic returns a function that turns a panic in a resolver into an internal error of its field.
func recoverPanic(logger *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, cause any) error {
		logger.ErrorContext(ctx, "panic in a resolver", "cause", cause, "stack", string(debug.Stack()), "request", requestid.From(ctx))
		return errPanic
	}
}

var errPanic = errors.New("graph: a resolver panicked")

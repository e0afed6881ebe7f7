// Package requestid gives each request an ID. The request's log lines, its response header and the text of an internal
// error contain the ID, so what a person was shown can be found in the log.
package requestid

import (
	"context"

	"github.com/google/uuid"
)

// Header is the HTTP header with the ID.
const Header = "X-Request-Id"

type contextKey struct{}

// With returns a context with the given request ID.
func With(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, contextKey{}, id)
}

// New returns a new ID.
func New() string { return uuid.NewString() }

// From returns the ID of the request that ctx belongs to, or "" if there is none.
func From(ctx context.Context) string {
	id, _ := ctx.Value(contextKey{}).(string)
	return id
}

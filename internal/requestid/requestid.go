// Package requestid gives each request a name that its log lines, its answer's header and the text of an internal error
// share, so that what a person was shown can be found in the log.
package requestid

import (
	"context"

	"github.com/google/uuid"
)

// Header is the HTTP header that carries the id.
const Header = "X-Request-Id"

type contextKey struct{}

// With returns a context of a request with that id.
func With(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, contextKey{}, id)
}

// New makes an id.
func New() string { return uuid.NewString() }

// From is the id of the request that ctx belongs to, empty where there is none.
func From(ctx context.Context) string {
	id, _ := ctx.Value(contextKey{}).(string)
	return id
}

// Package auth tells who is asking and what their role allows. The account comes from here alone: no argument of any
// request names one.
package auth

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
)

// Role is what a person or token may do; each role may do all that the ones below it may.
type Role int

// The roles, lowest first.
const (
	Viewer Role = iota + 1 // reads and subscribes
	Editor                 // also creates, renames, imports, maps, refreshes
	Admin                  // also manages integrations, tokens and the explorer
)

var roleNames = map[Role]string{Viewer: "VIEWER", Editor: "EDITOR", Admin: "ADMIN"}

func (r Role) String() string { return roleNames[r] }

// ParseRole reads a role's name as String writes it.
func ParseRole(name string) (Role, error) {
	for role, known := range roleNames {
		if known == name {
			return role, nil
		}
	}
	return 0, fmt.Errorf("%q is no role: there are VIEWER, EDITOR and ADMIN", name)
}

// MarshalGQL writes the role as GraphQL's enum value.
func (r Role) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(r.String())) }

// UnmarshalGQL reads GraphQL's enum value.
func (r *Role) UnmarshalGQL(value any) error {
	name, _ := value.(string)
	role, err := ParseRole(name)
	*r = role
	return err
}

// Actor is who is asking.
type Actor struct {
	AccountID uuid.UUID
	ID        uuid.UUID // the token or person
	Name      string    // shown in the journal as who did it
	Role      Role
}

// Identity is who somebody is by the word of an issuer of OpenID Connect.
type Identity struct {
	Issuer    string
	Subject   string // unique and never given again at the issuer
	Name      string // for people
	AccountID uuid.UUID
	Role      Role
	IssuedAt  time.Time // when the issuer said so
}

type contextKey struct{}

// WithActor returns a context in which actor is asking.
func WithActor(ctx context.Context, actor Actor) context.Context {
	return context.WithValue(ctx, contextKey{}, actor)
}

// ActorFrom tells who is asking, ok=false where nobody is signed in.
func ActorFrom(ctx context.Context) (actor Actor, ok bool) {
	actor, ok = ctx.Value(contextKey{}).(Actor)
	return actor, ok
}

// Require is the first line of every service method: it returns who is asking, or an error with code UNAUTHENTICATED
// where nobody is, or FORBIDDEN where their role is below the needed one.
func Require(ctx context.Context, needed Role) (Actor, error) {
	actor, ok := ActorFrom(ctx)
	if !ok {
		return Actor{}, apperr.New(apperr.Unauthenticated, "Sign in first: send Authorization: Bearer TOKEN.")
	}
	if actor.Role < needed {
		return Actor{}, apperr.New(apperr.Forbidden, "This requires the role %s. You have the role %s.", needed, actor.Role)
	}
	return actor, nil
}

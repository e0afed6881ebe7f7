// Package auth identifies the caller and checks what their role allows. Only this package
// determines the account: no argument of a request can name one.
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

// Role is what a person or token may do. Each role includes the lower ones.
type Role int

// All roles, lowest first.
const (
	Viewer Role = iota + 1 // reads and subscribes
	Editor                 // also creates, renames, imports, maps, refreshes
	Admin                  // also manages integrations, tokens and the explorer
)

var roleNames = map[Role]string{Viewer: "VIEWER", Editor: "EDITOR", Admin: "ADMIN"}

func (r Role) String() string { return roleNames[r] }

// ParseRole parses a role's name as String writes it.
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

// UnmarshalGQL reads a GraphQL enum value.
func (r *Role) UnmarshalGQL(value any) error {
	name, _ := value.(string)
	role, err := ParseRole(name)
	*r = role
	return err
}

// Actor is the authenticated caller: a person or a token.
type Actor struct {
	AccountID uuid.UUID
	Kind      ActorKind
	ID        uuid.UUID // the token or person
	Name      string    // shown in the journal as the author
	Role      Role
}

// System returns the actor for writes that Orgmap makes on its own in an account.
func System(account uuid.UUID) Actor {
	return Actor{AccountID: account, Kind: SystemActor, Name: "Orgmap", Role: Editor}
}

// Author returns the actor as it is stored with what it does.
func (a Actor) Author() Author {
	author := Author{Kind: a.Kind, Name: a.Name}
	if a.Kind != SystemActor {
		author.ID = uuid.NullUUID{UUID: a.ID, Valid: true}
	}
	return author
}

// Identity is a person as an OpenID Connect issuer describes them.
type Identity struct {
	Issuer    string
	Subject   string // unique at the issuer and never reused
	Name      string // for people
	Email     string // only if the issuer has verified it; empty: unknown
	AccountID uuid.UUID
	Role      Role
	IssuedAt  time.Time // when the issuer issued the claims
}

type contextKey struct{}

// WithActor returns a context with the given caller.
func WithActor(ctx context.Context, actor Actor) context.Context {
	return context.WithValue(ctx, contextKey{}, actor)
}

// ActorFrom returns the caller; ok is false if the request is not authenticated.
func ActorFrom(ctx context.Context) (actor Actor, ok bool) {
	actor, ok = ctx.Value(contextKey{}).(Actor)
	return actor, ok
}

// Require returns the caller. Every service method calls it first. It fails with code
// UNAUTHENTICATED if there is no caller, or FORBIDDEN if the role is lower than needed.
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

// Package audit reads an account's audit trail: who signed in and out, and what changed about its people, roles, tokens
// and sessions. Triggers in Postgres write each event in the transaction that causes it.
package audit

import (
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/enum"
)

// Kind is what happened.
type Kind string

// The kinds of event.
const (
	SignedIn        Kind = "SIGNED_IN"
	SignedOut       Kind = "SIGNED_OUT"
	SignInFailed    Kind = "SIGN_IN_FAILED"
	SessionEnded    Kind = "SESSION_ENDED"
	PersonAdded     Kind = "PERSON_ADDED"
	PersonBlocked   Kind = "PERSON_BLOCKED"
	PersonUnblocked Kind = "PERSON_UNBLOCKED"
	RoleChanged     Kind = "ROLE_CHANGED"
	TokenCreated    Kind = "TOKEN_CREATED"
	TokenRevoked    Kind = "TOKEN_REVOKED"
)

// Kinds returns all kinds of event.
func Kinds() []Kind {
	return []Kind{
		SignedIn, SignedOut, SignInFailed, SessionEnded, PersonAdded, PersonBlocked, PersonUnblocked, RoleChanged, TokenCreated, TokenRevoked,
	}
}

// MarshalGQL writes the GraphQL enum value.
func (k Kind) MarshalGQL(w io.Writer) { enum.Write(w, k) }

// UnmarshalGQL reads a GraphQL enum value.
func (k *Kind) UnmarshalGQL(value any) error { return enum.Read(k, value, Kinds()...) }

// Failure is why a person could not sign in.
type Failure string

// The failures.
const (
	Blocked Failure = "BLOCKED"
	Moved   Failure = "MOVED" // the identity provider has since assigned the person to another account
)

// MarshalGQL writes the GraphQL enum value.
func (f Failure) MarshalGQL(w io.Writer) { enum.Write(w, f) }

// UnmarshalGQL reads a GraphQL enum value.
func (f *Failure) UnmarshalGQL(value any) error { return enum.Read(f, value, Blocked, Moved) }

// Event is one entry of the audit trail.
type Event struct {
	bun.BaseModel `bun:"table:audit_events,alias:e"`

	AccountID   uuid.UUID
	At          time.Time
	ID          uuid.UUID
	Kind        Kind
	ActorKind   auth.ActorKind
	ActorID     uuid.NullUUID
	ActorName   string
	SubjectKind auth.ActorKind
	SubjectID   uuid.UUID
	SubjectName string
	OldRole     *string `bun:"previous_role"`
	NewRole     *string `bun:"role"`
	Failure     *Failure
}

// Actor returns who caused the event.
func (e *Event) Actor() *auth.Author {
	return &auth.Author{Kind: e.ActorKind, Name: e.ActorName, ID: e.ActorID}
}

// Subject returns whom or what the event affected.
func (e *Event) Subject() *auth.Author {
	return &auth.Author{Kind: e.SubjectKind, Name: e.SubjectName, ID: uuid.NullUUID{UUID: e.SubjectID, Valid: true}}
}

// PreviousRole returns the role before the event; nil for kinds of event that do not change a role.
func (e *Event) PreviousRole() *auth.Role { return role(e.OldRole) }

// Role returns the role after the event; nil for kinds of event that do not set a role.
func (e *Event) Role() *auth.Role { return role(e.NewRole) }

func role(text *string) *auth.Role {
	if text == nil {
		return nil
	}
	parsed, err := auth.ParseRole(*text)
	if err != nil {
		return nil
	}
	return &parsed
}

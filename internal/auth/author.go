package auth

import (
	"io"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/enum"
	"github.com/orgmap/orgmap/internal/id"
)

// ActorKind is the kind of an actor.
type ActorKind string

// The kinds of actor.
const (
	PersonActor ActorKind = "PERSON"
	TokenActor  ActorKind = "TOKEN"
	SystemActor ActorKind = "SYSTEM" // Orgmap itself, the identity provider, or an operator at the command line
)

// MarshalGQL writes the GraphQL enum value.
func (k ActorKind) MarshalGQL(w io.Writer) { enum.Write(w, k) }

// UnmarshalGQL reads a GraphQL enum value.
func (k *ActorKind) UnmarshalGQL(value any) error {
	return enum.Read(k, value, PersonActor, TokenActor, SystemActor)
}

// Author is a person, a token or the system under the name it had when it did something.
type Author struct {
	Kind ActorKind
	Name string
	ID   uuid.NullUUID // not valid for the system
}

// NodeID returns the public ID of the person or token; nil for the system.
func (a Author) NodeID() *string {
	if !a.ID.Valid {
		return nil
	}
	kind := id.Token
	if a.Kind == PersonActor {
		kind = id.Person
	}
	text := id.Format(kind, a.ID.UUID)
	return &text
}

// Unrecorded returns the author of something of which only the name was recorded: the system if it is the system's name,
// else a person without an ID.
func Unrecorded(name string) Author {
	if name == System(uuid.Nil).Name {
		return Author{Kind: SystemActor, Name: name}
	}
	return Author{Kind: PersonActor, Name: name}
}

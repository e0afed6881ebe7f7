// Package access manages who may do what in an account: its people with their roles, and its API tokens.
package access

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// Person is someone who has signed in, or whom an admin has added before that.
type Person struct {
	bun.BaseModel `bun:"table:people,alias:p"`

	AccountID   uuid.UUID `bun:",pk"`
	ID          uuid.UUID `bun:",pk"`
	Name        string
	Folded      string     // for sorting and searching
	Address     *string    `bun:"email"`         // in lower case; nil: unknown
	ClaimedRole *string    `bun:"role"`          // the identity provider's; nil: never signed in
	GivenRole   *string    `bun:"assigned_role"` // an admin's; nil: the identity provider's counts
	ClaimedAt   *time.Time // when the identity provider last signed them in; nil: never
	MovedAt     *time.Time // when the identity provider named another account; nil: never
	BlockedAt   *time.Time // nil: not blocked
	MergedInto  *uuid.UUID // whom they turned out to be; nil: nobody else
}

// columns lists the columns of Person.
var columns = pg.ColumnsOf[Person]()

// NodeID returns the public ID of the person.
func (p *Person) NodeID() string { return id.Format(id.Person, p.ID) }

// AppendNodeID appends NodeID to the given slice.
func (p *Person) AppendNodeID(to []byte) []byte { return id.Append(to, id.Person, p.ID) }

// Role returns the role that counts; nil: none.
func (p *Person) Role() *auth.Role {
	if p.GivenRole != nil {
		return role(p.GivenRole)
	}
	return role(p.ClaimedRole)
}

// AssignedRole returns the role that an admin has assigned; nil: none.
func (p *Person) AssignedRole() *auth.Role { return role(p.GivenRole) }

// Blocked reports whether the person is blocked.
func (p *Person) Blocked() bool { return p.BlockedAt != nil }

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

// isAdmin reports whether the person can act as an admin now. is_admin in Postgres decides the same way.
func (p *Person) isAdmin() bool {
	is := p.Role()
	return is != nil && *is == auth.Admin && p.BlockedAt == nil && p.MergedInto == nil && p.ClaimedAt != nil && !p.moved()
}

// moved reports whether the identity provider has assigned the person to another account.
func (p *Person) moved() bool {
	return p.MovedAt != nil && p.ClaimedAt != nil && p.MovedAt.After(*p.ClaimedAt)
}

func (p *Person) ref() journal.Ref { return journal.Ref{ID: p.ID, Name: p.Name} }

// editsOf returns what a change did; before nil: the person was added. Texts that name the person carry the person's ID,
// so that they can be replaced when the person is forgotten.
func editsOf(before, after *Person) (edits []journal.FieldEdit) {
	edit := func(field journal.Field, was, is *string, names bool) {
		if was == is || was != nil && is != nil && *was == *is {
			return
		}
		one := journal.FieldEdit{Subject: after.ref(), Of: id.Person, Field: field, Before: was, After: is}
		if names && was != nil {
			one.BeforeID = after.ID
		}
		if names && is != nil {
			one.AfterID = after.ID
		}
		edits = append(edits, one)
	}
	if before == nil {
		before = &Person{}
		edit(journal.FieldName, nil, &after.Name, true)
	} else {
		edit(journal.FieldName, &before.Name, &after.Name, true)
	}
	edit(journal.FieldEmail, before.Address, after.Address, true)
	edit(journal.FieldAssigned, before.GivenRole, after.GivenRole, false)
	return edits
}

// leavesNoAdmin reports whether an account would have no admin left once a person is none any more. admins are the people
// who can act as an admin now. Someone who is not an admin takes nothing away.
func leavesNoAdmin(admins []uuid.UUID, losing uuid.UUID) bool {
	found := false
	for _, one := range admins {
		if one != losing {
			return false
		}
		found = true
	}
	return found
}

// Journal records the change that a write makes.
type Journal interface {
	Append(ctx context.Context, tx pg.Writer, change journal.Change) error
}

// Service lists and changes people and API tokens.
type Service struct {
	db      *pg.DB
	journal Journal
}

// New returns the service.
func New(db *pg.DB, journal Journal) *Service { return &Service{db: db, journal: journal} }

// write runs work under the account's lock, in the name of the actor, and records the change that it returns; nil:
// nothing has changed. The audit trail names the actor too.
func (s *Service) write(ctx context.Context, actor auth.Actor, kind journal.Kind, work func(ctx context.Context, tx pg.Tx) (*journal.Change, error)) error {
	return s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		if _, err := account.Lock(ctx, tx, actor.AccountID); err != nil {
			return err
		}
		if err := name(ctx, tx, actor); err != nil {
			return err
		}
		change, err := work(ctx, tx)
		if err != nil || change == nil {
			return err
		}
		made := journal.Made(actor, kind, change.Action)
		made.SubjectIDs, made.Edits, made.Summary = change.SubjectIDs, change.Edits, change.Summary
		return s.journal.Append(ctx, tx, made)
	})
}

// name tells the transaction's triggers and functions who acts.
func name(ctx context.Context, tx pg.Tx, actor auth.Actor) error {
	said := map[string]string{"kind": string(actor.Kind), "name": actor.Name}
	if author := actor.Author(); author.ID.Valid {
		said["id"] = author.ID.UUID.String()
	}
	encoded, err := json.Marshal(said)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "SELECT set_config('app.actor', ?, true)", string(encoded))
	return err
}

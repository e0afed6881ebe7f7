// Package decision stores what people decide about external organizations: that one is not a certain organization (a
// rejection), that one is not a client at all (an exclusion), and what an organization is also called (an alias). It also
// stores how an account wants matching to work. Matching respects all of it.
package decision

import (
	"context"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/enum"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// Reason is why an external organization is not a client.
type Reason string

// The reasons.
const (
	NotAClient   Reason = "NOT_A_CLIENT"
	Internal     Reason = "INTERNAL"
	Test         Reason = "TEST"
	Vendor       Reason = "VENDOR"
	Prospect     Reason = "PROSPECT"
	FormerClient Reason = "FORMER_CLIENT"
	Duplicate    Reason = "DUPLICATE"
	Other        Reason = "OTHER"
)

// MarshalGQL writes the GraphQL enum value.
func (r Reason) MarshalGQL(w io.Writer) { enum.Write(w, r) }

// UnmarshalGQL reads a GraphQL enum value.
func (r *Reason) UnmarshalGQL(value any) error {
	return enum.Read(r, value, NotAClient, Internal, Test, Vendor, Prospect, FormerClient, Duplicate, Other)
}

// Rejection says that an external organization is not an organization. It lapses if one of the names changes to other
// words, and ends if someone revokes it or maps the pair.
type Rejection struct {
	bun.BaseModel `bun:"table:rejections,alias:r"`

	AccountID        uuid.UUID
	ID               uuid.UUID
	ExternalOrgID    uuid.UUID
	OrganizationID   uuid.UUID
	ExternalName     string // at that time
	OrganizationName string // at that time
	CreatedAt        time.Time
	ActorKind        auth.ActorKind
	ActorID          uuid.NullUUID
	ActorName        string
}

// Actor returns who rejected the suggestion.
func (r *Rejection) Actor() *auth.Author {
	return &auth.Author{Kind: r.ActorKind, Name: r.ActorName, ID: r.ActorID}
}

// Exclusion says that an external organization is not a client. It ends if someone includes or maps the external
// organization, and when Until has passed.
type Exclusion struct {
	bun.BaseModel `bun:"table:exclusions,alias:e"`

	AccountID     uuid.UUID
	ExternalOrgID uuid.UUID
	ExternalName  string // at that time
	Reason        Reason
	NoteText      string `bun:"note"`
	Until         *time.Time
	CreatedAt     time.Time
	ActorKind     auth.ActorKind
	ActorID       uuid.NullUUID
	ActorName     string
}

// Actor returns who excluded the external organization.
func (e *Exclusion) Actor() *auth.Author {
	return &auth.Author{Kind: e.ActorKind, Name: e.ActorName, ID: e.ActorID}
}

// record returns what a change stores of the exclusion.
func (e *Exclusion) record() *journal.Decision {
	if e == nil {
		return nil
	}
	return &journal.Decision{Reason: string(e.Reason), Note: e.NoteText, Until: e.Until, At: e.CreatedAt, Author: *e.Actor()}
}

// record returns what a change stores of the rejection.
func (r *Rejection) record() *journal.Decision {
	return &journal.Decision{ID: r.ID, At: r.CreatedAt, Author: *r.Actor()}
}

// edit returns the rejection as the edit that makes (after) or revokes (before) it.
func (r *Rejection) edit(before, after *journal.Decision) []journal.DecisionEdit {
	return []journal.DecisionEdit{{
		Kind: journal.DecisionRejection, ExternalOrg: journal.Ref{ID: r.ExternalOrgID, Name: r.ExternalName},
		Organization: &journal.Ref{ID: r.OrganizationID, Name: r.OrganizationName}, Before: before, After: after,
	}}
}

// Note returns the note, or nil if there is none.
func (e *Exclusion) Note() *string {
	if e.NoteText == "" {
		return nil
	}
	return &e.NoteText
}

// Alias is another name of an organization: that of an external organization that is mapped to it.
type Alias struct {
	bun.BaseModel `bun:"table:aliases,alias:l"`

	AccountID      uuid.UUID
	ID             uuid.UUID
	OrganizationID uuid.UUID
	ExternalOrgID  *uuid.UUID // nil: pinned, and the external organization no longer exists
	MappingID      *uuid.UUID // nil: pinned
	Name           string
	Pinned         bool
	Revoked        bool
	CreatedAt      time.Time
	CreatedBy      string // who mapped the external organization
}

// Actor returns who mapped the external organization.
func (a *Alias) Actor() *auth.Author {
	author := auth.Unrecorded(a.CreatedBy)
	return &author
}

// Journal records the change that a write makes.
type Journal interface {
	Append(ctx context.Context, tx pg.Writer, change journal.Change) error
}

// Service records, revokes and lists decisions.
type Service struct {
	db      *pg.DB
	journal Journal
}

// New returns the service.
func New(db *pg.DB, journal Journal) *Service { return &Service{db: db, journal: journal} }

// write runs work under the account's lock and records the change that it returns; nil: nothing has changed.
func (s *Service) write(ctx context.Context, actor auth.Actor, work func(ctx context.Context, tx pg.Tx) (*journal.Change, error)) error {
	return s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		if _, err := account.Lock(ctx, tx, actor.AccountID); err != nil {
			return err
		}
		change, err := work(ctx, tx)
		if err != nil || change == nil {
			return err
		}
		made := journal.Made(actor, journal.Decisions, change.Action)
		change.AccountID, change.Kind = made.AccountID, made.Kind
		change.Actor, change.ActorKind, change.ActorID = made.Actor, made.ActorKind, made.ActorID
		return s.journal.Append(ctx, tx, *change)
	})
}

// forget deletes the stored results of matching for external organizations, so that nobody sees a suggestion that a
// decision contradicts until a worker has computed a new one.
func forget(ctx context.Context, tx pg.Tx, account uuid.UUID, externalOrgs []uuid.UUID) error {
	_, err := tx.Exec(ctx, "DELETE FROM suggestions WHERE account_id = ? AND external_org_id = ANY (?::uuid[])", account, pg.List(externalOrgs))
	return err
}

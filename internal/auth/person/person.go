// Package person keeps the people who sign in with OpenID Connect: they are known from the first time on that their issuer
// names them, and their role is what it said last.
package person

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// Person is somebody who has signed in.
type Person struct {
	bun.BaseModel `bun:"table:people,alias:person"`

	AccountID uuid.UUID `bun:",pk"`
	ID        uuid.UUID `bun:",pk"`
	Issuer    string
	Subject   string
	Name      string
	Role      string
	ClaimedAt time.Time
	BlockedAt *time.Time // nil: not blocked
	CreatedAt time.Time
}

// Store keeps people and their sessions.
type Store struct{ db *pg.DB }

// NewStore makes the store.
func NewStore(db *pg.DB) *Store { return &Store{db: db} }

var (
	errBlocked   = apperr.New(apperr.Unauthenticated, "You may not sign in here any more.")
	errNoAccount = apperr.New(apperr.Unauthenticated, "Your sign-in names no account of Orgmap.")
)

// See takes note of what an issuer says of somebody, and tells as whom they act: with the role that it said last, whichever
// token they come with. Code UNAUTHENTICATED where they are blocked or there is no such account.
func (s *Store) See(ctx context.Context, identity auth.Identity) (auth.Actor, error) {
	known, err := s.find(ctx, identity)
	if err != nil {
		return auth.Actor{}, err
	}
	if known == nil || identity.IssuedAt.After(known.ClaimedAt) && (known.Role != identity.Role.String() || known.Name != displayName(identity)) {
		if known, err = s.note(ctx, identity); err != nil {
			return auth.Actor{}, err
		}
	}
	return known.actor()
}

func (p *Person) actor() (auth.Actor, error) {
	if p.BlockedAt != nil {
		return auth.Actor{}, errBlocked
	}
	role, err := auth.ParseRole(p.Role)
	return auth.Actor{AccountID: p.AccountID, ID: p.ID, Name: p.Name, Role: role}, err
}

// find returns nil where the person was never seen.
func (s *Store) find(ctx context.Context, identity auth.Identity) (*Person, error) {
	found := new(Person)
	err := s.db.Read(ctx, identity.AccountID, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewSelect().Model(found).
			Where("account_id = ?", identity.AccountID).Where("issuer = ?", identity.Issuer).Where("subject = ?", identity.Subject).Scan(ctx)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return found, err
}

// note writes what is newest of the person. Two requests that see somebody for the first time at once write one row.
func (s *Store) note(ctx context.Context, identity auth.Identity) (*Person, error) {
	noted := new(Person)
	err := s.db.Write(ctx, identity.AccountID, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(`
			INSERT INTO people AS known (account_id, id, issuer, subject, name, role, claimed_at) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (account_id, issuer, subject) DO UPDATE SET
				name = CASE WHEN excluded.claimed_at > known.claimed_at THEN excluded.name ELSE known.name END,
				role = CASE WHEN excluded.claimed_at > known.claimed_at THEN excluded.role ELSE known.role END,
				claimed_at = greatest(excluded.claimed_at, known.claimed_at)
			RETURNING *`,
			identity.AccountID, id.New(), identity.Issuer, identity.Subject, displayName(identity), identity.Role.String(), identity.IssuedAt,
		).Scan(ctx, noted)
	})
	if pg.Violates(err, "people_account_fkey") {
		return nil, errNoAccount
	}
	return noted, err
}

// displayName is the name as it can be stored and shown; the subject where there is none that can.
func displayName(identity auth.Identity) string {
	visible := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, identity.Name)
	if normal, err := name.Normalize(visible); err == nil {
		return normal
	}
	return fmt.Sprintf("Person %.100s", identity.Subject)
}

// List returns the account's people, the first seen first.
func (s *Store) List(ctx context.Context, account uuid.UUID) ([]*Person, error) {
	var all []*Person
	err := s.db.Operator(ctx, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewSelect().Model(&all).Where("account_id = ?", account).Order("id").Scan(ctx)
	})
	return all, err
}

// Block ends all that the person of that subject may do, at once, or allows it again.
func (s *Store) Block(ctx context.Context, account uuid.UUID, subject string, blocked bool) error {
	return s.db.Operator(ctx, func(ctx context.Context, tx bun.Tx) error {
		result, err := tx.NewRaw("UPDATE people SET blocked_at = CASE WHEN ? THEN coalesce(blocked_at, now()) END WHERE account_id = ? AND subject = ?",
			blocked, account, subject).Exec(ctx)
		if err != nil {
			return err
		}
		changed, err := result.RowsAffected()
		if err == nil && changed == 0 {
			err = fmt.Errorf("nobody with the subject %q has signed in to that account", subject)
		}
		return err
	})
}

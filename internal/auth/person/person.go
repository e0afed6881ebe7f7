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
	MovedAt   *time.Time // when the issuer named another account; nil: never
	BlockedAt *time.Time // nil: not blocked
	CreatedAt time.Time
}

// Key names a person.
type Key struct{ AccountID, ID uuid.UUID }

// Store keeps people.
type Store struct {
	db       *pg.DB
	failures failures
}

// NewStore makes the store.
func NewStore(db *pg.DB) *Store { return &Store{db: db} }

var (
	errBlocked   = apperr.New(apperr.Unauthenticated, "Your access has been blocked. Ask your administrator.")
	errMoved     = apperr.New(apperr.Unauthenticated, "You have been moved to another account. Sign in again.")
	errNoAccount = apperr.New(apperr.Unauthenticated, "Your sign-in names an account that does not exist in Orgmap.")
)

// See takes note of what an issuer says of somebody, and tells as whom they act: with the role that it said last, in whichever
// order the tokens come. Code UNAUTHENTICATED if they are blocked, if there is no such account, or if the issuer has named
// another account since.
func (s *Store) See(ctx context.Context, identity auth.Identity) (auth.Actor, error) {
	identity.IssuedAt = identity.IssuedAt.Truncate(time.Second) // as issuers give it
	known, err := s.find(ctx, identity)
	if err != nil {
		return auth.Actor{}, err
	}
	if known == nil || supersedes(identity, known) {
		if known, err = s.note(ctx, identity); err != nil {
			return auth.Actor{}, err
		}
	}
	actor, err := known.actor()
	if errors.Is(err, errBlocked) || errors.Is(err, errMoved) {
		if noting := s.noteFailure(ctx, known); noting != nil {
			return auth.Actor{}, noting
		}
	}
	return actor, err
}

// supersedes reports whether an issuer's word replaces what is known of a person: the newest counts, and of several of the same
// second the one with the lowest role, then the first name in byte order. The statement of note decides alike.
func supersedes(identity auth.Identity, known *Person) bool {
	if !identity.IssuedAt.Equal(known.ClaimedAt) {
		return identity.IssuedAt.After(known.ClaimedAt)
	}
	role, err := auth.ParseRole(known.Role)
	if err != nil || identity.Role != role {
		return identity.Role < role
	}
	return displayName(identity) < known.Name
}

func (p *Person) actor() (auth.Actor, error) {
	if p.BlockedAt != nil {
		return auth.Actor{}, errBlocked
	}
	if p.MovedAt != nil && p.MovedAt.After(p.ClaimedAt) {
		return auth.Actor{}, errMoved
	}
	role, err := auth.ParseRole(p.Role)
	return auth.Actor{AccountID: p.AccountID, ID: p.ID, Name: p.Name, Role: role}, err
}

// find returns nil where the person was never seen.
func (s *Store) find(ctx context.Context, identity auth.Identity) (*Person, error) {
	found := new(Person)
	err := s.db.Read(ctx, identity.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewSelect().Model(found).
			Where("account_id = ?", identity.AccountID).Where("issuer = ?", identity.Issuer).Where("subject = ?", identity.Subject).Scan(ctx)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return found, err
}

// note writes the issuer's word if it supersedes what is known by now. Two requests that see somebody for the first time at once
// write one row.
func (s *Store) note(ctx context.Context, identity auth.Identity) (*Person, error) {
	err := s.db.Write(ctx, identity.AccountID, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO people AS known (account_id, id, issuer, subject, name, role, claimed_at) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (account_id, issuer, subject) DO UPDATE SET name = excluded.name, role = excluded.role, claimed_at = excluded.claimed_at
			WHERE (excluded.claimed_at, -role_rank(excluded.role)) > (known.claimed_at, -role_rank(known.role))
				OR (excluded.claimed_at, excluded.role) = (known.claimed_at, known.role) AND excluded.name < known.name COLLATE "C"`,
			identity.AccountID, id.New(), identity.Issuer, identity.Subject, displayName(identity), identity.Role.String(), identity.IssuedAt,
		)
		return err
	})
	if pg.Violates(err, "people_account_fkey") {
		return nil, errNoAccount
	}
	if err != nil {
		return nil, err
	}
	if err := s.settle(ctx, identity); err != nil {
		return nil, err
	}
	return s.find(ctx, identity)
}

// settle has a person be only where the issuer's newest word puts them: in other accounts they have moved away, and their
// sessions there end. It reads after the commit of note, so that of two servers which were told of two accounts at once, the
// later one sees both.
func (s *Store) settle(ctx context.Context, identity auth.Identity) error {
	return s.db.Across(ctx, pg.Statement{
		SQL: "SELECT settle_person($1, $2)", Arguments: []pg.Argument{pg.Text(identity.Issuer), pg.Text(identity.Subject)},
	})
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

// Actors tells, in one statement, as whom those people act now, by their ids; those who are blocked or have moved are left out.
func (s *Store) Actors(ctx context.Context, people []Key) (map[uuid.UUID]auth.Actor, error) {
	accounts, ids := make([]uuid.UUID, len(people)), make([]uuid.UUID, len(people))
	for i, one := range people {
		accounts[i], ids[i] = one.AccountID, one.ID
	}
	actors := make(map[uuid.UUID]auth.Actor, len(people))
	var unreadable error
	err := s.db.Across(ctx, pg.Statement{
		SQL: "SELECT account_id, id, name, role FROM active_people($1, $2)", Arguments: []pg.Argument{pg.UUIDs(accounts), pg.UUIDs(ids)}, Prepared: true,
		Take: func(row pg.Row) {
			role, err := auth.ParseRole(row.Text(3))
			unreadable = errors.Join(unreadable, err)
			actors[row.UUID(1)] = auth.Actor{AccountID: row.UUID(0), ID: row.UUID(1), Name: row.Text(2), Role: role}
		},
	})
	return actors, errors.Join(err, unreadable)
}

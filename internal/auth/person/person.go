// Package person stores the people who sign in with OpenID Connect. A person is created when their
// issuer first names them, and has the role from the issuer's latest claims.
package person

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// Person is a person who has signed in, or whom an admin has added before that.
type Person struct {
	bun.BaseModel `bun:"table:people,alias:person"`

	AccountID uuid.UUID `bun:",pk"`
	ID        uuid.UUID `bun:",pk"`
	Issuer    string    // this, Subject, Role and ClaimedAt are empty for someone who has never signed in
	Subject   string
	Name      string
	Folded    string // for sorting and searching
	Email     *string
	Role      string  // the issuer's
	Assigned  *string `bun:"assigned_role"` // an admin's, which counts instead; nil: none
	ClaimedAt time.Time
	MovedAt   *time.Time // when the issuer named another account; nil: never
	BlockedAt *time.Time // nil: not blocked
	CreatedAt time.Time
}

// Journal records the change that a write makes.
type Journal interface {
	Append(ctx context.Context, tx pg.Writer, change journal.Change) error
}

// Key identifies a person.
type Key struct{ AccountID, ID uuid.UUID }

// Store stores people.
type Store struct {
	db       *pg.DB
	journal  Journal
	failures failures
}

// NewStore returns a Store for the database.
func NewStore(db *pg.DB, journal Journal) *Store { return &Store{db: db, journal: journal} }

var (
	errBlocked   = apperr.New(apperr.Unauthenticated, "Your access has been blocked. Ask your administrator.")
	errMoved     = apperr.New(apperr.Unauthenticated, "You have been moved to another account. Sign in again.")
	errNoAccount = apperr.New(apperr.Unauthenticated, "Your sign-in names an account that does not exist in Orgmap.")
)

// See records an issuer's claims about a person and returns the actor, with the role that an admin
// has assigned, else that of the latest claims, in whatever order tokens arrive. It fails with code UNAUTHENTICATED if the person is
// blocked, if the account does not exist, or if the issuer has named another account since.
func (s *Store) See(ctx context.Context, identity auth.Identity) (auth.Actor, error) {
	identity.IssuedAt = identity.IssuedAt.Truncate(time.Second) // issuers use whole seconds
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

// supersedes reports whether an issuer's claims replace what is stored about a person: the newest
// count; of several in the same second, the lowest role, then the first name in byte order. The
// statement in note decides the same way.
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
	counts := p.Role
	if p.Assigned != nil {
		counts = *p.Assigned
	}
	role, err := auth.ParseRole(counts)
	return auth.Actor{AccountID: p.AccountID, Kind: auth.PersonActor, ID: p.ID, Name: p.Name, Role: role}, err
}

// find returns nil if the person has never signed in.
func (s *Store) find(ctx context.Context, identity auth.Identity) (*Person, error) {
	var found *Person
	err := s.db.Read(ctx, identity.AccountID, func(ctx context.Context, tx pg.ReadTx) (err error) {
		found, err = subject(ctx, tx, identity)
		return err
	})
	return found, err
}

// settle keeps a person only in the account of the issuer's latest claims: in other accounts they
// are marked as moved and their sessions end. It reads after note has committed, so of two servers
// that are told of two accounts at once, the later one sees both.
func (s *Store) settle(ctx context.Context, identity auth.Identity) error {
	return s.db.Across(ctx, pg.Statement{
		SQL: "SELECT settle_person($1, $2)", Arguments: []pg.Argument{pg.Text(identity.Issuer), pg.Text(identity.Subject)},
	})
}

// displayName returns the name in a form that can be stored and shown, or one made from the subject
// if there is no such form.
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

// Actors returns the current actors of these people by id, with one statement. People who are
// blocked or have moved are left out.
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
			actors[row.UUID(1)] = auth.Actor{AccountID: row.UUID(0), Kind: auth.PersonActor, ID: row.UUID(1), Name: row.Text(2), Role: role}
		},
	})
	return actors, errors.Join(err, unreadable)
}

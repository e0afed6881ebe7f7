// Package session stores browser sessions: those that people open by signing in at their issuer,
// and those opened with a token or a sign-in link.
package session

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/bearer"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

// Lifetimes of sessions.
const (
	// PersonLifetime is a working day. A role revoked at the issuer takes effect at the next sign-in,
	// so after this time at the latest.
	PersonLifetime = 12 * time.Hour
	// TokenLifetime is the lifetime of a session opened with a token. The session also ends when the
	// token does.
	TokenLifetime = 30 * 24 * time.Hour
)

// Ended is a session that was closed.
type Ended struct {
	AccountID uuid.UUID
	PersonID  uuid.UUID // uuid.Nil for a token's session
	TokenID   uuid.UUID // uuid.Nil for a person's session
}

// Store opens and closes sessions.
type Store struct {
	db      *pg.DB
	closing *bearer.Lookups[Ended]
	codes   *bearer.Lookups[auth.Actor]
}

// NewStore returns a Store for the database.
func NewStore(db *pg.DB) *Store {
	s := &Store{db: db}
	s.closing, s.codes = bearer.NewLookups(s.delete), bearer.NewLookups(s.findCodes)
	return s
}

// OpenForPerson opens a session for a person who has signed in and returns its text, which is not
// stored.
func (s *Store) OpenForPerson(ctx context.Context, actor auth.Actor) (text string, err error) {
	return s.open(ctx, actor, "person_id", PersonLifetime)
}

// OpenForToken opens a session for the holder of the token that acts as actor. It ends when the
// token does.
func (s *Store) OpenForToken(ctx context.Context, actor auth.Actor) (text string, err error) {
	return s.open(ctx, actor, "token_id", TokenLifetime)
}

func (s *Store) open(ctx context.Context, actor auth.Actor, holder string, lifetime time.Duration) (text string, err error) {
	text = bearer.Make(bearer.SessionPrefix)
	err = s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO sessions (account_id, id, ?, hash, expires_at) VALUES (?, ?, ?, ?, now() + make_interval(secs => ?))",
			bun.Ident(holder), actor.AccountID, id.New(), actor.ID, bearer.Hash(text), lifetime.Seconds())
		return err
	})
	return text, err
}

// Close ends a session at once, even if its person is blocked. It reports false if there is no such
// session; closing one again changes nothing. Concurrent calls share a statement, so closing
// made-up sessions costs little.
func (s *Store) Close(ctx context.Context, text string) (ended Ended, found bool, err error) {
	return s.closing.Do(ctx, string(bearer.Hash(text)))
}

// delete ends the sessions with these hashes and returns the ones that existed.
func (s *Store) delete(ctx context.Context, hashes []string) (map[string]Ended, error) {
	ended := make(map[string]Ended, len(hashes))
	err := s.db.Across(ctx, pg.Statement{
		SQL: "SELECT hash, account_id, person_id, token_id FROM close_sessions($1)", Arguments: []pg.Argument{pg.Hashes(hashes, sha256.Size)}, Prepared: true,
		Take: func(row pg.Row) {
			one := Ended{AccountID: row.UUID(1)}
			if row.Null(3) {
				one.PersonID = row.UUID(2)
			} else {
				one.TokenID = row.UUID(3)
			}
			ended[row.Text(0)] = one
		},
	})
	return ended, err
}

// Prune deletes expired sessions and other expired sign-in data, and returns the number of rows.
func (s *Store) Prune(ctx context.Context) (pruned int64, err error) {
	return s.db.Prune(ctx, "prune_sign_ins")
}

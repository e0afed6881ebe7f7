package person

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"errors"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
)

// SessionPrefix begins the text of every session, which tells it from a token's.
const SessionPrefix = "orgsession_"

// SessionLifetime is how long a session lasts: a working day. A role that was taken away at the issuer is learnt of at the next
// sign-in, which is then.
const SessionLifetime = 12 * time.Hour

// sessionBytes is how much of a session's text is random: guessing one is hopeless.
const sessionBytes = 32

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

var errSession = apperr.New(apperr.Unauthenticated, "The session has ended. Sign in again.")

// OpenSession opens a session for somebody who was seen, and returns its text, which is nowhere to be found later.
func (s *Store) OpenSession(ctx context.Context, actor auth.Actor) (text string, err error) {
	random := make([]byte, sessionBytes)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	text = SessionPrefix + encoding.EncodeToString(random)
	err = s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw("INSERT INTO sessions (account_id, id, person_id, hash, expires_at) VALUES (?, ?, ?, ?, now() + make_interval(secs => ?))",
			actor.AccountID, id.New(), actor.ID, hash(text), SessionLifetime.Seconds()).Exec(ctx)
		return err
	})
	return text, err
}

// Session tells whose session it is; code UNAUTHENTICATED where it has ended.
func (s *Store) Session(ctx context.Context, text string) (auth.Actor, error) {
	if !strings.HasPrefix(text, SessionPrefix) {
		return auth.Actor{}, errSession
	}
	var found Person
	err := s.db.Bearer(ctx, hash(text), func(ctx context.Context, tx bun.Tx) error {
		return tx.NewSelect().Model(&found).
			Join("JOIN sessions AS session ON session.account_id = person.account_id AND session.person_id = person.id").
			Where("session.hash = ?", hash(text)).Where("session.expires_at > now()").Scan(ctx)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Actor{}, errSession
	}
	if err != nil {
		return auth.Actor{}, err
	}
	return found.actor()
}

// CloseSession ends a session at once. Closing one that has ended changes nothing.
func (s *Store) CloseSession(ctx context.Context, text string) error {
	actor, err := s.Session(ctx, text)
	if apperr.CodeOf(err) == apperr.Unauthenticated {
		return nil
	}
	if err != nil {
		return err
	}
	return s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw("DELETE FROM sessions WHERE account_id = ? AND hash = ?", actor.AccountID, hash(text)).Exec(ctx)
		return err
	})
}

// PruneSessions takes away the sessions that have ended, and returns how many.
func (s *Store) PruneSessions(ctx context.Context) (pruned int64, err error) {
	err = s.db.Operator(ctx, func(ctx context.Context, tx bun.Tx) error {
		result, err := tx.NewRaw("DELETE FROM sessions WHERE expires_at <= now()").Exec(ctx)
		if err != nil {
			return err
		}
		pruned, err = result.RowsAffected()
		return err
	})
	return pruned, err
}

func hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

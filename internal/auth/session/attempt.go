package session

import (
	"context"
	"time"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth/bearer"
	"github.com/orgmap/orgmap/internal/pg"
)

// AttemptLifetime is how long an attempt to sign in at the issuer is valid.
const AttemptLifetime = 10 * time.Minute

var errUsed = apperr.New(apperr.Unauthenticated, "Sign-in failed. Try again.")

// UseAttempt marks an attempt to sign in as used, identified by a unique text. It fails with code
// UNAUTHENTICATED if any server has used it before.
func (s *Store) UseAttempt(ctx context.Context, text string) error {
	first := false
	err := s.db.Across(ctx, pg.Statement{
		SQL:       "INSERT INTO sign_in_attempts (hash, expires_at) VALUES ($1, now() + make_interval(secs => $2)) ON CONFLICT (hash) DO NOTHING RETURNING hash",
		Arguments: []pg.Argument{bearer.Hash(text), pg.Float(2 * AttemptLifetime.Seconds())}, // servers' clocks may differ
		Take:      func(pg.Row) { first = true },
	})
	if err == nil && !first {
		err = errUsed
	}
	return err
}

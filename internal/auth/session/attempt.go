package session

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth/bearer"
)

// AttemptLifetime is how long an attempt to sign in at the issuer is good for.
const AttemptLifetime = 10 * time.Minute

var errUsed = apperr.New(apperr.Unauthenticated, "Sign-in failed. Try again.")

// UseAttempt uses up an attempt to sign in, by a text that no other attempt has. Code UNAUTHENTICATED if it was used before, on
// whichever server.
func (s *Store) UseAttempt(ctx context.Context, text string) error {
	return s.db.Across(ctx, func(ctx context.Context, tx bun.Tx) error {
		result, err := tx.NewRaw("INSERT INTO sign_in_attempts (hash, expires_at) VALUES (?, now() + make_interval(secs => ?)) ON CONFLICT (hash) DO NOTHING",
			bearer.Hash(text), 2*AttemptLifetime.Seconds()).Exec(ctx) // servers' clocks may differ
		if err != nil {
			return err
		}
		if used, err := result.RowsAffected(); err != nil || used == 1 {
			return err
		}
		return errUsed
	})
}

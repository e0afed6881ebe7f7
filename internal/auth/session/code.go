package session

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	accounts "github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/bearer"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

// CodeLifetime is how long the code of a sign-in link is valid.
const CodeLifetime = 10 * time.Minute

// codesAtMost is how many valid codes a token can have at a time.
const codesAtMost = 5

// errCode is the error for every bad code. It does not reveal whether the code was ever valid.
var errCode = apperr.New(apperr.Unauthenticated, "This sign-in link is invalid, expired or already used. Ask for a new one.")

var errNoHolder = errors.New("the token is unknown, expired or revoked")

// MintCode returns a code that opens one session for the token. A token has at most codesAtMost valid codes; minting another
// removes the oldest.
func (s *Store) MintCode(ctx context.Context, account, token uuid.UUID) (code string, expires time.Time, err error) {
	err = s.db.Write(ctx, account, func(ctx context.Context, tx pg.Tx) error {
		code, expires, err = MintCode(ctx, tx, account, token)
		return err
	})
	return code, expires, err
}

// MintCode is Store.MintCode in the caller's transaction, which must be able to see the account.
func MintCode(ctx context.Context, tx pg.Tx, account, token uuid.UUID) (code string, expires time.Time, err error) {
	// The account's lock serializes concurrent minting, so the codes are counted correctly.
	if _, err := accounts.Lock(ctx, tx, account); err != nil {
		return "", time.Time{}, err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM sign_in_codes WHERE account_id = ? AND token_id = ? AND hash NOT IN
		(SELECT hash FROM sign_in_codes WHERE account_id = ? AND token_id = ? AND expires_at > now() ORDER BY created_at DESC LIMIT ?)`,
		account, token, account, token, codesAtMost-1); err != nil {
		return "", time.Time{}, err
	}
	code = bearer.Make(bearer.CodePrefix)
	err = tx.NewRaw(`INSERT INTO sign_in_codes (account_id, token_id, hash, created_at, expires_at)
		SELECT account_id, id, ?, clock_timestamp(), now() + make_interval(secs => ?) FROM api_tokens
		WHERE account_id = ? AND id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
		RETURNING expires_at`,
		bearer.Hash(code), CodeLifetime.Seconds(), account, token).Scan(ctx, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		err = errNoHolder
	}
	if err != nil {
		return "", time.Time{}, err
	}
	return code, expires, nil
}

// CodeHolder returns the actor that a code would sign in, without using the code up. It fails with
// code UNAUTHENTICATED if the code is not valid. Concurrent lookups share one SELECT, so guessing
// codes costs little.
func (s *Store) CodeHolder(ctx context.Context, code string) (auth.Actor, error) {
	if !strings.HasPrefix(code, bearer.CodePrefix) {
		return auth.Actor{}, errCode
	}
	holder, good, err := s.codes.Do(ctx, string(bearer.Hash(code)))
	if err == nil && !good {
		err = errCode
	}
	return holder, err
}

// Redeem uses a code up and returns the text of the session it opens, which ends when its token
// does. If several callers redeem a code at once, on any servers, one gets a session and the others
// UNAUTHENTICATED.
func (s *Store) Redeem(ctx context.Context, code string) (text string, err error) {
	holder, err := s.CodeHolder(ctx, code)
	if err != nil {
		return "", err
	}
	text = bearer.Make(bearer.SessionPrefix)
	err = s.db.Write(ctx, holder.AccountID, func(ctx context.Context, tx pg.Tx) error {
		opened, err := tx.Exec(ctx, `WITH redeemed AS (DELETE FROM sign_in_codes WHERE hash = ? AND expires_at > now() RETURNING account_id, token_id)
			INSERT INTO sessions (account_id, id, token_id, hash, expires_at)
			SELECT t.account_id, ?, t.id, ?, now() + make_interval(secs => ?)
			FROM redeemed AS r JOIN api_tokens AS t ON t.account_id = r.account_id AND t.id = r.token_id
			WHERE t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())`,
			bearer.Hash(code), id.New(), bearer.Hash(text), TokenLifetime.Seconds())
		if err == nil && opened == 0 {
			err = errCode
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return text, nil
}

// findCodes returns the actors that the codes with these hashes would sign in. Invalid codes are
// left out.
func (s *Store) findCodes(ctx context.Context, hashes []string) (map[string]auth.Actor, error) {
	holders := make(map[string]auth.Actor, len(hashes))
	var unreadable error
	err := s.db.Across(ctx, pg.Statement{
		SQL: "SELECT hash, account_id, id, name, role FROM code_holders($1)", Arguments: []pg.Argument{pg.Hashes(hashes, sha256.Size)}, Prepared: true,
		Take: func(row pg.Row) {
			role, err := auth.ParseRole(row.Text(4))
			unreadable = errors.Join(unreadable, err)
			holders[row.Text(0)] = auth.Actor{AccountID: row.UUID(1), Kind: auth.TokenActor, ID: row.UUID(2), Name: row.Text(3), Role: role}
		},
	})
	return holders, errors.Join(err, unreadable)
}

// PruneCodes deletes expired codes and returns how many there were.
func (s *Store) PruneCodes(ctx context.Context) (pruned int64, err error) {
	return s.db.Prune(ctx, "prune_sign_in_codes")
}

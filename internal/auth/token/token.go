// Package token stores API tokens. The holder of a token acts for its account with its role until
// it expires or is revoked.
package token

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/bearer"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// Token is what is stored about an API token: never the token itself.
type Token struct {
	bun.BaseModel `bun:"table:api_tokens,alias:token"`

	AccountID  uuid.UUID `bun:",pk"`
	ID         uuid.UUID `bun:",pk"`
	Name       string
	Role       string
	Hash       []byte
	CreatedAt  time.Time
	ExpiresAt  *time.Time // nil: never
	LastUsedAt *time.Time // to the hour; nil: never
	RevokedAt  *time.Time // nil: not revoked
}

// Store creates, lists and revokes tokens for the command line; package bearer checks them.
type Store struct{ db *pg.Operator }

// NewStore returns a Store for the database.
func NewStore(db *pg.Operator) *Store { return &Store{db: db} }

// Create creates a token and returns its text, which cannot be retrieved later. The token expires
// after lifetime; zero: never.
func (s *Store) Create(ctx context.Context, account uuid.UUID, rawName string, role auth.Role, lifetime time.Duration) (text string, created *Token, err error) {
	normal, err := name.Normalize(rawName)
	if err != nil {
		return "", nil, err
	}
	if lifetime < 0 {
		return "", nil, errors.New("the lifetime must not be negative")
	}
	text = bearer.Make(bearer.TokenPrefix)
	created = &Token{AccountID: account, ID: id.New(), Name: normal, Role: role.String(), Hash: bearer.Hash(text)}
	err = s.db.Run(ctx, func(ctx context.Context, tx pg.Tx) error {
		exists, err := tx.NewSelect().Table("accounts").Where("id = ?", account).Exists(ctx)
		if err != nil {
			return err
		}
		if !exists {
			return fmt.Errorf("there is no account %s", id.Format(id.Account, account))
		}
		insert := tx.NewInsert().Model(created).Column("account_id", "id", "name", "role", "hash", "expires_at").Returning("created_at, expires_at")
		if lifetime > 0 { // the database's clock decides when it expires, so return that time
			insert = insert.Value("expires_at", "now() + make_interval(secs => ?)", lifetime.Seconds())
		}
		if _, err = insert.Exec(ctx); err != nil {
			return err
		}
		return outdate(ctx, tx, account)
	})
	if err != nil {
		return "", nil, err
	}
	return text, created, nil
}

// Named returns the account's newest valid token with the name and role. If there is none, it
// creates one that expires after lifetime and drops its text: the token only holds sessions.
func (s *Store) Named(ctx context.Context, account uuid.UUID, rawName string, role auth.Role, lifetime time.Duration) (*Token, error) {
	normal, err := name.Normalize(rawName)
	if err != nil {
		return nil, err
	}
	var found []*Token
	err = s.db.Run(ctx, func(ctx context.Context, tx pg.Tx) error {
		return tx.NewSelect().Model(&found).ExcludeColumn("hash").
			Where("account_id = ? AND name = ? AND role = ?", account, normal, role.String()).
			Where("revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())").Order("id DESC").Limit(1).Scan(ctx)
	})
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return found[0], nil
	}
	_, created, err := s.Create(ctx, account, normal, role, lifetime)
	return created, err
}

// List returns the account's tokens, oldest first.
func (s *Store) List(ctx context.Context, account uuid.UUID) ([]*Token, error) {
	var all []*Token
	err := s.db.Run(ctx, func(ctx context.Context, tx pg.Tx) error {
		return tx.NewSelect().Model(&all).ExcludeColumn("hash").Where("account_id = ?", account).Order("id").Scan(ctx)
	})
	return all, err
}

// Revoke revokes a token at once. Revoking it again changes nothing.
func (s *Store) Revoke(ctx context.Context, tokenID uuid.UUID) error {
	return s.db.Run(ctx, func(ctx context.Context, tx pg.Tx) error {
		var account uuid.UUID
		err := tx.NewRaw("UPDATE api_tokens SET revoked_at = coalesce(revoked_at, now()) WHERE id = ? RETURNING account_id", tokenID).Scan(ctx, &account)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("there is no token %s", id.Format(id.Token, tokenID))
		}
		if err != nil {
			return err
		}
		return outdate(ctx, tx, account)
	})
}

// outdate makes the account's cached lists of tokens outdated.
func outdate(ctx context.Context, tx pg.Tx, account uuid.UUID) error {
	_, err := tx.Exec(ctx, "UPDATE accounts SET plan = plan WHERE id = ?", account)
	return err
}

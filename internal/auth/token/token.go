// Package token keeps API tokens: who holds one acts for its account with its role, until it expires or is revoked.
package token

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// Prefix begins every token, so that scanners for leaked secrets know one.
const Prefix = "orgmap_"

// secretBytes is how much of a token is random: guessing one is hopeless.
const secretBytes = 32

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Token is what is kept of an API token: never the token itself.
type Token struct {
	bun.BaseModel `bun:"table:api_tokens,alias:token"`

	AccountID uuid.UUID `bun:",pk"`
	ID        uuid.UUID `bun:",pk"`
	Name      string
	Role      string
	Hash      []byte
	CreatedAt time.Time
	ExpiresAt *time.Time // nil: never
	RevokedAt *time.Time // nil: not revoked
}

// Store makes, lists and checks tokens.
type Store struct {
	db      *pg.DB
	lookups lookups
}

// NewStore makes the store.
func NewStore(db *pg.DB) *Store {
	store := &Store{db: db}
	store.lookups.find = store.find
	return store
}

// Create makes a token and returns its text, which is nowhere to be found later. It lives for lifetime; zero: for good.
func (s *Store) Create(ctx context.Context, account uuid.UUID, rawName string, role auth.Role, lifetime time.Duration) (text string, created *Token, err error) {
	normal, err := name.Normalize(rawName)
	if err != nil {
		return "", nil, err
	}
	if lifetime < 0 {
		return "", nil, errors.New("the lifetime must not be negative")
	}
	random := make([]byte, secretBytes)
	if _, err := rand.Read(random); err != nil {
		return "", nil, fmt.Errorf("make a token: %w", err)
	}
	text = Prefix + encoding.EncodeToString(random)
	created = &Token{AccountID: account, ID: id.New(), Name: normal, Role: role.String(), Hash: hash(text)}
	err = s.db.Operator(ctx, func(ctx context.Context, tx bun.Tx) error {
		exists, err := tx.NewSelect().Table("accounts").Where("id = ?", account).Exists(ctx)
		if err != nil {
			return err
		}
		if !exists {
			return fmt.Errorf("there is no account %s", id.Format(id.Account, account))
		}
		insert := tx.NewInsert().Model(created).Column("account_id", "id", "name", "role", "hash", "expires_at").Returning("created_at, expires_at")
		if lifetime > 0 { // the database's clock decides when it expires, so it says when that is
			insert = insert.Value("expires_at", "now() + make_interval(secs => ?)", lifetime.Seconds())
		}
		_, err = insert.Exec(ctx)
		return err
	})
	if err != nil {
		return "", nil, err
	}
	return text, created, nil
}

// List returns the account's tokens, the oldest first.
func (s *Store) List(ctx context.Context, account uuid.UUID) ([]*Token, error) {
	var all []*Token
	err := s.db.Operator(ctx, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewSelect().Model(&all).ExcludeColumn("hash").Where("account_id = ?", account).Order("id").Scan(ctx)
	})
	return all, err
}

// Revoke ends a token at once. Revoking one again changes nothing.
func (s *Store) Revoke(ctx context.Context, tokenID uuid.UUID) error {
	return s.db.Operator(ctx, func(ctx context.Context, tx bun.Tx) error {
		result, err := tx.NewUpdate().Model((*Token)(nil)).Set("revoked_at = coalesce(revoked_at, now())").Where("id = ?", tokenID).Exec(ctx)
		if err != nil {
			return err
		}
		changed, err := result.RowsAffected()
		if err == nil && changed == 0 {
			err = fmt.Errorf("there is no token %s", id.Format(id.Token, tokenID))
		}
		return err
	})
}

// errNotGood is one answer for every bad token: it tells nobody whether one was ever good.
var errNotGood = apperr.New(apperr.Unauthenticated, "The token is not good: it is unknown, expired or revoked.")

// Authenticate tells who holds the token; code UNAUTHENTICATED where it is not good.
func (s *Store) Authenticate(ctx context.Context, text string) (auth.Actor, error) {
	holder, err := s.Holder(ctx, text)
	return holder.Actor, err
}

// Holder is Authenticate, and tells where the holder's account stands: what is read of it later is at least as new.
func (s *Store) Holder(ctx context.Context, text string) (Holder, error) {
	if !strings.HasPrefix(text, Prefix) {
		return Holder{}, errNotGood
	}
	holder, good, err := s.lookups.do(ctx, string(hash(text)))
	if err == nil && !good {
		err = errNotGood
	}
	return holder, err
}

// find tells who holds the tokens of those hashes; those that are not good are left out.
func (s *Store) find(ctx context.Context, hashes []string) (map[string]Holder, error) {
	sought := make([][]byte, len(hashes))
	for i, hash := range hashes {
		sought[i] = []byte(hash)
	}
	holders := make(map[string]Holder, len(hashes))
	var unreadable error
	err := s.db.Bearers(ctx, sought, func(row pg.Row, moment pg.Moment) {
		role, err := auth.ParseRole(row.Text(4))
		unreadable = errors.Join(unreadable, err)
		actor := auth.Actor{AccountID: row.UUID(1), ID: row.UUID(2), Name: row.Text(3), Role: role}
		holders[row.Text(0)] = Holder{Actor: actor, Moment: moment}
	})
	return holders, errors.Join(err, unreadable)
}

// AuthenticateAll tells, in one statement, who holds each of the tokens; those that are not good are left out.
func (s *Store) AuthenticateAll(ctx context.Context, texts []string) (map[string]auth.Actor, error) {
	byHash := make(map[string]string, len(texts))
	hashes := make([][]byte, len(texts))
	for i, text := range texts {
		hashes[i] = hash(text)
		byHash[string(hashes[i])] = text
	}
	var all []*Token
	err := s.db.Operator(ctx, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewSelect().Model(&all).Where("hash IN (?)", bun.List(hashes)).
			Where("revoked_at IS NULL").Where("expires_at IS NULL OR expires_at > now()").Scan(ctx)
	})
	actors := make(map[string]auth.Actor, len(all))
	for _, found := range all {
		role, err := auth.ParseRole(found.Role)
		if err != nil {
			return nil, err
		}
		actors[byHash[string(found.Hash)]] = auth.Actor{AccountID: found.AccountID, ID: found.ID, Name: found.Name, Role: role}
	}
	return actors, err
}

func hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

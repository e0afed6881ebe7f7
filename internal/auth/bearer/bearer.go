// Package bearer returns the holder of a bearer secret: an API token, or a session that a person or
// a token opened. All kinds are looked up the same way.
package bearer

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"strings"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/pg"
)

// Prefixes of the kinds of secret. They also help scanners find leaked ones.
const (
	TokenPrefix   = "orgmap_"
	SessionPrefix = "orgsession_"
	CodePrefix    = "orgcode_" // of a sign-in link: it can only be redeemed for a session
)

// secretBytes is the number of random bytes in a secret: it cannot be guessed.
const secretBytes = 32

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding) //nolint:gochecknoglobals // a constant

// Make returns a new secret. Store only its hash.
func Make(prefix string) string {
	random := make([]byte, secretBytes)
	_, _ = rand.Read(random) // never fails
	return prefix + encoding.EncodeToString(random)
}

// Hash returns the SHA-256 of a secret. Only the hash is stored.
func Hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// Is reports whether a text has the prefix of a token or a session.
func Is(text string) bool {
	return strings.HasPrefix(text, TokenPrefix) || strings.HasPrefix(text, SessionPrefix)
}

// Holder is the holder of a secret, and the version of their account when the holder was read.
type Holder struct {
	auth.Actor

	Version pg.AccountVersion
}

// Holders looks up the holders of tokens and sessions.
type Holders struct {
	db      *pg.DB
	lookups *Lookups[Holder]
	uses    uses
}

// New returns Holders that read from the database.
func New(db *pg.DB) *Holders {
	h := &Holders{db: db, uses: uses{db: db, pending: map[used]bool{}}}
	h.lookups = NewLookups(h.find)
	return h
}

// There is one error for every bad secret of a kind, so it does not reveal whether the secret was
// ever valid.
var (
	errToken   = apperr.New(apperr.Unauthenticated, "This token is invalid, expired or revoked.")
	errSession = apperr.New(apperr.Unauthenticated, "The session has ended. Sign in again.")
)

// Holder returns the holder of the secret and the account's version: anything read later is at
// least as new. It fails with code UNAUTHENTICATED if the secret is not valid.
func (h *Holders) Holder(ctx context.Context, text string) (Holder, error) {
	if !Is(text) {
		return Holder{}, errToken
	}
	holder, good, err := h.lookups.Do(ctx, string(Hash(text)))
	if err == nil && !good {
		err = errToken
		if strings.HasPrefix(text, SessionPrefix) {
			err = errSession
		}
	}
	return holder, err
}

// All returns the holders of the secrets, with one statement. Invalid secrets are left out.
func (h *Holders) All(ctx context.Context, texts []string) (map[string]Holder, error) {
	hashes := make([]string, len(texts))
	for i, text := range texts {
		hashes[i] = string(Hash(text))
	}
	found, err := h.find(ctx, hashes)
	holders := make(map[string]Holder, len(found))
	for i, text := range texts {
		if holder, good := found[hashes[i]]; good {
			holders[text] = holder
		}
	}
	return holders, err
}

// bearers names the function's columns, so a newer version may return more. It reads the account's
// version together with the holder, so the version is from after the start of the call.
const bearers = "SELECT hash, account_id, id, name, role, journal_position, written_by, unnoted, era, kind FROM bearers($1::bytea[]) CROSS JOIN " + pg.Server

// find returns the holders of the secrets with these hashes. Invalid ones are left out.
func (h *Holders) find(ctx context.Context, hashes []string) (map[string]Holder, error) {
	holders := make(map[string]Holder, len(hashes))
	var unreadable error
	err := h.db.Across(ctx, pg.Statement{
		SQL: bearers, Arguments: []pg.Argument{pg.Hashes(hashes, sha256.Size)}, Prepared: true,
		Take: func(row pg.Row) {
			role, err := auth.ParseRole(row.Text(4))
			unreadable = errors.Join(unreadable, err)
			actor := auth.Actor{AccountID: row.UUID(1), Kind: kindOf(row, 9), ID: row.UUID(2), Name: row.Text(3), Role: role}
			holders[row.Text(0)] = Holder{Actor: actor, Version: pg.AccountVersion{Position: int64(row.Int(5)), Writer: row.Transaction(6), Era: int64(row.Int(8))}}
			if unnoted := row.Boolean(7); unnoted {
				h.uses.note(used{actor.AccountID, actor.ID})
			}
		},
	})
	return holders, errors.Join(err, unreadable)
}

// kindOf returns the kind of a holder. It allocates nothing, because every request authenticates.
func kindOf(row pg.Row, column int) auth.ActorKind {
	if string(row[column]) == string(auth.TokenActor) {
		return auth.TokenActor
	}
	return auth.PersonActor
}

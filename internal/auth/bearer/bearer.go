// Package bearer tells who holds a secret that opens the door: an API token, or a session that a person or a token opened.
// However it came to be, it is looked up in one way.
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

// Prefixes tell the kinds of secret apart, also for scanners that look for leaked ones.
const (
	TokenPrefix   = "orgmap_"
	SessionPrefix = "orgsession_"
	CodePrefix    = "orgcode_" // of a sign-in link: redeemed for a session, and good for nothing else
)

// secretBytes is how much of a secret is random: guessing one is hopeless.
const secretBytes = 32

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding) //nolint:gochecknoglobals // a constant

// Make makes a secret. Only its hash is to be kept.
func Make(prefix string) string {
	random := make([]byte, secretBytes)
	_, _ = rand.Read(random) // it never fails
	return prefix + encoding.EncodeToString(random)
}

// Hash returns the SHA-256 of a secret, which is all of it that is stored.
func Hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// Is reports whether a text has the prefix of a token or a session.
func Is(text string) bool {
	return strings.HasPrefix(text, TokenPrefix) || strings.HasPrefix(text, SessionPrefix)
}

// Holder is who holds a secret, and where their account's data stood when that was found out.
type Holder struct {
	auth.Actor

	Moment pg.Moment
}

// Holders looks up who holds a token or a session.
type Holders struct {
	db      *pg.DB
	lookups *Lookups[Holder]
	uses    uses
}

// New returns Holders that look in the database.
func New(db *pg.DB) *Holders {
	h := &Holders{db: db, uses: uses{db: db, pending: map[used]bool{}}}
	h.lookups = NewLookups(h.find)
	return h
}

// One error for every bad secret of a kind: it tells nobody whether one was ever good.
var (
	errToken   = apperr.New(apperr.Unauthenticated, "This token is invalid, expired or revoked.")
	errSession = apperr.New(apperr.Unauthenticated, "The session has ended. Sign in again.")
)

// Holder tells who holds the secret and where their account stands: what is read of it later is at least as new. Code
// UNAUTHENTICATED if the secret is not good.
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

// All tells, in one statement, who holds each of the secrets; those that are not good are left out.
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

// bearers names the columns of the function, so that a newer one may have more. The account's moment is read in one with its
// holder: it is later than the call began.
const bearers = "SELECT hash, account_id, id, name, role, journal_position, written_by, unnoted, era FROM bearers($1::bytea[]) CROSS JOIN " + pg.Server

// find tells who holds the secrets of those hashes; those that are not good are left out.
func (h *Holders) find(ctx context.Context, hashes []string) (map[string]Holder, error) {
	holders := make(map[string]Holder, len(hashes))
	var unreadable error
	err := h.db.Across(ctx, pg.Statement{
		SQL: bearers, Arguments: []pg.Argument{pg.Hashes(hashes, sha256.Size)}, Prepared: true,
		Take: func(row pg.Row) {
			role, err := auth.ParseRole(row.Text(4))
			unreadable = errors.Join(unreadable, err)
			actor := auth.Actor{AccountID: row.UUID(1), ID: row.UUID(2), Name: row.Text(3), Role: role}
			holders[row.Text(0)] = Holder{Actor: actor, Moment: pg.Moment{Position: int64(row.Int(5)), Writer: row.Transaction(6), Era: int64(row.Int(8))}}
			if unnoted := row.Boolean(7); unnoted {
				h.uses.note(used{actor.AccountID, actor.ID})
			}
		},
	})
	return holders, errors.Join(err, unreadable)
}

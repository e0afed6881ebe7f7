// Package idempotency answers a mutation that is sent again, under the key that its client chose, as it was answered the
// first time. The answer is committed in one transaction with what the mutation changed: there is never one without the other.
package idempotency

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/pg"
)

// Retention is how long an answer is given again.
const Retention = 24 * time.Hour

// maxKey is the longest key that is taken, in bytes.
const maxKey = 255

// Store keeps the answers.
type Store struct{ db *pg.DB }

// New makes the store.
func New(db *pg.DB) *Store { return &Store{db: db} }

// Request is a mutation under a key.
type Request struct {
	Operation string // the mutation's field
	Key       string // as the client chose it, 1 to 255 visible ASCII characters
	Content   []byte // what must be the same when the key comes again
}

var (
	errKey    = apperr.New(apperr.BadUserInput, "An Idempotency-Key must have 1 to %d visible ASCII characters. Use a new UUID for each mutation.", maxKey)
	errReused = apperr.New(apperr.BadUserInput, "This Idempotency-Key has been used in the last 24 hours for a different request. Use a new key for a new request.")
	errBusy   = apperr.New(apperr.Unavailable, "The first request with this Idempotency-Key is still in progress. Try again in a moment.")
)

// Once gives the answer that the request was given before, or performs it and keeps its answer. perform must do all its writes
// under the context it is given; where it does not want its answer kept, they are taken back. An answer that is not kept is
// nil: perform knows it. Errors have the code BAD_USER_INPUT for a key that is unfit or was used for another request, and
// UNAVAILABLE where the first request is still under way after the lock timeout, or the answer could not be kept.
func (s *Store) Once(ctx context.Context, request Request, perform func(context.Context) (answer []byte, keep bool)) ([]byte, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	if !fit(request.Key) {
		return nil, errKey
	}
	attempt := attempt{account: actor.AccountID, operation: request.Operation}
	attempt.key, attempt.hash = digest(actor.ID, request)
	err = s.db.Read(ctx, actor.AccountID, attempt.find)
	if err != nil || attempt.found != nil {
		return attempt.found, err
	}
	enclosed, enclosure := s.db.WithEnclosure(ctx, actor.AccountID, attempt.reserve)
	defer enclosure.Rollback()
	answer, keep := perform(enclosed)
	if attempt.over() {
		return attempt.found, attempt.refused
	}
	if !keep {
		return nil, nil
	}
	err = enclosure.Commit(func(ctx context.Context, tx pg.Tx) error { return attempt.keep(ctx, tx, answer) })
	if attempt.over() {
		return attempt.found, attempt.refused
	}
	if err != nil {
		return nil, err
	}
	return answer, nil
}

func fit(key string) bool {
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return key != "" && len(key) <= maxKey
}

// digest makes what is stored of a request. Requests may hold passwords; under a key that is itself not stored, no dump of the
// table lets anybody try passwords against the hash.
func digest(actor uuid.UUID, request Request) (key, hash []byte) {
	sum := sha256.Sum256([]byte(request.Key))
	under := hmac.New(sha256.New, []byte(request.Key))
	under.Write(actor[:])
	under.Write(request.Content)
	return sum[:], under.Sum(nil)
}

// attempt is one request on its way.
type attempt struct {
	account   uuid.UUID
	operation string
	key, hash []byte

	found   []byte // the answer there is already
	refused error  // why there is none to be had
}

func (a *attempt) over() bool { return a.found != nil || a.refused != nil }

// find looks for the answer.
func (a *attempt) find(ctx context.Context, tx pg.ReadTx) error {
	var row struct {
		RequestHash []byte
		Response    string
	}
	err := tx.NewRaw("SELECT request_hash, response FROM idempotency_keys WHERE account_id = ? AND operation = ? AND key = ? AND expires_at > now()",
		a.account, a.operation, a.key).Scan(ctx, &row)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	case !hmac.Equal(row.RequestHash, a.hash):
		return errReused
	}
	a.found = []byte(row.Response)
	return nil
}

var errAnswered = apperr.New(apperr.Unavailable, "The request has already been answered.")

// reserve takes the key for this request, before it writes anything. A request that has it already is waited for: when that
// one commits, its answer is this one's too.
func (a *attempt) reserve(ctx context.Context, tx pg.Tx) error {
	var reserved bool
	err := tx.NewRaw(`
		INSERT INTO idempotency_keys AS kept (account_id, operation, key, request_hash, expires_at)
		VALUES (?, ?, ?, ?, now() + make_interval(secs => ?))
		ON CONFLICT (account_id, operation, key) DO UPDATE
		SET request_hash = excluded.request_hash, response = NULL, created_at = now(), expires_at = excluded.expires_at
		WHERE kept.expires_at <= now()
		RETURNING true`,
		a.account, a.operation, a.key, a.hash, Retention.Seconds()).Scan(ctx, &reserved)
	if pg.LockTimedOut(err) {
		a.refused = errBusy
		return errBusy
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if a.refused = a.find(ctx, tx.ReadTx); a.refused != nil {
		return a.refused
	}
	return errAnswered
}

func (a *attempt) keep(ctx context.Context, tx pg.Tx, answer []byte) error {
	_, err := tx.Exec(ctx, "UPDATE idempotency_keys SET response = ? WHERE account_id = ? AND operation = ? AND key = ?",
		string(answer), a.account, a.operation, a.key)
	return err
}

// Prune takes away the answers that are no longer given, and returns how many.
func (s *Store) Prune(ctx context.Context) (pruned int64, err error) {
	return s.db.Prune(ctx, "prune_idempotency_keys")
}

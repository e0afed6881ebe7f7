// Package idempotency gives a mutation that is sent again with the same client-chosen key the same response as the
// first time. The response is committed in one transaction with the mutation's changes, so neither exists without the
// other.
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

// Retention is how long a response is stored for replay.
const Retention = 24 * time.Hour

// maxKey is the maximum length of a key, in bytes.
const maxKey = 255

// Store stores the responses.
type Store struct{ db *pg.DB }

// New returns the store.
func New(db *pg.DB) *Store { return &Store{db: db} }

// Request is a mutation with a key.
type Request struct {
	Operation string // the mutation's field
	Key       string // chosen by the client: 1 to 255 visible ASCII characters
	Content   []byte // what must be the same if the key is used again
}

var (
	errKey    = apperr.New(apperr.BadUserInput, "An Idempotency-Key must have 1 to %d visible ASCII characters. Use a new UUID for each mutation.", maxKey)
	errReused = apperr.New(apperr.BadUserInput, "This Idempotency-Key has been used in the last 24 hours for a different request. Use a new key for a new request.")
	errBusy   = apperr.New(apperr.Unavailable, "The first request with this Idempotency-Key is still in progress. Try again in a moment.")
)

// Once returns the stored response to the request, or calls perform and stores its response. perform must do all its
// writes under the context that it is given; if it returns keep as false, its writes are rolled back and Once returns
// nil, because perform knows the response. Errors have the code BAD_USER_INPUT if the key is invalid or was used for
// another request, and UNAVAILABLE if the first request is still running after the lock timeout or the response could
// not be stored.
func (s *Store) Once(ctx context.Context, request Request, perform func(context.Context) (response []byte, keep bool)) ([]byte, error) {
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
	response, keep := perform(enclosed)
	if attempt.settled() {
		return attempt.found, attempt.refused
	}
	if !keep {
		return nil, nil
	}
	err = enclosure.Commit(func(ctx context.Context, tx pg.Tx) error { return attempt.keep(ctx, tx, response) })
	if attempt.settled() {
		return attempt.found, attempt.refused
	}
	if err != nil {
		return nil, err
	}
	return response, nil
}

func fit(key string) bool {
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return key != "" && len(key) <= maxKey
}

// digest returns what is stored of a request. Requests may contain passwords. The hash is keyed with the idempotency
// key, which is not stored, so no one can use a dump of the table to test passwords against it.
func digest(actor uuid.UUID, request Request) (key, hash []byte) {
	sum := sha256.Sum256([]byte(request.Key))
	under := hmac.New(sha256.New, []byte(request.Key))
	under.Write(actor[:])
	under.Write(request.Content)
	return sum[:], under.Sum(nil)
}

// attempt is a request being processed.
type attempt struct {
	account   uuid.UUID
	operation string
	key, hash []byte

	found   []byte // the stored response
	refused error  // why there is no response
}

func (a *attempt) settled() bool { return a.found != nil || a.refused != nil }

// find reads the stored response.
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

// reserve claims the key for this request before it writes anything. If another request has claimed it, reserve waits:
// once that request commits, its response is returned for this one too.
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

func (a *attempt) keep(ctx context.Context, tx pg.Tx, response []byte) error {
	_, err := tx.Exec(ctx, "UPDATE idempotency_keys SET response = ? WHERE account_id = ? AND operation = ? AND key = ?",
		string(response), a.account, a.operation, a.key)
	return err
}

// Prune deletes expired responses and returns their number.
func (s *Store) Prune(ctx context.Context) (pruned int64, err error) {
	return s.db.Prune(ctx, "prune_idempotency_keys")
}

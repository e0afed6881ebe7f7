package person

import (
	"context"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/pg"
)

const (
	// failurePace is how often an attempt of one person is looked at by Postgres, which records one in ten minutes.
	failurePace = time.Minute
	// failuresAtMost is how many people's attempts are remembered, some 100 KiB.
	failuresAtMost = 1000
)

// failures remember who has failed to sign in a short while ago, so that those who go on trying cost no statement each.
type failures struct {
	mutex sync.Mutex // protects last
	last  map[Key]time.Time
}

// due reports whether the failure of a person is to be noted now.
func (f *failures) due(key Key, now time.Time) bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if last, known := f.last[key]; known && now.Sub(last) < failurePace {
		return false
	}
	if f.last == nil || len(f.last) >= failuresAtMost {
		f.last = map[Key]time.Time{}
	}
	f.last[key] = now
	return true
}

// noteFailure records that a person tried to sign in who may not.
func (s *Store) noteFailure(ctx context.Context, known *Person) error {
	if !s.failures.due(Key{known.AccountID, known.ID}, time.Now()) {
		return nil
	}
	return s.db.Write(ctx, known.AccountID, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "SELECT audit_failed_sign_in(?, ?)", known.AccountID, known.ID)
		return err
	})
}

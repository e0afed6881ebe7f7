package person

import (
	"context"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/pg"
)

const (
	// failurePace is how often one person's failed attempts reach Postgres, which records one per ten
	// minutes.
	failurePace = time.Minute
	// failuresAtMost is how many people's attempts are remembered, about 100 KiB.
	failuresAtMost = 1000
)

// failures remembers who recently failed to sign in, so that repeated attempts do not cost a
// statement each.
type failures struct {
	mutex sync.Mutex // protects last
	last  map[Key]time.Time
}

// due reports whether to record a person's failure now.
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

// noteFailure records that a person who may not sign in has tried to.
func (s *Store) noteFailure(ctx context.Context, known *Person) error {
	if !s.failures.due(Key{known.AccountID, known.ID}, time.Now()) {
		return nil
	}
	return s.db.Write(ctx, known.AccountID, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "SELECT audit_failed_sign_in(?, ?)", known.AccountID, known.ID)
		return err
	})
}

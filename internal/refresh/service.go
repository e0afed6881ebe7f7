package refresh

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/orgmap/orgmap/internal/pg"
)

// Announce publishes that a run has reached a sequence. It must not block, and the notification may be lost. ctx is
// the write's: use its values, not its end.
type Announce func(ctx context.Context, account, run uuid.UUID, sequence int64)

// Reader delivers the latest states of an account's runs. It may skip states or repeat one, but always delivers the
// final state. Next waits for the next state; TryNext returns one only if it is already known.
type Reader interface {
	Next(ctx context.Context) (*Run, error)
	TryNext() (*Run, bool)
	Close()
}

// Follow subscribes to an account's runs before it takes the snapshot. The reader starts with the snapshot, and takes
// another one if it missed states.
type Follow func(ctx context.Context, account uuid.UUID, snapshot func(context.Context) ([]*Run, error)) (Reader, error)

// Service is everything that people can do with runs.
type Service struct {
	store  store
	follow Follow
}

// New returns a service. announce is called with every new state of a run; follow delivers the states.
func New(db *pg.DB, announce Announce, follow Follow) (*Service, error) {
	store, err := newStore(db, announce)
	if err != nil {
		return nil, err
	}
	return &Service{store: store, follow: follow}, nil
}

// store writes runs and their jobs.
type store struct {
	db       *pg.DB
	jobs     *river.Client[pg.JobsTx] // inserts and cancels jobs; works none
	announce Announce
	ended    func(*Run) // called with the final states that this store wrote; may be nil
	tracing  Tracing    // nil: no tracing
}

func newStore(db *pg.DB, announce Announce) (store, error) {
	jobs, err := river.NewClient(riverpgxv5.New(db.Pool()), &river.Config{})
	if err != nil {
		return store{}, fmt.Errorf("refresh: jobs: %w", err)
	}
	return store{db: db, jobs: jobs, announce: announce}, nil
}

// announceAfterCommit announces the run's state once the transaction has committed.
func (s store) announceAfterCommit(ctx context.Context, tx pg.Tx, run *Run) {
	copied := *run
	tx.AfterCommit(func() {
		s.announce(ctx, copied.AccountID, copied.ID, copied.Sequence)
		if s.ended != nil && copied.Finished() {
			s.ended(&copied)
		}
	})
}

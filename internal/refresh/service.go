package refresh

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/orgmap/orgmap/internal/pg"
)

// Announce tells the world that a run has reached a sequence. It must not wait and may lose the news. ctx is the write's, for
// what it says and not for its end.
type Announce func(ctx context.Context, account, run uuid.UUID, sequence int64)

// Reader delivers the newest states of an account's runs; it may miss steps of a run or give a state again, but misses no last one.
// Next waits for the next state, Take has one that is known already or none.
type Reader interface {
	Next(ctx context.Context) (*Run, error)
	Take() (*Run, bool)
	Close()
}

// Follow listens to an account's runs first and takes the snapshot then; the reader begins with the snapshot, and takes another one
// if it missed states.
type Follow func(ctx context.Context, account uuid.UUID, snapshot func(context.Context) ([]*Run, error)) (Reader, error)

// Service is all that people can do with runs.
type Service struct {
	store  store
	follow Follow
}

// New makes the service. announce is told of every new state of a run, follow delivers them.
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
	jobs     *river.Client[pg.JobsTx] // inserts and cancels; works nothing
	announce Announce
	ended    func(*Run) // told of last states that this store wrote; nil: nobody
	tracing  Tracing    // nil: nothing is traced
}

func newStore(db *pg.DB, announce Announce) (store, error) {
	jobs, err := river.NewClient(riverpgxv5.New(db.Pool()), &river.Config{})
	if err != nil {
		return store{}, fmt.Errorf("refresh: jobs: %w", err)
	}
	return store{db: db, jobs: jobs, announce: announce}, nil
}

// announceAfterCommit tells of a run's state that the write makes.
func (s store) announceAfterCommit(ctx context.Context, tx pg.Tx, run *Run) {
	told := *run
	tx.AfterCommit(func() {
		s.announce(ctx, told.AccountID, told.ID, told.Sequence)
		if s.ended != nil && told.Finished() {
			s.ended(&told)
		}
	})
}

package bearer

import (
	"context"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/gather"
	"github.com/orgmap/orgmap/internal/pg"
)

// Lookups looks up hashes of secrets with few concurrent statements: any number of requests use at
// most that many connections to Postgres and leave the others for the responses. Nothing valid is
// cached, so a revoked token is rejected at once, and the version that is found is never older than
// the request.
//
// Only bad hashes are remembered briefly, so repeated guesses of the same secret cost nothing. This
// is safe: a secret cannot be tried before it exists, and an ended one does not become valid again,
// unless a person is unblocked.
type Lookups[V any] struct {
	gatherer *gather.Gatherer[string, V]

	mutex sync.Mutex // protects bad
	bad   badHashes
}

const (
	statementsAtOnce = 2
	hashesAtOnce     = 200 // in one statement
)

// NewLookups returns Lookups that use find. find must leave out what is not valid.
func NewLookups[V any](find gather.Find[string, V]) *Lookups[V] {
	l := &Lookups[V]{}
	options := gather.Options{AtOnce: statementsAtOnce, Most: hashesAtOnce, Hopeless: func(err error) bool { return apperr.CodeOf(err) == apperr.Unavailable }}
	l.gatherer = gather.New(options, func(ctx context.Context, hashes []string) (map[string]V, error) {
		found, err := find(ctx, hashes)
		if err == nil {
			l.remember(hashes, found)
		}
		return found, err
	})
	return l
}

// Do looks up a hash. It reports false if the hash is not valid.
func (l *Lookups[V]) Do(ctx context.Context, hash string) (found V, good bool, err error) {
	if l.isBad(hash) {
		return found, false, nil
	}
	mine := l.gatherer.Join(ctx, hash)
	if err := pg.AwaitShared(ctx, mine.Done()); err != nil {
		return found, false, err
	}
	return mine.Found(hash)
}

func (l *Lookups[V]) isBad(hash string) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.bad.has(hash, time.Now())
}

// remember records the hashes that were not found.
func (l *Lookups[V]) remember(hashes []string, found map[string]V) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	now := time.Now()
	for _, hash := range hashes {
		if _, good := found[hash]; !good {
			l.bad.add(hash, now)
		}
	}
}

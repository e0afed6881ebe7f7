package bearer

import (
	"context"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/gather"
	"github.com/orgmap/orgmap/internal/pg"
)

// Lookups looks hashes of secrets up, a few statements at a time: however many requests come, they take that many connections
// to Postgres, and leave the others to the answers. A revoked token is refused at once, and the moment that was found is none from
// before the request.
//
// Only that a hash is bad is remembered for a moment, so that a stranger who tries the same again and again costs nothing: a
// secret cannot be tried before it is made, and one that has ended does not come back, but for a person who is unblocked.
type Lookups[V any] struct {
	gatherer *gather.Gatherer[string, V]

	mutex sync.Mutex // protects bad
	bad   badHashes
}

const (
	statementsAtOnce = 2
	hashesAtOnce     = 200 // in one statement
)

// NewLookups returns Lookups of what find finds: it leaves out what is not good.
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

// Do looks a hash up. It reports false if it is not good.
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

// remember notes the hashes that were not found.
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

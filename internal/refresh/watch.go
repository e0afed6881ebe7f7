package refresh

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/id"
)

// watchPatience is longer than a working run stays without news.
const watchPatience = 15 * time.Second

// Watcher delivers where runs stand, then every later state, by rising sequence; who reads slowly gets the newest and misses
// steps, never the last one. One goroutine at a time uses it.
type Watcher struct {
	service      *Service
	account      uuid.UUID
	runID        *uuid.UUID
	integrations []uuid.UUID
	patience     time.Duration // without news of the one run, before it is looked whether it still stands
	shown        shown

	mu     sync.Mutex // protects what follows
	reader Reader
	stale  bool // the reader knows less than was shown: a new one is needed
	closed bool
}

// Watch watches one run, until its last state, or else the newest run of each of the integrations, or of all where none is
// named, and those that follow. It ends with ctx. A run that the account does not have is an error with code BAD_USER_INPUT.
func (s *Service) Watch(ctx context.Context, runID *uuid.UUID, integrations []uuid.UUID) (*Watcher, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	w := &Watcher{service: s, account: actor.AccountID, runID: runID, integrations: id.Unique(integrations), patience: watchPatience, shown: shown{}}
	if err := w.open(ctx); err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, w.close)
	return w, nil
}

// open begins with where the runs stand now.
func (w *Watcher) open(ctx context.Context) error {
	reader, err := w.service.follow(ctx, w.account, func(ctx context.Context) ([]*Run, error) {
		if w.runID == nil {
			return w.service.store.latest(ctx, w.account, w.integrations, "")
		}
		runs, err := w.service.store.load(ctx, w.account, []uuid.UUID{*w.runID})
		if err == nil && len(runs) == 0 {
			return nil, apperr.New(apperr.BadUserInput, "This run does not exist.")
		}
		return runs, err
	})
	if err != nil {
		return err
	}
	w.mu.Lock()
	before, closed := w.reader, w.closed
	w.reader, w.stale = reader, false
	w.mu.Unlock()
	if before != nil {
		before.Close()
	}
	if closed {
		reader.Close()
	}
	return nil
}

func (w *Watcher) close() {
	w.mu.Lock()
	w.closed = true
	reader := w.reader
	w.mu.Unlock()
	reader.Close()
}

// Next waits for the next state. It reports false where there is none: the one run has ended or is gone with its
// integration, ctx has ended, or the server stops.
func (w *Watcher) Next(ctx context.Context) (*Run, bool) {
	for ctx.Err() == nil && !w.over() {
		reader, err := w.current(ctx)
		if err != nil {
			return nil, false
		}
		run, err := w.await(ctx, reader)
		switch {
		case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
			if w.gone(ctx) {
				return nil, false
			}
		case err != nil:
			return nil, false // a store that fails is asked again by the reader
		case w.wants(run):
			return run, true
		}
	}
	return nil, false
}

// Take is the next state where it is known already.
func (w *Watcher) Take() (*Run, bool) {
	w.mu.Lock()
	reader, stale := w.reader, w.stale
	w.mu.Unlock()
	for !stale && !w.over() {
		run, ok := reader.Take()
		if !ok {
			break
		}
		if w.wants(run) {
			return run, true
		}
	}
	return nil, false
}

// current is a reader that knows what was shown. A store that is away is asked again until ctx ends.
func (w *Watcher) current(ctx context.Context) (Reader, error) {
	w.mu.Lock()
	reader, stale := w.reader, w.stale
	w.mu.Unlock()
	for stale {
		err := w.open(ctx)
		if err == nil {
			return w.current(ctx)
		}
		if apperr.CodeOf(err) == apperr.BadUserInput {
			return nil, err
		}
		if err := clock.Wait(ctx, openRetry); err != nil {
			return nil, err
		}
	}
	return reader, nil
}

// openRetry is how long a watcher whose store is away waits before it asks again.
const openRetry = 500 * time.Millisecond

func (w *Watcher) await(ctx context.Context, reader Reader) (*Run, error) {
	if w.runID == nil {
		return reader.Next(ctx)
	}
	limited, cancel := context.WithTimeout(ctx, w.patience)
	defer cancel()
	return reader.Next(limited)
}

// gone tells whether the one run is no more: a run goes with its integration, and nobody may have seen its last state.
func (w *Watcher) gone(ctx context.Context) bool {
	runs, err := w.service.store.load(ctx, w.account, []uuid.UUID{*w.runID})
	return err == nil && len(runs) == 0
}

// over tells whether the one run was shown to its end.
func (w *Watcher) over() bool { return w.runID != nil && w.shown[*w.runID].finished }

// wants tells whether a state is to be delivered, and notes that it is.
func (w *Watcher) wants(run *Run) bool {
	if w.runID != nil && run.ID != *w.runID || len(w.integrations) > 0 && !slices.Contains(w.integrations, run.IntegrationID) {
		return false
	}
	return w.shown.show(run)
}

// Topic is what is followed.
func (w *Watcher) Topic() string {
	if w.runID != nil {
		return "run " + w.runID.String()
	}
	names := make([]string, len(w.integrations))
	for i, one := range w.integrations {
		names[i] = one.String()
	}
	slices.Sort(names)
	return "runs " + strings.Join(slices.Compact(names), " ")
}

// Place is what was shown so far.
func (w *Watcher) Place() string { return w.shown.String() }

// Resume goes on from a place that another watcher of the topic has reached.
func (w *Watcher) Resume(place string) {
	w.shown = parseShown(place)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stale = true
}

// Passed is told how many deliveries of this watcher's states were made to others.
func (w *Watcher) Passed(deliveries int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reader.Passed(deliveries)
}

// Rest is called when another watcher reads for this one, until Resume.
func (w *Watcher) Rest() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reader.Rest()
	w.stale = true
}

// shown is what a watcher was shown, by run: the newest run of each integration, and others until their last state. A long
// subscription must not grow.
type shown map[uuid.UUID]state

type state struct {
	integration uuid.UUID
	sequence    int64
	finished    bool
}

// show tells whether a state is news, and notes it. The feed may know of older runs that ended a moment ago: only what was
// shown is shown to its end.
func (s shown) show(run *Run) bool {
	before, begun := s[run.ID]
	if begun && (before.finished || before.sequence >= run.Sequence) {
		return false
	}
	newest := true
	for id, other := range s {
		newest = newest && (other.integration != run.IntegrationID || bytes.Compare(id[:], run.ID[:]) <= 0)
	}
	if !newest && !begun {
		return false
	}
	s[run.ID] = state{run.IntegrationID, run.Sequence, run.Finished()}
	if newest {
		maps.DeleteFunc(s, func(id uuid.UUID, other state) bool {
			return other.integration == run.IntegrationID && other.finished && id != run.ID
		})
	} else if run.Finished() {
		delete(s, run.ID)
	}
	return true
}

// A run's part of a place: its id, its integration's, its sequence, and whether it has finished.
const placeSize = 16 + 16 + 8 + 1

// String is equal for those who were shown the same.
func (s shown) String() string {
	ids := slices.SortedFunc(maps.Keys(s), func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	place := make([]byte, 0, len(ids)*placeSize)
	for _, id := range ids {
		one := s[id]
		place = append(append(place, id[:]...), one.integration[:]...)
		place = binary.BigEndian.AppendUint64(place, uint64(one.sequence)) //nolint:gosec // it comes back the same
		place = append(place, 0)
		if one.finished {
			place[len(place)-1] = 1
		}
	}
	return string(place)
}

func parseShown(place string) shown {
	s := shown{}
	for part := range slices.Chunk([]byte(place), placeSize) {
		s[uuid.UUID(part[:16])] = state{
			uuid.UUID(part[16:32]), int64(binary.BigEndian.Uint64(part[32:40])), part[40] == 1, //nolint:gosec // as it was
		}
	}
	return s
}

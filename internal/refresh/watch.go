package refresh

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
)

// watchPatience is longer than a working run goes without a new state.
const watchPatience = 15 * time.Second

// Watcher delivers where runs stand, then every later state, by rising sequence; who reads slowly gets the newest and misses
// steps, never the last one. One goroutine at a time uses it.
type Watcher struct {
	service      *Service
	account      uuid.UUID
	runID        *uuid.UUID
	integrations []uuid.UUID
	patience     time.Duration // with the one run, before the watcher looks whether it still exists
	shown        shown
	reader       Reader // nil: Watch has not returned yet
}

// Watch watches one run, until its last state, or else the newest run of each of the integrations, or of all where none is
// named, and those that follow. It ends with ctx. A run that the account does not have is an error with code BAD_USER_INPUT.
func (s *Service) Watch(ctx context.Context, runID *uuid.UUID, integrations []uuid.UUID) (*Watcher, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	w := &Watcher{service: s, account: actor.AccountID, runID: runID, integrations: id.Unique(integrations), patience: watchPatience, shown: shown{}}
	reader, err := s.follow(ctx, w.account, w.standing)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, reader.Close)
	w.reader = reader
	return w, nil
}

// standing returns where the runs stand now.
func (w *Watcher) standing(ctx context.Context) ([]*Run, error) {
	if w.runID == nil {
		return w.service.store.latest(ctx, w.account, w.integrations, "")
	}
	runs, err := w.service.store.load(ctx, w.account, []uuid.UUID{*w.runID})
	if err == nil && len(runs) == 0 && w.reader == nil { // later on, it is gone
		return nil, apperr.New(apperr.BadUserInput, "This run does not exist.")
	}
	return runs, err
}

// Next waits for the next state. It reports false if there is none: the one run has ended or is gone with its
// integration, ctx has ended, or the server stops.
func (w *Watcher) Next(ctx context.Context) (*Run, bool) {
	for ctx.Err() == nil && !w.over() {
		run, err := w.await(ctx)
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

// Take returns the next state if it is known already.
func (w *Watcher) Take() (*Run, bool) {
	for !w.over() {
		if run, ok := w.reader.Take(); !ok || w.wants(run) {
			return run, ok
		}
	}
	return nil, false
}

func (w *Watcher) await(ctx context.Context) (*Run, error) {
	if w.runID == nil {
		return w.reader.Next(ctx)
	}
	limited, cancel := context.WithTimeout(ctx, w.patience)
	defer cancel()
	return w.reader.Next(limited)
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

// Filter is equal for watchers of the same runs.
func (w *Watcher) Filter() string {
	return fmt.Sprint(w.runID, slices.SortedFunc(slices.Values(w.integrations), byID))
}

func byID(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }

// Cursor is where the watcher is: another one of the same runs that seeks it gets the same states. It is "" before the first one.
func (w *Watcher) Cursor() string { return w.shown.cursor() }

// Seek moves the watcher to the cursor of another one of the same runs.
func (w *Watcher) Seek(cursor string) { w.shown = parseShown(cursor) }

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

// A run's part of a cursor: its id, its integration's, its sequence, and whether it has finished.
const cursorSize = 16 + 16 + 8 + 1

// cursor is equal for those who were shown the same.
func (s shown) cursor() string {
	ids := slices.SortedFunc(maps.Keys(s), byID)
	cursor := make([]byte, 0, len(ids)*cursorSize)
	for _, id := range ids {
		one := s[id]
		cursor = append(append(cursor, id[:]...), one.integration[:]...)
		cursor = binary.BigEndian.AppendUint64(cursor, uint64(one.sequence)) //nolint:gosec // it comes back the same
		cursor = append(cursor, 0)
		if one.finished {
			cursor[len(cursor)-1] = 1
		}
	}
	return string(cursor)
}

func parseShown(cursor string) shown {
	s := shown{}
	for part := range slices.Chunk([]byte(cursor), cursorSize) {
		s[uuid.UUID(part[:16])] = state{
			uuid.UUID(part[16:32]), int64(binary.BigEndian.Uint64(part[32:40])), part[40] == 1, //nolint:gosec // as it was
		}
	}
	return s
}

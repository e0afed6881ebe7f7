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

// checkDelay is longer than a run that is being worked goes without a new state.
const checkDelay = 15 * time.Second

// Watcher delivers the current states of runs, then every later state by rising sequence. A slow reader skips states,
// but always gets the latest one. Only one goroutine at a time may use it.
type Watcher struct {
	service      *Service
	account      uuid.UUID
	runID        *uuid.UUID
	integrations []uuid.UUID
	checkAfter   time.Duration // how long to wait for the one run before checking that it still exists
	shown        shown
	reader       Reader // nil: Watch has not returned yet
}

// Watch watches one run until its final state. If runID is nil it watches the newest run of each given integration,
// or of all if none is given, and every later run. It ends with ctx. If the account does not have the run, the error
// has code BAD_USER_INPUT.
func (s *Service) Watch(ctx context.Context, runID *uuid.UUID, integrations []uuid.UUID) (*Watcher, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	w := &Watcher{service: s, account: actor.AccountID, runID: runID, integrations: id.Unique(integrations), checkAfter: checkDelay, shown: shown{}}
	reader, err := s.follow(ctx, w.account, w.current)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, reader.Close)
	w.reader = reader
	return w, nil
}

// current returns the current states of the watched runs.
func (w *Watcher) current(ctx context.Context) ([]*Run, error) {
	if w.runID == nil {
		return w.service.store.latest(ctx, w.account, w.integrations, "")
	}
	runs, err := w.service.store.load(ctx, w.account, []uuid.UUID{*w.runID})
	if err == nil && len(runs) == 0 && w.reader == nil { // later, a missing run has been deleted
		return nil, apperr.New(apperr.BadUserInput, "This run does not exist.")
	}
	return runs, err
}

// Next waits for the next state. It returns false if there will be none: the one run has ended or was deleted with
// its integration, ctx has ended, or the server is shutting down.
func (w *Watcher) Next(ctx context.Context) (*Run, bool) {
	for ctx.Err() == nil && !w.done() {
		run, err := w.await(ctx)
		switch {
		case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
			if w.deleted(ctx) {
				return nil, false
			}
		case err != nil:
			return nil, false // the reader retries if the store fails
		case w.wants(run):
			return run, true
		}
	}
	return nil, false
}

// TryNext returns the next state if it is already known.
func (w *Watcher) TryNext() (*Run, bool) {
	for !w.done() {
		if run, ok := w.reader.TryNext(); !ok || w.wants(run) {
			return run, ok
		}
	}
	return nil, false
}

func (w *Watcher) await(ctx context.Context) (*Run, error) {
	if w.runID == nil {
		return w.reader.Next(ctx)
	}
	limited, cancel := context.WithTimeout(ctx, w.checkAfter)
	defer cancel()
	return w.reader.Next(limited)
}

// deleted reports whether the one run no longer exists. A run is deleted with its integration, possibly before its
// final state was delivered.
func (w *Watcher) deleted(ctx context.Context) bool {
	runs, err := w.service.store.load(ctx, w.account, []uuid.UUID{*w.runID})
	return err == nil && len(runs) == 0
}

// done reports whether the one run's final state has been delivered.
func (w *Watcher) done() bool { return w.runID != nil && w.shown[*w.runID].finished }

// wants reports whether to deliver a state, and marks it as delivered.
func (w *Watcher) wants(run *Run) bool {
	if w.runID != nil && run.ID != *w.runID || len(w.integrations) > 0 && !slices.Contains(w.integrations, run.IntegrationID) {
		return false
	}
	return w.shown.show(run)
}

// Filter returns a string that is equal for watchers of the same runs.
func (w *Watcher) Filter() string {
	return fmt.Sprint(w.runID, slices.SortedFunc(slices.Values(w.integrations), byID))
}

func byID(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }

// Cursor returns the watcher's position. Another watcher of the same runs that seeks to it gets the same states from
// there. It is "" before the first state.
func (w *Watcher) Cursor() string { return w.shown.cursor() }

// Seek moves the watcher to the cursor of another watcher of the same runs.
func (w *Watcher) Seek(cursor string) { w.shown = parseShown(cursor) }

// shown is what a watcher has delivered, by run: the newest run of each integration, and other runs until their final
// state. It must not grow in a long subscription.
type shown map[uuid.UUID]state

type state struct {
	integration uuid.UUID
	sequence    int64
	finished    bool
}

// show reports whether a state is new, and records it. The feed may include older runs that have just ended; of older
// runs, only those already shown are shown to their end.
func (s shown) show(run *Run) bool {
	previous, seen := s[run.ID]
	if seen && (previous.finished || previous.sequence >= run.Sequence) {
		return false
	}
	newest := true
	for id, other := range s {
		newest = newest && (other.integration != run.IntegrationID || bytes.Compare(id[:], run.ID[:]) <= 0)
	}
	if !newest && !seen {
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

// cursorSize is a run's part of a cursor: its id, its integration's id, its sequence, and whether it has finished.
const cursorSize = 16 + 16 + 8 + 1

// cursor encodes s. Watchers that have delivered the same states have equal cursors.
func (s shown) cursor() string {
	ids := slices.SortedFunc(maps.Keys(s), byID)
	cursor := make([]byte, 0, len(ids)*cursorSize)
	for _, id := range ids {
		one := s[id]
		cursor = append(append(cursor, id[:]...), one.integration[:]...)
		cursor = binary.BigEndian.AppendUint64(cursor, uint64(one.sequence)) //nolint:gosec // read by parseShown
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
			uuid.UUID(part[16:32]), int64(binary.BigEndian.Uint64(part[32:40])), part[40] == 1, //nolint:gosec // as written
		}
	}
	return s
}

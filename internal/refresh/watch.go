package refresh

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
)

// watchPatience is longer than a working run stays without news.
const watchPatience = 15 * time.Second

// Watch delivers where runs stand now, then every later state, by rising sequence; who reads slowly gets the newest and
// misses steps, never the last one. runID names one run, after whose last state the channel is closed; else it is the
// newest run of each of the integrations, or of all where none is named, and those that follow. The channel is closed
// when ctx ends; the caller must keep reading until then. A run that the account does not have is an error with
// code BAD_USER_INPUT.
func (s *Service) Watch(ctx context.Context, runID *uuid.UUID, integrations []uuid.UUID) (<-chan *Run, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	watch := newWatch(runID, integrations)
	reader, err := s.follow(ctx, actor.AccountID, func(ctx context.Context) ([]*Run, error) {
		if runID == nil {
			return s.store.latest(ctx, actor.AccountID, integrations, "")
		}
		runs, err := s.store.load(ctx, actor.AccountID, []uuid.UUID{*runID})
		if err == nil && len(runs) == 0 {
			return nil, apperr.New(apperr.BadUserInput, "There is no such run.")
		}
		return runs, err
	})
	if err != nil {
		return nil, err
	}
	states := make(chan *Run)
	go func() {
		defer close(states)
		defer reader.Close()
		watch.deliver(ctx, reader, states, func() bool {
			runs, err := s.store.load(ctx, actor.AccountID, []uuid.UUID{*runID})
			return err == nil && len(runs) == 0
		})
	}()
	return states, nil
}

// watch is what one watcher wants and has got.
type watch struct {
	runID        *uuid.UUID
	integrations map[uuid.UUID]bool // nil: all
	newest       map[uuid.UUID]*Run // by integration, the newest run that was delivered
	open         map[uuid.UUID]*Run // by run, the state delivered, until its last one
	patience     time.Duration      // without news of the one run, before it is looked whether it still stands
}

func newWatch(runID *uuid.UUID, integrations []uuid.UUID) *watch {
	watch := &watch{runID: runID, newest: map[uuid.UUID]*Run{}, open: map[uuid.UUID]*Run{}, patience: watchPatience}
	if len(integrations) > 0 {
		watch.integrations = make(map[uuid.UUID]bool, len(integrations))
		for _, one := range integrations {
			watch.integrations[one] = true
		}
	}
	return watch
}

// deliver ends with the run's last state or, where one run is watched, when it is gone: a run goes with its integration,
// and nobody may have seen its last state.
func (w *watch) deliver(ctx context.Context, reader Reader, states chan<- *Run, gone func() bool) {
	for {
		run, err := w.next(ctx, reader)
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			if gone() {
				return
			}
			continue
		}
		if err != nil {
			return // ctx ended or the process stops; a store that fails is asked again by the reader
		}
		if !w.wants(run) {
			continue
		}
		select {
		case states <- run:
		case <-ctx.Done():
			return
		}
		if w.runID != nil && run.Finished() {
			return
		}
	}
}

func (w *watch) next(ctx context.Context, reader Reader) (*Run, error) {
	if w.runID == nil {
		return reader.Next(ctx)
	}
	limited, cancel := context.WithTimeout(ctx, w.patience)
	defer cancel()
	return reader.Next(limited)
}

// wants tells whether a state is to be delivered, and notes that it is.
func (w *watch) wants(run *Run) bool {
	if w.runID != nil && run.ID != *w.runID || w.integrations != nil && !w.integrations[run.IntegrationID] {
		return false
	}
	if shown := w.open[run.ID]; shown != nil && shown.Sequence >= run.Sequence {
		return false
	}
	newest, begun := w.newest[run.IntegrationID], w.open[run.ID] != nil
	switch {
	case newest == nil || newest.ID.String() < run.ID.String():
		w.newest[run.IntegrationID] = run
	case newest.ID == run.ID && newest.Sequence < run.Sequence:
		w.newest[run.IntegrationID] = run
	case !begun:
		// The feed may know of older runs that ended a moment ago; only what was shown is shown to its end.
		return false
	}
	if run.Finished() {
		delete(w.open, run.ID) // nothing more comes of it: a long subscription must not grow
	} else {
		w.open[run.ID] = run
	}
	return true
}

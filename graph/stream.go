package graph

import (
	"context"

	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/graph/plan"
	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/refresh"
)

var (
	_ plan.Source[model.AccountChange]    = changes{}
	_ plan.Source[*model.RefreshProgress] = progress{}
)

// changes are what a watcher of the journal gets, in the schema's terms.
type changes struct {
	*journal.Watcher
	clock clock.Clock
}

// Next waits for the next change.
func (c changes) Next(ctx context.Context) (model.AccountChange, bool) {
	return c.converted(c.Watcher.Next(ctx))
}

// Take is the next change where it is known already.
func (c changes) Take() (model.AccountChange, bool) { return c.converted(c.Watcher.Take()) }

func (c changes) converted(event journal.Event, more bool) (model.AccountChange, bool) {
	if !more {
		return nil, false
	}
	return model.NewAccountChange(event, c.clock()), true
}

// progress is what a watcher of runs gets, in the schema's terms.
type progress struct{ *refresh.Watcher }

// Next waits for the next state.
func (p progress) Next(ctx context.Context) (*model.RefreshProgress, bool) {
	return p.converted(p.Watcher.Next(ctx))
}

// Take is the next state where it is known already.
func (p progress) Take() (*model.RefreshProgress, bool) { return p.converted(p.Watcher.Take()) }

func (progress) converted(run *refresh.Run, more bool) (*model.RefreshProgress, bool) {
	if !more {
		return nil, false
	}
	return &model.RefreshProgress{Run: run, Sequence: int(run.Sequence)}, true
}

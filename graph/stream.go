package graph

import (
	"context"

	"github.com/orgmap/orgmap/graph/fanout"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/refresh"
	"github.com/orgmap/orgmap/internal/suggestion"
)

// Names of the subscription fields, used as feed names.
const (
	FeedAccountChanges  = "accountChanges"
	FeedRefreshProgress = "refreshProgress"
	FeedMatchingChanges = "matchingChanges"
)

var (
	_ fanout.Source = changes{}
	_ fanout.Source = progress{}
	_ fanout.Source = matchingChanges{}
)

// changes adapts a journal watcher to the schema's types.
type changes struct {
	*journal.Watcher
	clock clock.Clock
}

// Topic returns the topic of all of the account's changes.
func (c changes) Topic() fanout.Topic { return fanout.Topic{Feed: FeedAccountChanges} }

// Next waits for the next change.
func (c changes) Next(ctx context.Context) (model.AccountChange, bool) {
	return c.converted(c.Watcher.Next(ctx))
}

// TryNext returns the next change if there already is one.
func (c changes) TryNext() (model.AccountChange, bool) { return c.converted(c.Watcher.TryNext()) }

func (c changes) converted(event journal.Event, more bool) (model.AccountChange, bool) {
	if !more {
		return nil, false
	}
	return model.NewAccountChange(event, c.clock()), true
}

// progress adapts a watcher of runs to the schema's types.
type progress struct{ *refresh.Watcher }

// Topic returns the topic of the watched runs.
func (p progress) Topic() fanout.Topic {
	return fanout.Topic{Feed: FeedRefreshProgress, Filter: p.Filter()}
}

// Next waits for the next state.
func (p progress) Next(ctx context.Context) (*model.RefreshProgress, bool) {
	return p.converted(p.Watcher.Next(ctx))
}

// TryNext returns the next state if there already is one.
func (p progress) TryNext() (*model.RefreshProgress, bool) { return p.converted(p.Watcher.TryNext()) }

func (progress) converted(run *refresh.Run, more bool) (*model.RefreshProgress, bool) {
	if !more {
		return nil, false
	}
	return &model.RefreshProgress{Run: run, Sequence: int(run.Sequence)}, true
}

// matchingChanges adapts a watcher of suggestions to the schema's types.
type matchingChanges struct{ *suggestion.Watcher }

// Topic returns the topic of the watched integrations.
func (m matchingChanges) Topic() fanout.Topic {
	return fanout.Topic{Feed: FeedMatchingChanges, Filter: m.Filter()}
}

// Next waits for the next change.
func (m matchingChanges) Next(ctx context.Context) (*model.MatchingChange, bool) {
	return m.converted(m.Watcher.Next(ctx))
}

// TryNext returns the next change if there already is one.
func (m matchingChanges) TryNext() (*model.MatchingChange, bool) {
	return m.converted(m.Watcher.TryNext())
}

func (matchingChanges) converted(change *suggestion.Change, more bool) (*model.MatchingChange, bool) {
	if !more {
		return nil, false
	}
	return &model.MatchingChange{Change: change}, true
}

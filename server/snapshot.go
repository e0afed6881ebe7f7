package main

import (
	"context"

	"github.com/orgmap/orgmap/graph/cache"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/pg"
)

// snapshot lets all reads of one answer see one moment.
func (a *App) snapshot(ctx context.Context) (context.Context, cache.Snapshot) {
	ctx, session := a.db.WithSession(ctx)
	return ctx, snapshot{session}
}

// snapshot is a session in the cache's words.
type snapshot struct{ *pg.Session }

// Open begins the snapshot of whoever asks.
func (s snapshot) Open(ctx context.Context) (cache.Moment, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return cache.Moment{}, err
	}
	moment, err := s.Session.Open(ctx, actor.AccountID)
	return cache.Moment(moment), err
}

// Saw is the moment that all was read at.
func (s snapshot) Saw() (cache.Moment, bool) {
	moment, whole := s.Session.Saw()
	return cache.Moment(moment), whole
}

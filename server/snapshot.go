package main

import (
	"context"

	"github.com/orgmap/orgmap/graph/cache"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/pg"
)

// snapshot makes all reads for one response use one snapshot of the database.
func (a *App) snapshot(ctx context.Context) (context.Context, cache.Snapshot) {
	ctx, session := a.db.WithSession(ctx)
	return ctx, snapshot{session}
}

// snapshot adapts a session to the cache's interface.
type snapshot struct{ *pg.Session }

// Open opens a snapshot of the actor's account.
func (s snapshot) Open(ctx context.Context) (cache.Version, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return cache.Version{}, err
	}
	version, err := s.Session.Open(ctx, actor.AccountID)
	return cache.Version(version), err
}

// Version returns the version that all reads saw, and false if they did not all see the same one.
func (s snapshot) Version() (cache.Version, bool) {
	version, whole := s.Session.Version()
	return cache.Version(version), whole
}

package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"

	"github.com/orgmap/orgmap/internal/embedded"
	"github.com/orgmap/orgmap/internal/pg"
)

// withDatabase runs work on the database's URL. Without DATABASE_URL it is the embedded one: a running server's, or one
// that is started for the time of the work.
func (s stores) withDatabase(ctx context.Context, logger *slog.Logger, work func(url string) error) error {
	if s.DatabaseURL != "" {
		return work(s.DatabaseURL)
	}
	postgres, err := startPostgres(ctx, s, logger)
	if errors.Is(err, embedded.ErrInUse) {
		url, readErr := s.runningDatabase()
		if readErr != nil {
			return errors.Join(err, readErr)
		}
		return work(url)
	}
	if err != nil {
		return err
	}
	return errors.Join(work(postgres.URL()), postgres.Stop(context.WithoutCancel(ctx)))
}

// withOwner is withDatabase as the login that migrates.
func (s stores) withOwner(ctx context.Context, logger *slog.Logger, work func(url string) error) error {
	s.DatabaseURL = cmp.Or(s.MigrationDatabaseURL, s.DatabaseURL)
	return s.withDatabase(ctx, logger, work)
}

// withStore runs work on the migrated store.
func (s stores) withStore(ctx context.Context, logger *slog.Logger, work func(*pg.DB) error) error {
	return s.withDatabase(ctx, logger, func(url string) error {
		db, err := pg.Open(ctx, url, pg.Options{MaxConnections: 2})
		if err != nil {
			return err
		}
		defer db.Close()
		return work(db)
	})
}

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

// withOwner is withDatabase as the login that owns the database.
func (s stores) withOwner(ctx context.Context, logger *slog.Logger, work func(url string) error) error {
	s.DatabaseURL = cmp.Or(s.MigrationDatabaseURL, s.DatabaseURL)
	return s.withDatabase(ctx, logger, work)
}

// withOperator runs work across the accounts of the migrated store, as the login that owns it.
func (s stores) withOperator(ctx context.Context, logger *slog.Logger, work func(*pg.Operator) error) error {
	return s.withOwner(ctx, logger, func(url string) error {
		operator, err := pg.OpenOperator(ctx, url)
		if err != nil {
			return err
		}
		defer operator.Close()
		return work(operator)
	})
}

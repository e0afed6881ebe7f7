package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"

	"github.com/orgmap/orgmap/internal/embedded"
	"github.com/orgmap/orgmap/internal/pg"
)

// withDatabase runs work with the URL of the database. Without DATABASE_URL, it uses the embedded Postgres of a running
// server, or starts one for as long as work runs.
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

// withOwner is like withDatabase, with the login that owns the database.
func (s stores) withOwner(ctx context.Context, logger *slog.Logger, work func(url string) error) error {
	s.DatabaseURL = cmp.Or(s.MigrationDatabaseURL, s.DatabaseURL)
	return s.withDatabase(ctx, logger, work)
}

// withOperator runs work across all accounts of the migrated database, as the login that owns it.
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

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/orgmap/orgmap/migrations"
)

type migrateCommand struct {
	Up     migrateUp     `cmd:"" help:"Apply all migrations."`
	Down   migrateDown   `cmd:"" help:"Roll back the latest migrations. The data they added is lost."`
	Status migrateStatus `cmd:"" help:"Show all migrations and when they were applied."`
}

type (
	migrateUp   struct{}
	migrateDown struct {
		Yes bool `help:"Confirm. The data in the removed tables and columns is lost."`
	}
	migrateStatus struct{}
)

func (migrateUp) Run(ctx context.Context, t *terminal, s stores) error {
	return s.withOwner(ctx, t.logger(), func(url string) error {
		if err := migrations.Up(ctx, url); err != nil {
			return err
		}
		return t.printSteps(ctx, url)
	})
}

func (c migrateDown) Run(ctx context.Context, t *terminal, s stores) error {
	if !c.Yes {
		return errors.New("this loses what the newest steps hold; say --yes")
	}
	return s.withOwner(ctx, t.logger(), func(url string) error {
		if err := migrations.Down(ctx, url); err != nil {
			return err
		}
		return t.printSteps(ctx, url)
	})
}

func (migrateStatus) Run(ctx context.Context, t *terminal, s stores) error {
	return s.withOwner(ctx, t.logger(), func(url string) error { return t.printSteps(ctx, url) })
}

func (t *terminal) printSteps(ctx context.Context, url string) error {
	steps, err := migrations.Status(ctx, url)
	if err != nil {
		return err
	}
	return t.print(steps, func(w io.Writer) {
		for _, step := range steps {
			applied := "not applied"
			if step.AppliedAt != nil {
				applied = "applied " + step.AppliedAt.Format(time.RFC3339)
			}
			fmt.Fprintln(w, step.Name, applied)
		}
	})
}

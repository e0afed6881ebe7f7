package migrations

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// step is one schema change.
type step struct {
	version string // when it was written; steps are applied in this order
	comment string
	present string // SQL condition that is true if the step is in the database; "": only its mark counts
	up      string
	down    string

	before func(context.Context, *pgxpool.Pool) error // runs before up, possibly more than once; nil: nothing
	after  func(context.Context, *pgxpool.Pool) error // runs after down, likewise
}

func (one step) name() string { return one.version + "_" + one.comment }

// present contains the steps that earlier releases marked in a separate transaction: if the process
// was killed in between, such a step has no mark. Newer steps need no condition.
//
//nolint:gochecknoglobals // a table
var present = map[string]string{
	"20261123090000": "to_regclass('public.accounts') IS NOT NULL",
	"20261123110000": "to_regclass('public.idempotency_keys') IS NOT NULL",
	"20261123115000": "to_regprocedure('public.refresh_period(text)') IS NOT NULL",
	"20261123130000": "to_regclass('public.people') IS NOT NULL",
	"20261125150000": column("refresh_runs", "trace_parent"),
	"20261125152200": "to_regprocedure('public.bearers(bytea[])') IS NOT NULL",
	"20261125153000": column("mappings", "external_name"),
	"20261125160000": "to_regclass('public.vendor_keys') IS NOT NULL",
	"20261125160100": "EXISTS (SELECT FROM pg_proc WHERE oid = to_regprocedure('public.open_account(uuid)') AND 'organizations_used' = ANY (proargnames))",
	"20261125194800": "EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('public.organizations_folded_idx') AND indnatts = 7)",
	"20261125213000": column("accounts", "organizations_version"),
	"20261125214000": "EXISTS (SELECT FROM pg_proc WHERE oid = to_regprocedure('public.bearers(bytea[])') AND provolatile = 's')",
	"20261125220000": "to_regclass('public.external_org_lists') IS NOT NULL",
}

// before contains the Go functions that some steps need to run first.
//
//nolint:gochecknoglobals // a table
var before = map[string]func(context.Context, *pgxpool.Pool) error{
	"20261128210000": refold,
}

func column(table, name string) string {
	return "EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('public." + table + "') AND attname = '" + name + "' AND NOT attisdropped)"
}

const (
	riverStep = "20261123090100"
	// riverVersion is the version of River's own tables. If a newer River needs newer tables, add a
	// step.
	riverVersion = 8
)

// riverTables returns the one step that is not our SQL: River creates its own tables at a pinned
// version and records in them which of its own steps it has applied.
func riverTables() step {
	run := func(direction rivermigrate.Direction, version int) func(context.Context, *pgxpool.Pool) error {
		return func(ctx context.Context, pool *pgxpool.Pool) error {
			migrator, err := rivermigrate.New(riverpgxv5.New(pool), nil)
			if err != nil {
				return err
			}
			_, err = migrator.Migrate(ctx, direction, &rivermigrate.MigrateOpts{TargetVersion: version})
			return err
		}
	}
	return step{
		version: riverStep, comment: "river",
		before: run(rivermigrate.DirectionUp, riverVersion),
		// River's tables contain job, account and run ids but no tenant data, so the workers get full
		// access.
		up: `GRANT SELECT, INSERT, UPDATE, DELETE ON river_job, river_leader, river_queue, river_notification, river_migration TO orgmap_app;
			GRANT USAGE ON SEQUENCE river_job_id_seq, river_notification_id_seq TO orgmap_app`,
		after: run(rivermigrate.DirectionDown, -1),
	}
}

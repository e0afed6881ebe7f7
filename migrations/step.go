package migrations

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// step is a change of the schema.
type step struct {
	version string // when it was written; the steps are applied in this order
	comment string
	present string // an SQL condition that holds where the step is in the database; "": its mark alone says so
	up      string
	down    string

	before func(context.Context, *pgxpool.Pool) error // is done before up, and may be done again; nil: nothing
	after  func(context.Context, *pgxpool.Pool) error // the same for down
}

func (one step) name() string { return one.version + "_" + one.comment }

// present tells the steps that earlier releases marked in a transaction of its own: a process that was killed in between
// left them without a mark. Newer steps need no condition.
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

// before tells what some steps need to be done in Go first.
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
	// riverVersion is the version of River's own tables. A newer River that needs newer tables gets a step of its own.
	riverVersion = 8
)

// riverTables is the one step that is not SQL of ours: River brings its tables itself, at a pinned version, and remembers
// in them which of its own steps it has taken.
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
		// River's tables hold job, account and run ids, never a tenant's data: the workers use them whole.
		up: `GRANT SELECT, INSERT, UPDATE, DELETE ON river_job, river_leader, river_queue, river_notification, river_migration TO orgmap_app;
			GRANT USAGE ON SEQUENCE river_job_id_seq, river_notification_id_seq TO orgmap_app`,
		after: run(rivermigrate.DirectionDown, -1),
	}
}

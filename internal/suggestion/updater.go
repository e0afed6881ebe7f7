package suggestion

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

const (
	// version is incremented when matching or its tables change their results: then all accounts are recomputed.
	version = 3

	checkInterval = 500 * time.Millisecond // between two checks for accounts with stale suggestions
	leaseDuration = 2 * time.Minute        // longer than the largest account takes
	// An account that changes all the time uses at most a tenth of a worker's time, or a fifth if only what the changes
	// concern is computed. An account that takes no longer than briefDuration is recomputed after every change. Waiting for
	// the database does not count.
	pauseFactor      = 9
	localPauseFactor = 4
	briefDuration    = 100 * time.Millisecond
	partSize         = 1_000 // rows per statement
)

// Updater keeps the suggestions of all accounts up to date. Every worker process has one; a lease ensures that only one
// of them computes an account at a time. Changes during a computation are picked up by the next check, all at once.
type Updater struct {
	db       *pg.DB
	journal  Journal
	mappings Mappings
	announce Announce
	logger   *slog.Logger
}

// Journal records the change that a write makes.
type Journal interface {
	Append(ctx context.Context, tx pg.Writer, change journal.Change) error
}

// Mappings applies suggestions automatically.
type Mappings interface {
	ApplySuggestions(ctx context.Context, externalOrgIDs []uuid.UUID) ([]uuid.UUID, error)
}

// Announce publishes that the suggestions in an integration have changed. It must not block.
type Announce func(ctx context.Context, account, integration uuid.UUID, sequence int64)

// NewUpdater returns an Updater.
func NewUpdater(db *pg.DB, journal Journal, mappings Mappings, announce Announce, logger *slog.Logger) *Updater {
	return &Updater{db: db, journal: journal, mappings: mappings, announce: announce, logger: logger}
}

// Run recomputes stale suggestions until ctx ends.
func (u *Updater) Run(ctx context.Context) error {
	for clock.Wait(ctx, clock.Around(checkInterval)) == nil {
		if err := u.Update(ctx); err != nil && ctx.Err() == nil {
			u.logger.WarnContext(ctx, "could not compute suggestions", "error", err)
		}
	}
	return nil
}

// Update recomputes the suggestions of every account whose data have changed since the last time. If one account fails,
// it keeps its current suggestions and the others are still computed.
func (u *Updater) Update(ctx context.Context) error {
	var stale []uuid.UUID
	err := u.db.Across(ctx, pg.Statement{
		SQL: "SELECT account_id FROM stale_matchings(($1::bigint)::integer)", Arguments: []pg.Argument{pg.Int(version)}, Prepared: true,
		Take: func(row pg.Row) { stale = append(stale, row.UUID(0)) },
	})
	for _, account := range stale {
		err = errors.Join(err, u.compute(ctx, account))
	}
	return err
}

// compute computes one account's suggestions, writes the ones that changed, and applies those that the account wants to be
// applied automatically. It does nothing if another process has the lease.
func (u *Updater) compute(ctx context.Context, account uuid.UUID) error {
	leased, err := u.lease(ctx, account)
	if err != nil || !leased {
		return err
	}
	if err := u.endExclusions(ctx, account); err != nil {
		return err
	}
	var read world
	before := map[uuid.UUID]storedRow{} // by external organization
	err = u.db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) (err error) {
		if read, err = readWorld(ctx, tx, account); err != nil {
			return err
		}
		return tx.Send(ctx, append(read.recent.statements(account), pg.Statement{
			SQL: "SELECT external_org_id, digest, integration_id, organization_id, automatic FROM suggestions WHERE account_id = $1", Arguments: []pg.Argument{pg.UUID(account)},
			Take: func(row pg.Row) {
				stored := storedRow{digest: int64(row.Int(1)), integration: row.UUID(2), automatic: row.Boolean(4)}
				if !row.Null(3) {
					organization := row.UUID(3)
					stored.organization = &organization
				}
				before[row.UUID(0)] = stored
			},
		})...)
	})
	if err != nil {
		return err
	}
	computed := computation{account: account, position: read.position, lapsed: read.lapsed}
	began := time.Now()
	automatic, err := computed.run(&read, before)
	computed.took = time.Since(began)
	if err != nil {
		return err
	}
	if err := u.write(ctx, computed); err != nil {
		return err
	}
	if !read.automatic {
		return nil
	}
	return u.apply(ctx, account, automatic)
}

// apply maps external organizations to their suggested organizations, in the name of the system.
func (u *Updater) apply(ctx context.Context, account uuid.UUID, externalOrgs []uuid.UUID) error {
	ctx = auth.WithActor(ctx, auth.System(account))
	for part := range slices.Chunk(externalOrgs, partSize) {
		if _, err := u.mappings.ApplySuggestions(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// lease acquires the lease on the account for this process.
func (u *Updater) lease(ctx context.Context, account uuid.UUID) (leased bool, err error) {
	err = u.db.Write(ctx, account, func(ctx context.Context, tx pg.Tx) error {
		leased = false
		affected, err := tx.Exec(ctx, `
			INSERT INTO matchings AS m (account_id, rest_until) VALUES (?, now() + make_interval(secs => ?))
			ON CONFLICT (account_id) DO UPDATE SET rest_until = excluded.rest_until WHERE m.rest_until IS NULL OR m.rest_until < now()`,
			account, leaseDuration.Seconds())
		leased = affected > 0
		return err
	})
	return leased, err
}

// pauseAfter returns how long to wait before computing an account again that took the given time.
func pauseAfter(took time.Duration, local bool) time.Duration {
	switch {
	case took <= briefDuration:
		return 0
	case local:
		return localPauseFactor * took
	}
	return pauseFactor * took
}

// endExclusions deletes the exclusions that have reached their end.
func (u *Updater) endExclusions(ctx context.Context, accountID uuid.UUID) error {
	const ended = "account_id = ? AND until <= now()"
	var any bool
	err := u.db.Read(ctx, accountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT EXISTS (SELECT FROM exclusions WHERE "+ended+")", accountID).Scan(ctx, &any)
	})
	if err != nil || !any {
		return err
	}
	return u.db.Write(ctx, accountID, func(ctx context.Context, tx pg.Tx) error {
		if _, err := account.Lock(ctx, tx, accountID); err != nil {
			return err
		}
		var gone []struct {
			ExternalOrgID      uuid.UUID
			Name, Reason, Note string
			Until              *time.Time
			CreatedAt          time.Time
			ActorKind          auth.ActorKind
			ActorID            uuid.NullUUID
			ActorName          string
		}
		err := tx.NewRaw(`
			WITH gone AS (DELETE FROM exclusions WHERE `+ended+` RETURNING *)
			SELECT g.external_org_id, x.name, g.reason, g.note, g.until, g.created_at, g.actor_kind, g.actor_id, g.actor_name
			FROM gone AS g JOIN external_orgs AS x ON x.account_id = g.account_id AND x.id = g.external_org_id ORDER BY g.external_org_id`, accountID).Scan(ctx, &gone)
		if err != nil || len(gone) == 0 {
			return err
		}
		change := journal.Made(auth.System(accountID), journal.Decisions, "exclusion.ended")
		for _, one := range gone {
			change.ExternalOrgIDs = append(change.ExternalOrgIDs, one.ExternalOrgID)
			change.Edits.Decisions = append(change.Edits.Decisions, journal.DecisionEdit{
				Kind: journal.DecisionExclusion, ExternalOrg: journal.Ref{ID: one.ExternalOrgID, Name: one.Name},
				Before: &journal.Decision{
					Reason: one.Reason, Note: one.Note, Until: one.Until, At: one.CreatedAt,
					Author: auth.Author{Kind: one.ActorKind, Name: one.ActorName, ID: one.ActorID},
				},
			})
		}
		return u.journal.Append(ctx, tx, change)
	})
}

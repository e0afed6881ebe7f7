package suggestion

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/pg"
)

const (
	// version is incremented when matching or its tables change their results: then all accounts are recomputed.
	version = 1

	checkInterval = 500 * time.Millisecond // between two checks for accounts with stale suggestions
	leaseDuration = 2 * time.Minute        // longer than the largest account takes
	// An account that changes all the time uses at most a tenth of a worker's time. An account that takes no longer
	// than briefDuration is recomputed after every change.
	pauseFactor   = 9
	briefDuration = 100 * time.Millisecond
	partSize      = 1_000 // rows per statement
)

// Updater keeps the suggestions of all accounts up to date. Every worker process has one; a lease ensures that only one
// of them computes an account at a time. Changes during a computation are picked up by the next check, all at once.
type Updater struct {
	db     *pg.DB
	logger *slog.Logger
}

// NewUpdater returns an Updater.
func NewUpdater(db *pg.DB, logger *slog.Logger) *Updater { return &Updater{db: db, logger: logger} }

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

// compute computes one account's suggestions and writes the ones that changed. It does nothing if another process has
// the lease.
func (u *Updater) compute(ctx context.Context, account uuid.UUID) error {
	began := time.Now()
	leased, err := u.lease(ctx, account)
	if err != nil || !leased {
		return err
	}
	var read world
	digests := map[uuid.UUID]int64{} // by external organization
	err = u.db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) (err error) {
		if read, err = readWorld(ctx, tx, account); err != nil {
			return err
		}
		return tx.Send(ctx, pg.Statement{
			SQL: "SELECT external_org_id, digest FROM suggestions WHERE account_id = $1", Arguments: []pg.Argument{pg.UUID(account)},
			Take: func(row pg.Row) { digests[row.UUID(0)] = int64(row.Int(1)) },
		})
	})
	if err != nil {
		return err
	}
	var changed []row
	for outcome := range matching.New(read.World).All {
		row, hasRow, err := rowOf(outcome, read.integrations[outcome.Record])
		if err != nil {
			return err
		}
		if !hasRow {
			continue
		}
		if digest, exists := digests[row.externalOrg]; !exists || digest != row.digest {
			changed = append(changed, row)
		}
		delete(digests, row.externalOrg)
	}
	obsolete := make([]uuid.UUID, 0, len(digests))
	for externalOrg := range digests {
		obsolete = append(obsolete, externalOrg)
	}
	slices.SortFunc(obsolete, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	slices.SortFunc(changed, func(a, b row) int { return cmp.Compare(a.externalOrg.String(), b.externalOrg.String()) })
	return u.write(ctx, account, read.position, changed, obsolete, began)
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

const (
	// An external organization may have been deleted with its integration since it was read.
	upsertSuggestions = `
		INSERT INTO suggestions (account_id, external_org_id, integration_id, state, organization_id, tier, score, margin, automatic, bulk,
			warnings, because, signals, candidates, digest)
		SELECT $1, w.* FROM jsonb_to_recordset($2::text::jsonb) AS w (external_org_id uuid, integration_id uuid, state text, organization_id uuid,
			tier text, score integer, margin integer, automatic boolean, bulk boolean, warnings text[], because text, signals jsonb, candidates jsonb, digest bigint)
		JOIN external_orgs AS x ON x.account_id = $1 AND x.id = w.external_org_id
		ON CONFLICT (account_id, external_org_id) DO UPDATE SET state = excluded.state, organization_id = excluded.organization_id,
			tier = excluded.tier, score = excluded.score, margin = excluded.margin, automatic = excluded.automatic, bulk = excluded.bulk,
			warnings = excluded.warnings, because = excluded.because, signals = excluded.signals, candidates = excluded.candidates, digest = excluded.digest`
	deleteSuggestions = "DELETE FROM suggestions WHERE account_id = $1 AND external_org_id = ANY ($2)"
	// Writing the account's row without changing it marks every cached response as stale.
	touchAccount  = "UPDATE accounts SET journal_position = journal_position WHERE id = $1"
	settleAccount = "UPDATE matchings SET position = $2, version = ($3::bigint)::integer, rest_until = now() + make_interval(secs => $4) WHERE account_id = $1"
)

// write writes the differences from the stored suggestions, and releases the account.
func (u *Updater) write(ctx context.Context, account uuid.UUID, position int64, changed []row, obsolete []uuid.UUID, began time.Time) error {
	return u.db.Write(ctx, account, func(ctx context.Context, tx pg.Tx) error {
		for part := range slices.Chunk(changed, partSize) {
			text, err := encodeRows(part)
			if err != nil {
				return err
			}
			if err := tx.Send(ctx, pg.Statement{SQL: upsertSuggestions, Arguments: []pg.Argument{pg.UUID(account), pg.Text(text)}}); err != nil {
				return err
			}
		}
		var last []pg.Statement
		if len(obsolete) > 0 {
			last = append(last, pg.Statement{SQL: deleteSuggestions, Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(obsolete)}})
		}
		last = append(last, pg.Statement{SQL: settleAccount, Arguments: []pg.Argument{pg.UUID(account), pg.Int(position), pg.Int(version), pg.Float(pauseAfter(time.Since(began)).Seconds())}})
		if len(changed)+len(obsolete) > 0 {
			last = append(last, pg.Statement{SQL: touchAccount, Arguments: []pg.Argument{pg.UUID(account)}})
		}
		return tx.Send(ctx, last...)
	})
}

// pauseAfter returns how long to wait before computing an account again that took the given time.
func pauseAfter(took time.Duration) time.Duration {
	if took <= briefDuration {
		return 0
	}
	return pauseFactor * took
}

package refresh

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"slices"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

// renameMappings copies the new names of external organizations to their mappings. It runs under the account's lock,
// which every write of a mapping takes, so it also sees mappings that were created during the swap. The change that
// renames them has been appended.
const renameMappings = `
	UPDATE mappings AS m SET external_name = x.name, external_folded = x.folded,
		renamed = (SELECT journal_position FROM accounts WHERE id = $1)
	FROM external_orgs AS x
	WHERE m.account_id = $1 AND m.integration_id = $2 AND m.external_org_id = ANY ($3::uuid[])
	  AND x.account_id = $1 AND x.integration_id = $2 AND x.id = m.external_org_id
	  AND (m.external_name, m.external_folded) IS DISTINCT FROM (x.name, x.folded)`

// keepNames keeps the names that renameMappings replaces, for history. The change that replaces them has been appended.
const keepNames = `
	INSERT INTO past_names (account_id, subject_id, until, name)
	SELECT $1, m.external_org_id, (SELECT journal_position FROM accounts WHERE id = $1), m.external_name
	FROM mappings AS m JOIN external_orgs AS x ON x.account_id = $1 AND x.integration_id = $2 AND x.id = m.external_org_id
	WHERE m.account_id = $1 AND m.integration_id = $2 AND m.external_org_id = ANY ($3::uuid[]) AND m.external_name IS DISTINCT FROM x.name`

// nameOf returns the integration of a run as a change records it.
func nameOf(ctx context.Context, tx pg.Tx, run *Run) (journal.Ref, error) {
	var name string
	err := tx.NewRaw("SELECT name FROM integrations WHERE account_id = ? AND id = ?", run.AccountID, run.IntegrationID).Scan(ctx, &name)
	return journal.Ref{ID: run.IntegrationID, Name: name}, err
}

// swap judges a walk. If the verdict allows, it makes the walk the integration's list and ends the run, all in one
// transaction. On walkAgain it changes nothing. It fails with errLost if the run was lost before the commit, and with
// a *runError if the account would exceed its limit on external organizations.
//
// Locks are taken in the same order as by every write: first the integration's row (shared), and at the very end the
// run's and the account's. So a long swap delays neither a cancellation nor the account's other writes.
func (w *Worker) swap(ctx context.Context, lease lease, run *Run, found walk, again, stable bool) (verdict, outcome, error) {
	facts := evidence{
		distinct: len(found.organizations), skipped: found.skipped.count(), unidentified: found.skipped.unidentified,
		total: found.total, totalChanged: found.totalChanged, again: again, stable: stable,
	}
	read := outcome{fetched: facts.distinct, total: found.total, skipped: facts.skipped, skippedRows: found.skipped.rows}
	end, judged := read, apply
	err := w.store.db.Write(ctx, run.AccountID, func(ctx context.Context, tx pg.Tx) error {
		end = read // the transaction may be retried
		if err := lease.hold(ctx, tx, run.IntegrationID, &facts); err != nil {
			return err
		}
		facts.listed, facts.removed = 0, 0
		if judged = facts.judge(); judged == walkAgain || judged == stillChanging {
			return nil
		}
		diff, err := w.compare(ctx, tx, run, found)
		if err != nil {
			return err
		}
		facts.listed, facts.removed = diff.listed, len(diff.removed)
		if judged = facts.judge(); judged == walkAgain || judged == stillChanging {
			return nil
		}
		if judged == apply && facts.excused() {
			diff.removed = nil
		}
		mapped, err := w.mappedOf(ctx, tx, run, diff)
		if err != nil {
			return err
		}
		changes := named(diff, found.organizations, mapped)
		switch judged {
		case apply:
			// A list that does not fit is not written at all. The commit checks again, because another run may use up
			// the room meanwhile.
			used, err := account.UsageOf(ctx, tx.ReadTx, run.AccountID)
			if err == nil {
				err = admit(used.ExternalOrganizations, len(diff.added))
			}
			if err != nil {
				return err
			}
			end.state = StateSucceeded
			end.added, end.updated, end.removed = len(diff.added), len(diff.changed), len(diff.removed)
			if err := w.rememberGap(ctx, tx, run, facts); err != nil {
				return err
			}
			return w.apply(ctx, tx, lease, run, found.organizations, diff, changes, end)
		case needsReview:
			return w.review(ctx, tx, lease, run, changes, end, ReviewShrunk)
		case totalMismatch:
			return w.review(ctx, tx, lease, run, changes, end, ReviewTotalMismatch)
		case walkAgain, stillChanging:
		}
		return nil
	})
	return judged, end, w.explainLimit(ctx, run, end.added, err)
}

// review ends the run as NEEDS_REVIEW, and keeps the names of what it would change: the list itself is not kept.
func (w *Worker) review(ctx context.Context, tx pg.Tx, lease lease, run *Run, changes *Changes, end outcome, reason ReviewReason) error {
	end.state, end.review = StateNeedsReview, &reason
	if err := lease.finish(ctx, tx, end); err != nil {
		return err
	}
	return w.keepChanges(ctx, tx, run, changes)
}

// rememberGap stores how many more organizations the vendor announces than it lists, once a person has accepted it.
// Later runs with no larger gap need no review.
func (w *Worker) rememberGap(ctx context.Context, tx pg.Tx, run *Run, facts evidence) error {
	if facts.gap() == facts.acceptedGap {
		return nil
	}
	_, err := tx.Exec(ctx, "UPDATE integrations SET accepted_total_gap = ? WHERE account_id = ? AND id = ?", facts.gap(), run.AccountID, run.IntegrationID)
	return err
}

// hold locks the integration until the transaction ends, and adds to facts what people have accepted. It fails with
// errLost if the run is no longer this worker's.
func (l lease) hold(ctx context.Context, tx pg.Tx, integration uuid.UUID, facts *evidence) error {
	var accepted struct {
		AcceptShrink, AcceptTotalMismatch bool
		AcceptedTotalGap                  int
	}
	err := tx.NewRaw(`
		SELECT r.accept_shrink, r.accept_total_mismatch, i.accepted_total_gap FROM integrations AS i
		JOIN refresh_runs AS r ON r.account_id = i.account_id AND r.integration_id = i.id
		WHERE i.account_id = ? AND i.id = ? AND r.id = ? AND r.attempt = ? AND r.state = 'RUNNING'
		FOR SHARE OF i`, l.account, integration, l.run, l.attempt).Scan(ctx, &accepted)
	if errors.Is(err, sql.ErrNoRows) {
		return errLost
	}
	if err != nil {
		return err
	}
	facts.acceptShrink, facts.acceptMismatch, facts.acceptedGap = accepted.AcceptShrink, accepted.AcceptTotalMismatch, accepted.AcceptedTotalGap
	return nil
}

// compare returns what the walk changes. It reads the stored list in parts, which is safe because nothing else writes
// the list until the transaction ends.
func (w *Worker) compare(ctx context.Context, tx pg.Tx, run *Run, found walk) (difference, error) {
	const selectPart = `
		SELECT id, remote_id, name, folded, match_name, url, hints::text, removed_at IS NOT NULL, website, city FROM external_orgs
		WHERE account_id = $1 AND integration_id = $2 AND remote_id > $3 ORDER BY remote_id LIMIT $4`
	comparison := newComparison(found.organizations, found.skipped.ids)
	pause := w.pauser()
	for last, more := "", true; more; {
		seen := 0
		err := tx.Send(ctx, pg.Statement{
			SQL: selectPart, Arguments: []pg.Argument{pg.UUID(run.AccountID), pg.UUID(run.IntegrationID), pg.Text(last), pg.Int(partSize)},
			Take: func(row pg.Row) {
				seen++
				if seen == partSize {
					last = row.Text(1)
				}
				comparison.add(listed{
					id: row.UUID(0), remoteID: row[1], name: row[2], folded: row[3], matchName: row[4], url: row[5], hints: row[6], removed: row.Boolean(7),
					website: row[8], city: row[9],
				})
			},
		})
		if err != nil {
			return difference{}, err
		}
		if more = seen == partSize; more {
			if err := pause(ctx); err != nil {
				return difference{}, err
			}
		}
	}
	return comparison.end(), nil
}

// apply makes the walk the stored list and ends the run.
func (w *Worker) apply(ctx context.Context, tx pg.Tx, lease lease, run *Run, walked []vendors.Organization, diff difference, changes *Changes, end outcome) error {
	if err := w.write(ctx, tx, run, walked, diff); err != nil {
		return err
	}
	reconnected, err := tx.Exec(ctx, `
		UPDATE integrations SET state = 'CONNECTED', updated_at = now() WHERE account_id = ? AND id = ? AND state = 'NEEDS_ATTENTION'`,
		run.AccountID, run.IntegrationID)
	if err != nil {
		return err
	}
	integration, err := nameOf(ctx, tx, run)
	if err != nil {
		return err
	}
	if err := lease.finish(ctx, tx, end); err != nil {
		return err
	}
	if end.written()+reconnected == 0 {
		return nil
	}
	if err := w.keepChanges(ctx, tx, run, changes); err != nil {
		return err
	}
	refreshed := run.change("integration.refreshed")
	refreshed.ExternalOrgIDs = journal.FirstTouched(diff.touched())
	refreshed.After = map[string]any{"run": id.Format(id.RefreshRun, run.ID), "added": end.added, "updated": end.updated, "removed": end.removed}
	refreshed.Edits.Integrations = []journal.IntegrationEdit{{
		Integration: integration, What: "refreshed", Added: &end.added, Updated: &end.updated, Removed: &end.removed,
	}}
	if err := w.journal.Append(ctx, tx, refreshed); err != nil {
		return err
	}
	for changed := range slices.Chunk(diff.changed, partSize) { // no pauses: other writes wait for the lock
		for _, statement := range []string{keepNames, renameMappings} {
			if err := writePart(ctx, tx, run, statement, pg.UUIDs(idsOf(changed, func(one change) uuid.UUID { return one.id }))); err != nil {
				return err
			}
		}
	}
	return nil
}

// renewFrom is the size at which a list is large enough that plans without statistics hurt.
const renewFrom = 1000

// statisticsLimit is enough for both tables of all accounts on a busy disk. No one waits for it.
const statisticsLimit = "SET LOCAL statement_timeout = '5min'"

// renewStatistics updates Postgres' statistics after a large change. With stale statistics, an import of thousands
// scans the whole list for each of them; autovacuum would run only minutes later. It skips lists of which less than a
// tenth has changed. A failure costs only speed.
func (w *Worker) renewStatistics(ctx context.Context, run *Run, end outcome, logger *slog.Logger) {
	if end.fetched < renewFrom || end.written()*10 < end.fetched {
		return
	}
	err := w.store.db.Write(ctx, run.AccountID, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, statisticsLimit+"; SELECT analyze_external_orgs()")
		return err
	})
	if err != nil {
		logger.WarnContext(ctx, "could not renew the statistics", "error", err)
	}
}

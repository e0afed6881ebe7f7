package refresh

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"log/slog"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

// stageTable holds a walk inside its swap. Being temporary it is this transaction's alone, is not logged, and has no
// row-level security, under which COPY is refused.
const stageTable = `
	SET LOCAL statement_timeout = '120s';
	CREATE TEMPORARY TABLE walked (
		remote_id text COLLATE "C" NOT NULL, id uuid NOT NULL, name text NOT NULL,
		folded text COLLATE "C" NOT NULL, match_name text COLLATE "C", url text, hints jsonb NOT NULL
	) ON COMMIT DROP`

// updateChanged writes only the rows that differ, so that a list of which little changed costs little. It also heals
// those that came back. The remote id decides: a rename keeps the row, and so its mapping.
const updateChanged = `
	UPDATE external_orgs AS x
	SET name = w.name, folded = w.folded, match_name = w.match_name, url = w.url, hints = w.hints, removed_at = NULL, updated_at = now()
	FROM walked AS w
	WHERE x.account_id = ? AND x.integration_id = ? AND x.remote_id = w.remote_id
	  AND ((x.name, x.folded, x.match_name, x.url, x.hints) IS DISTINCT FROM (w.name, w.folded, w.match_name, w.url, w.hints)
	       OR x.removed_at IS NOT NULL)`

const insertAdded = `
	INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded, match_name, url, hints)
	SELECT ?0, w.id, ?1, w.remote_id, w.name, w.folded, w.match_name, w.url, w.hints
	FROM walked AS w LEFT JOIN external_orgs AS x ON x.account_id = ?0 AND x.integration_id = ?1 AND x.remote_id = w.remote_id
	WHERE x.id IS NULL`

// markGone touches no mapping: what is gone may come back.
const markGone = `
	UPDATE external_orgs AS x SET removed_at = now(), updated_at = now()
	WHERE x.account_id = ? AND x.integration_id = ? AND x.removed_at IS NULL
	  AND NOT EXISTS (SELECT FROM walked AS w WHERE w.remote_id = x.remote_id)`

// renameMappings tells mappings what their external organizations are called now. It comes behind the account's lock, which
// every write of a mapping holds: so none is missed that was made meanwhile.
const renameMappings = `
	UPDATE mappings AS m SET external_name = x.name, external_folded = x.folded
	FROM external_orgs AS x
	WHERE m.account_id = ?0 AND m.integration_id = ?1 AND x.account_id = ?0 AND x.integration_id = ?1 AND x.id = m.external_org_id
	  AND (m.external_name, m.external_folded) IS DISTINCT FROM (x.name, x.folded)`

// swap judges a walk and, if it may, makes it the integration's list and ends the run, all in one transaction. Where the
// verdict is walkAgain nothing is done. It fails with errLost if the run was lost before the commit.
//
// The order of locks is that of every write: the integration's row first, here shared; the run's and the account's at the
// very end, so that a long swap holds up neither a cancellation nor the account's other writes.
func (w *Worker) swap(ctx context.Context, lease lease, run *Run, found walk, again bool) (verdict, error) {
	facts := evidence{distinct: len(found.organizations), skipped: found.skipped, total: found.total, moved: found.moved, again: again}
	if !facts.whole() {
		return facts.judge(), nil
	}
	judged := apply
	err := w.store.db.Write(ctx, run.AccountID, func(ctx context.Context, tx bun.Tx) error {
		var err error
		if facts.acceptShrink, err = lease.hold(ctx, tx, run.IntegrationID); err != nil {
			return err
		}
		if err := stage(ctx, tx, found.organizations); err != nil {
			return err
		}
		if facts.listed, facts.gone, err = compare(ctx, tx, run); err != nil {
			return err
		}
		end := outcome{fetched: facts.distinct, total: found.total}
		switch judged = facts.judge(); judged {
		case apply:
			end.state = StateSucceeded
			return w.apply(ctx, tx, lease, run, end, !facts.excused())
		case needsReview:
			end.state = StateNeedsReview
			return lease.finish(ctx, tx, end)
		case walkAgain, moving:
		}
		return nil
	})
	return judged, err
}

// hold keeps the integration in place until the transaction ends, and tells whether a shrunk list is to be taken as true.
func (l lease) hold(ctx context.Context, tx bun.IDB, integration uuid.UUID) (acceptShrink bool, err error) {
	err = tx.NewRaw(`
		SELECT r.accept_shrink FROM integrations AS i
		JOIN refresh_runs AS r ON r.account_id = i.account_id AND r.integration_id = i.id
		WHERE i.account_id = ? AND i.id = ? AND r.id = ? AND r.attempt = ? AND r.state = 'RUNNING'
		FOR SHARE OF i`, l.account, integration, l.run, l.attempt).Scan(ctx, &acceptShrink)
	if errors.Is(err, sql.ErrNoRows) {
		return false, errLost
	}
	return acceptShrink, err
}

// stage copies the walk into the table walked.
func stage(ctx context.Context, tx bun.Tx, organizations []vendors.Organization) error {
	if _, err := tx.ExecContext(ctx, stageTable); err != nil {
		return err
	}
	columns := []string{"remote_id", "id", "name", "folded", "match_name", "url", "hints"}
	rows := pgx.CopyFromSlice(len(organizations), func(i int) ([]any, error) { return stagedRow(organizations[i]) })
	if _, err := pg.Native(ctx).CopyFrom(ctx, pgx.Identifier{"walked"}, columns, rows); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "ANALYZE walked") // nothing else tells the planner how large it is
	return err
}

func stagedRow(organization vendors.Organization) ([]any, error) {
	hints, err := encodeHints(organization.Hints)
	if err != nil {
		return nil, err
	}
	row := []any{organization.RemoteID, [16]byte(id.New()), organization.Name, name.Fold(organization.Name), nil, nil, hints}
	if normal, err := name.Normalize(organization.Name); err == nil {
		row[4] = normal
	}
	if organization.URL != "" {
		row[5] = organization.URL
	}
	return row, nil
}

// encodeHints writes the hints as the column holds them.
func encodeHints(hints []vendors.Hint) (string, error) {
	type hint struct {
		Application vendors.Application `json:"application"`
		RemoteID    string              `json:"remoteId"`
	}
	written := make([]hint, len(hints))
	for i, one := range hints {
		written[i] = hint{Application: one.Application, RemoteID: one.RemoteID}
	}
	encoded, err := json.Marshal(written)
	return string(encoded), err
}

// compare counts what was listed before, and what of that the walk has not seen.
func compare(ctx context.Context, tx bun.IDB, run *Run) (listed, gone int, err error) {
	err = tx.NewRaw(`
		SELECT count(*), count(*) FILTER (WHERE w.remote_id IS NULL)
		FROM external_orgs AS x LEFT JOIN walked AS w ON w.remote_id = x.remote_id
		WHERE x.account_id = ? AND x.integration_id = ? AND x.removed_at IS NULL`,
		run.AccountID, run.IntegrationID).Scan(ctx, &listed, &gone)
	return listed, gone, err
}

// apply makes the staged walk the list, and ends the run. gone says whether what was not read is marked so.
func (w *Worker) apply(ctx context.Context, tx bun.IDB, lease lease, run *Run, end outcome, gone bool) error {
	for _, step := range []struct {
		wanted    bool
		statement string
		count     *int
	}{{true, updateChanged, &end.updated}, {true, insertAdded, &end.added}, {gone, markGone, &end.removed}} {
		if !step.wanted {
			continue
		}
		affected, err := execute(ctx, tx, step.statement, run.AccountID, run.IntegrationID)
		if err != nil {
			return err
		}
		*step.count = affected
	}
	mended, err := execute(ctx, tx, `
		UPDATE integrations SET state = 'CONNECTED', updated_at = now() WHERE account_id = ? AND id = ? AND state = 'NEEDS_ATTENTION'`,
		run.AccountID, run.IntegrationID)
	if err != nil {
		return err
	}
	if err := lease.finish(ctx, tx, end); err != nil {
		return err
	}
	if end.added+end.updated+end.removed+mended == 0 {
		return nil
	}
	err = w.journal.Append(ctx, tx, journal.Change{
		AccountID: run.AccountID, Kind: journal.Integrations, Action: "integration.refreshed", Actor: run.RequestedBy,
		IntegrationIDs: []uuid.UUID{run.IntegrationID},
		After:          map[string]any{"run": id.Format(id.RefreshRun, run.ID), "added": end.added, "updated": end.updated, "removed": end.removed},
	})
	if err != nil || end.updated == 0 {
		return err
	}
	_, err = execute(ctx, tx, renameMappings, run.AccountID, run.IntegrationID)
	return err
}

func execute(ctx context.Context, tx bun.IDB, statement string, arguments ...any) (affected int, err error) {
	result, err := tx.NewRaw(statement, arguments...).Exec(ctx)
	if err != nil {
		return 0, err
	}
	count, err := result.RowsAffected()
	return int(count), err
}

// renewFrom is how many organizations make a list large enough for plans without statistics to hurt.
const renewFrom = 1000

// renewStatistics tells Postgres what a large list looks like now: until it knows, an import of thousands reads the whole
// list for each of them. Autovacuum would come by too, but minutes later. Where it fails, nothing but speed is lost.
func (w *Worker) renewStatistics(ctx context.Context, run *Run, organizations int, logger *slog.Logger) {
	if organizations < renewFrom {
		return
	}
	err := w.store.db.Write(ctx, run.AccountID, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, "SELECT analyze_external_orgs()")
		return err
	})
	if err != nil {
		logger.WarnContext(ctx, "the statistics were not renewed", "error", err)
	}
}

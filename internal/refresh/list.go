package refresh

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// ByIDs returns the given runs by id, without those that the account does not have.
func (s *Service) ByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Run, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.load(ctx, actor.AccountID, ids)
	found := make(map[uuid.UUID]*Run, len(rows))
	for _, row := range rows {
		found[row.ID] = row
	}
	return found, err
}

// Latest returns the newest run of each integration, if it has one. It takes one statement.
func (s *Service) Latest(ctx context.Context, integrations []uuid.UUID) (map[uuid.UUID]*Run, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	newest := make(map[uuid.UUID]*Run, len(integrations))
	if len(integrations) == 0 {
		return newest, nil
	}
	rows, err := s.store.latest(ctx, actor.AccountID, integrations, "")
	for _, row := range rows {
		newest[row.IntegrationID] = row
	}
	return newest, err
}

// LatestGood returns the newest successful run of each integration, if it has one. It takes one statement.
func (s *Service) LatestGood(ctx context.Context, integrations []uuid.UUID) (map[uuid.UUID]*Run, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	newest := make(map[uuid.UUID]*Run, len(integrations))
	if len(integrations) == 0 {
		return newest, nil
	}
	rows, err := s.store.latest(ctx, actor.AccountID, integrations, StateSucceeded)
	for _, row := range rows {
		newest[row.IntegrationID] = row
	}
	return newest, err
}

// newestFirst is the order of runs. Ids rise with time, so the newest run has the highest id.
var newestFirst = page.Order{Values: []page.Value{page.ID("r.id")}, Descending: true} //nolint:gochecknoglobals // a constant

// List returns the account's runs, newest first; if integration is given, only its runs.
func (s *Service) List(ctx context.Context, arguments page.Arguments, integration *uuid.UUID) (*page.Connection[*Run], error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	window, err := arguments.Window(newestFirst)
	if err != nil {
		return nil, err
	}
	all := func(query *bun.SelectQuery) *bun.SelectQuery {
		query = query.Where("r.account_id = ?", actor.AccountID)
		if integration != nil {
			query = query.Where("r.integration_id = ?", *integration)
		}
		return query
	}
	var items []*Run
	err = s.store.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return pg.Page(all(tx.NewSelect().Model(&items)), window).Scan(ctx)
	})
	if err != nil {
		return nil, err
	}
	total := func(ctx context.Context) (count int, err error) {
		err = s.store.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
			counted, err := all(tx.NewSelect().Model((*Run)(nil))).Count(ctx)
			count = int(counted)
			return err
		})
		return count, err
	}
	return page.New(window, items, func(run *Run) page.Cursor { return page.Cursor{run.ID.String()} }, total), nil
}

// Load returns the current state of the given runs, without those that the account does not have. It serves the live
// feed and checks no role.
func (s *Service) Load(ctx context.Context, account uuid.UUID, ids []uuid.UUID) ([]*Run, error) {
	return s.store.load(ctx, account, ids)
}

// Sequences returns, by account and run, the sequence of every run that is live or ended within the last minute. It
// takes one statement, serves the live feed and checks no role.
func (s *Service) Sequences(ctx context.Context, accounts []uuid.UUID) (map[uuid.UUID]map[uuid.UUID]int64, error) {
	sequences := make(map[uuid.UUID]map[uuid.UUID]int64, len(accounts))
	err := s.store.db.Across(ctx, pg.Statement{
		SQL: "SELECT account_id, id, sequence FROM run_sequences($1)", Arguments: []pg.Argument{pg.UUIDs(accounts)}, Prepared: true,
		Take: func(row pg.Row) {
			account := row.UUID(0)
			if sequences[account] == nil {
				sequences[account] = map[uuid.UUID]int64{}
			}
			sequences[account][row.UUID(1)] = int64(row.Int(2))
		},
	})
	return sequences, err
}

func (s store) load(ctx context.Context, account uuid.UUID, ids []uuid.UUID) ([]*Run, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []*Run
	err := s.db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewSelect().Model(&rows).Where("account_id = ?", account).Where("id IN (?)", bun.List(ids)).Scan(ctx)
	})
	return rows, err
}

// latest returns the newest run of each integration, ordered by integration. No integrations means all of them. If
// state is set, only runs in that state count.
func (s store) latest(ctx context.Context, account uuid.UUID, integrations []uuid.UUID, state State) ([]*Run, error) {
	wanted := "SELECT id FROM integrations WHERE account_id = ?0"
	if len(integrations) > 0 {
		wanted += " AND id = ANY (?1::uuid[])"
	}
	var rows []*Run
	err := s.db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) error {
		// One lookup in refresh_runs_newest_idx per integration; DISTINCT ON would read every run ever made.
		return tx.NewRaw(`
			SELECT newest.* FROM (`+wanted+`) AS i
			CROSS JOIN LATERAL (
				SELECT `+runColumns+` FROM refresh_runs WHERE account_id = ?0 AND integration_id = i.id AND (?2 = '' OR state = ?2) ORDER BY id DESC LIMIT 1
			) AS newest ORDER BY i.id`, account, pg.List(integrations), state).Scan(ctx, &rows)
	})
	return rows, err
}

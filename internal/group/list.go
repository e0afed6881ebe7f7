package group

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/pg"
)

// List returns the groups of the account by name: those that are archived or not; nil: all.
func (s *Service) List(ctx context.Context, archived *bool) ([]*Group, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	var found []*Group
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		found = nil
		query := tx.NewSelect().Model(&found).Where("account_id = ?", actor.AccountID).Where("NOT removed").Order("folded", "id")
		if archived != nil {
			query = query.Where("archived = ?", *archived)
		}
		return query.Scan(ctx)
	})
	return found, err
}

// ByIDs returns the groups with these IDs that belong to the account.
func (s *Service) ByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Group, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	byID := make(map[uuid.UUID]*Group, len(ids))
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		var found []*Group
		err := tx.NewSelect().Model(&found).Where("account_id = ?", actor.AccountID).Where("id IN (?)", bun.List(ids)).Where("NOT removed").Scan(ctx)
		for _, one := range found {
			byID[one.ID] = one
		}
		return err
	})
	return byID, err
}

const (
	selectGroupsOf = `FROM organization_group_members AS m JOIN organization_groups AS g ON g.account_id = m.account_id AND g.id = m.group_id
		WHERE m.account_id = $1 AND m.organization_id = ANY ($2) AND m.member AND NOT g.removed ORDER BY g.folded, g.id`
	selectCounts = `SELECT m.group_id, count(*) FROM organization_group_members AS m JOIN organizations AS o ON o.account_id = m.account_id AND o.id = m.organization_id
		WHERE m.account_id = $1 AND m.group_id = ANY ($2) AND m.member AND o.active GROUP BY m.group_id`
)

// Of returns the groups of each organization by name, archived ones included, in one statement.
func (s *Service) Of(ctx context.Context, organizations []uuid.UUID) (map[uuid.UUID][]*Group, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID][]*Group, len(organizations))
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		clear(found)
		reader := columns.Reader()
		return tx.Send(ctx, pg.Statement{
			SQL: "SELECT " + columns.In("g") + ", m.organization_id " + selectGroupsOf, Prepared: true,
			Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(organizations)},
			Take: func(row pg.Row) {
				one, behind := reader.Next(row)
				found[behind.UUID(0)] = append(found[behind.UUID(0)], one)
			},
		})
	})
	return found, err
}

// CountsOf counts the active organizations of each group, in one statement.
func (s *Service) CountsOf(ctx context.Context, groups []uuid.UUID) (map[uuid.UUID]int, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	counts := make(map[uuid.UUID]int, len(groups))
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		clear(counts)
		return tx.Send(ctx, pg.Statement{
			SQL: selectCounts, Prepared: true, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(groups)},
			Take: func(row pg.Row) { counts[row.UUID(0)] = row.Int(1) },
		})
	})
	return counts, err
}

package integration

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// maximumSearchLength limits the cost of a search, in bytes; no name is that long.
const maximumSearchLength = 1000

// ExternalOrgsByIDs returns the external organizations with these IDs that belong to the account.
func (s *Service) ExternalOrgsByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*ExternalOrg, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]*ExternalOrg, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var rows []*ExternalOrg
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewSelect().Model(&rows).Where("account_id = ?", actor.AccountID).Where("id IN (?)", bun.List(ids)).Scan(ctx)
	})
	for _, row := range rows {
		found[row.ID] = row
	}
	return found, err
}

// CountsOf counts the external organizations of each integration, in one statement.
func (s *Service) CountsOf(ctx context.Context, integrations []uuid.UUID) (map[uuid.UUID]Counts, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	counts := make(map[uuid.UUID]Counts, len(integrations))
	if len(integrations) == 0 {
		return counts, nil
	}
	var rows []struct {
		IntegrationID          uuid.UUID
		Total, Mapped, Removed int
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw(`
			SELECT x.integration_id,
			       count(*) FILTER (WHERE x.removed_at IS NULL) AS total,
			       count(m.id) FILTER (WHERE x.removed_at IS NULL) AS mapped,
			       count(*) FILTER (WHERE x.removed_at IS NOT NULL) AS removed
			FROM external_orgs AS x
			LEFT JOIN mappings AS m ON m.account_id = x.account_id AND m.integration_id = x.integration_id AND m.external_org_id = x.id
			WHERE x.account_id = ? AND x.integration_id IN (?)
			GROUP BY x.integration_id`, actor.AccountID, bun.List(integrations)).Scan(ctx, &rows)
	})
	for _, row := range rows {
		counts[row.IntegrationID] = Counts{Total: row.Total, Mapped: row.Mapped, Unmapped: row.Total - row.Mapped, Removed: row.Removed}
	}
	return counts, err
}

// ExternalOrgs lists an integration's external organizations by name, ignoring case; search is part of the name. The
// list is empty if the account has no such integration.
func (s *Service) ExternalOrgs(ctx context.Context, integration uuid.UUID, arguments page.Arguments, search *string, filter ExternalOrgFilter) (*page.Connection[*ExternalOrg], error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	window, err := arguments.Window(page.Order{Values: []page.Value{page.Text("x.folded"), page.ID("x.id")}})
	if err != nil {
		return nil, err
	}
	list := externalOrgList{account: actor.AccountID, integration: integration, filter: filter}
	if search != nil {
		if len(*search) > maximumSearchLength {
			return nil, apperr.New(apperr.BadUserInput, "search has more than %d bytes.", maximumSearchLength)
		}
		if strings.ContainsRune(*search, 0) { // Postgres' text cannot contain NUL
			return nil, apperr.New(apperr.BadUserInput, "search has a character that no name can have.")
		}
		list.part = *search
	}
	var found *externalOrgListing
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) (err error) {
		if list.inDirectory() {
			if found, err = s.fromMemory(ctx, tx, list, window); found != nil || err != nil {
				return err
			}
		}
		found, err = list.fromPostgres(ctx, tx, window)
		return err
	})
	if err != nil {
		return nil, err
	}
	cursor := func(x *ExternalOrg) page.Cursor { return page.Cursor{x.Folded, x.ID.String()} }
	total := func(ctx context.Context) (count int, err error) {
		if found.total != nil {
			return *found.total, nil
		}
		err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
			counted, err := list.all(tx.NewSelect().Model((*ExternalOrg)(nil))).Count(ctx)
			count = int(counted)
			return err
		})
		return count, err
	}
	return page.New(window, found.items, cursor, total), nil
}

// externalOrgListing is the result of a list's statement: the window's items, plus one more if there is one.
type externalOrgListing struct {
	items []*ExternalOrg
	total *int // of the whole list; nil: count it on request
}

// externalOrgList selects the external organizations of a list.
type externalOrgList struct {
	account, integration uuid.UUID
	part                 string // of the name; "": any name
	filter               ExternalOrgFilter
}

func (l externalOrgList) all(query *bun.SelectQuery) *bun.SelectQuery {
	query = query.Where("x.account_id = ?", l.account).Where("x.integration_id = ?", l.integration)
	switch l.filter.Removed {
	case Listed:
		query = query.Where("x.removed_at IS NULL")
	case Removed:
		query = query.Where("x.removed_at IS NOT NULL")
	case ListedOrRemoved:
	}
	if l.filter.Mapped != nil {
		query = query.Where("? = EXISTS (SELECT FROM mappings AS m WHERE m.account_id = x.account_id AND m.external_org_id = x.id)", *l.filter.Mapped)
	}
	for _, pattern := range name.Patterns(l.part) {
		query = query.Where("x.folded LIKE ?", pattern)
	}
	return query
}

// fromPostgres reads the list from Postgres.
func (l externalOrgList) fromPostgres(ctx context.Context, tx pg.ReadTx, window page.Window) (*externalOrgListing, error) {
	found := &externalOrgListing{}
	reader := externalOrgColumns.Reader()
	err := tx.Send(ctx, pg.Composed(l.window(tx, window), func(row pg.Row) {
		one, behind := reader.Next(row)
		found.items = append(found.items, one)
		if l.part != "" && found.total == nil {
			total := behind.Int(0)
			found.total = &total
		}
	}))
	return found, err
}

// window selects one item more than the window holds, which shows whether there are more.
func (l externalOrgList) window(tx pg.ReadTx, window page.Window) *bun.SelectQuery {
	query := tx.NewSelect().Model((*ExternalOrg)(nil)).ColumnExpr(externalOrgColumns.In("x"))
	if l.part == "" && window.Offset == 0 {
		return pg.Page(l.all(query), window)
	}
	// Read skipped rows from the index alone, and fetch full rows by ID only for the page.
	ids := tx.NewSelect().Column("x.id")
	if l.part == "" {
		ids = l.all(ids.Model((*ExternalOrg)(nil)))
	} else {
		// The planner assumes that matches are common, and for a rare match would scan the whole index in order, row by
		// row, so collect the matches first. Counting them here costs nothing extra.
		hits := l.all(tx.NewSelect().Model((*ExternalOrg)(nil)).Column("x.id", "x.folded"))
		query = query.WithQuery(bun.NewWithQuery("hits", hits).Materialized()).ColumnExpr("(SELECT count(*) FROM hits)")
		ids = ids.TableExpr("hits AS x")
	}
	query = query.Where("x.account_id = ?", l.account).Where("x.id IN (?)", pg.Page(ids, window))
	return pg.Sorted(query, window)
}

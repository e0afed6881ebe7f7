package organization

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// selection is the list that a page is taken from.
type selection struct {
	account uuid.UUID
	search  string
	filter  Filter
	order   Order
}

func (s selection) column() string {
	if s.order.Field == ByCreatedAt {
		return "created_at"
	}
	return "folded"
}

// places are the order of the list as its cursors name it. Those of the list in its other order are refused.
func (s selection) places() page.Order {
	value := page.Text(s.column())
	if s.order.Field == ByCreatedAt {
		value = page.Time(s.column())
	}
	return page.Order{Values: []page.Value{page.Mark(s.column()), value, page.ID("id")}, Descending: s.order.Descending}
}

func (s selection) cursor(organization *Organization) page.Cursor {
	value := organization.Folded
	if s.order.Field == ByCreatedAt {
		value = organization.CreatedAt.UTC().Format(time.RFC3339Nano)
	}
	return page.Cursor{s.column(), value, organization.ID.String()}
}

// listing is what a list's statement brings.
type listing struct {
	items []*Organization
	total *int // of the whole list; nil: it is to be counted where it is asked for
}

// list returns one item more than the window holds, where there is one, in the order of the walk.
func (s selection) list(ctx context.Context, tx pg.ReadTx, window page.Window) (found listing, err error) {
	query := tx.NewSelect().Model((*Organization)(nil)).ColumnExpr(columns.Names())
	if s.search == "" {
		query = s.where(query)
	} else {
		// The hits are gathered first and sorted then: walking the list in its order until a page is full reads nearly all
		// of it where hits are rare or come late. To count them costs nothing more.
		hits := bun.NewWithQuery("organization", s.where(tx.NewSelect().Model((*Organization)(nil)).ColumnExpr(columns.Names()))).Materialized()
		query = query.WithQuery(hits).ModelTableExpr("organization").ColumnExpr("(SELECT count(*) FROM organization)")
	}
	reader := columns.Reader()
	err = tx.Send(ctx, pg.Composed(pg.Page(query, window), func(row pg.Row) {
		one, behind := reader.Next(row)
		found.items = append(found.items, one)
		if s.search != "" && found.total == nil {
			total := behind.Int(0)
			found.total = &total
		}
	}))
	return found, err
}

// where keeps to the account and the filter.
func (s selection) where(query *bun.SelectQuery) *bun.SelectQuery {
	active := s.filter.Active == nil || *s.filter.Active
	query = query.Where("account_id = ?", s.account).Where("active = ?", active)
	for _, pattern := range name.Patterns(s.search) {
		query = query.Where("folded LIKE ?", pattern)
	}
	// How many of the integrations it is mapped in, in one look at its mappings, however many are named.
	const mappedIn = "(SELECT count(DISTINCT m.integration_id) FROM mappings m " +
		"WHERE m.account_id = organization.account_id AND m.organization_id = organization.id AND m.integration_id = ANY (?::uuid[]))"
	if wanted := id.Unique(s.filter.MappedIn); len(wanted) > 0 {
		query = query.Where(mappedIn+" = ?", pg.List(wanted), len(wanted))
	}
	if wanted := id.Unique(s.filter.UnmappedIn); len(wanted) > 0 {
		query = query.Where(mappedIn+" < ?", pg.List(wanted), len(wanted))
	}
	return query
}

// count counts the whole list. How many active organizations there are stands in the account's row.
func (s selection) count(ctx context.Context, tx pg.ReadTx) (int, error) {
	active := s.filter.Active == nil || *s.filter.Active
	if active && s.search == "" && len(s.filter.MappedIn) == 0 && len(s.filter.UnmappedIn) == 0 {
		if used, _, known := tx.Organizations(); known {
			return used, nil
		}
		var used int
		err := tx.NewSelect().Table("accounts").Column("organizations_used").Where("id = ?", s.account).Scan(ctx, &used)
		return used, err
	}
	total, err := s.where(tx.NewSelect().Model((*Organization)(nil))).Count(ctx)
	return int(total), err
}

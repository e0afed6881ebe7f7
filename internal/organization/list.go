package organization

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

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

// pageOrder returns the order of the list as its cursors encode it. Cursors of the list in its other order are
// rejected.
func (s selection) pageOrder() page.Order {
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

// listing is the result of a list's statement.
type listing struct {
	items []*Organization
	total *int // of the whole list; nil: count it on request
}

// list returns the window's items in the window's order, plus one more if there is one.
func (s selection) list(ctx context.Context, tx pg.ReadTx, window page.Window) (found listing, err error) {
	query := tx.NewSelect().Model((*Organization)(nil)).ColumnExpr(columns.Names())
	if s.search == "" {
		query = s.where(query)
	} else {
		// Collect the matches first and sort them afterwards: scanning the list in order until a page is full reads
		// nearly all of it if matches are rare or come late. Counting them here costs nothing extra.
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

// count counts the whole list. The account's row holds the number of active organizations.
func (s selection) count(ctx context.Context, tx pg.ReadTx) (int, error) {
	active := s.filter.Active == nil || *s.filter.Active
	if active && s.search == "" && !s.filter.byRelation() {
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

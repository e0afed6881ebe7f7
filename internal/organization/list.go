package organization

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// cursorColumns are the values that name a place in a list: the field it is sorted by, that field's value, and the id.
const cursorColumns = 3

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
	// What organizations_folded_idx has: pages by name are read from it alone.
	columns := []string{"id", "name", "folded", "active", "created_at", "updated_at"}
	query := tx.NewSelect().Model((*Organization)(nil)).Column(columns...)
	if s.search == "" {
		query = s.where(query)
	} else {
		// The hits are gathered first and sorted then: walking the list in its order until a page is full reads nearly all
		// of it where hits are rare or come late. To count them costs nothing more.
		hits := bun.NewWithQuery("organization", s.where(tx.NewSelect().Model((*Organization)(nil)).Column(columns...))).Materialized()
		query = query.WithQuery(hits).ModelTableExpr("organization").ColumnExpr("(SELECT count(*) FROM organization)")
	}
	query, err = s.within(query, window)
	if err != nil {
		return listing{}, err
	}
	err = tx.Send(ctx, pg.Composed(query, func(row pg.Row) {
		found.items = append(found.items, &Organization{
			AccountID: s.account, ID: row.UUID(0), Name: row.Text(1), Folded: row.Text(2), Active: row.Boolean(3), CreatedAt: row.Time(4), UpdatedAt: row.Time(5),
		})
		if s.search != "" && found.total == nil {
			total := row.Int(6)
			found.total = &total
		}
	}))
	return found, err
}

// within keeps to the window, in the order of the walk.
func (s selection) within(query *bun.SelectQuery, window page.Window) (*bun.SelectQuery, error) {
	column, descending := bun.Ident(s.column()), s.order.Descending
	for _, bound := range []struct {
		cursor page.Cursor
		behind bool
	}{{window.After, true}, {window.Before, false}} {
		if bound.cursor == nil {
			continue
		}
		value, organizationID, err := s.place(bound.cursor)
		if err != nil {
			return nil, err
		}
		comparison := "<"
		if bound.behind != descending {
			comparison = ">"
		}
		query = query.Where("(?, id) ? (?, ?)", column, bun.Safe(comparison), value, organizationID)
	}
	direction := bun.Safe("ASC")
	if descending != window.Backward {
		direction = "DESC"
	}
	return query.OrderExpr("? ?, id ?", column, direction, direction).Limit(int64(window.Size + 1)).Offset(int64(window.Offset)), nil
}

// place reads the values of a cursor back.
func (s selection) place(cursor page.Cursor) (value any, organizationID uuid.UUID, err error) {
	refused := apperr.New(apperr.BadUserInput, "The cursor is not of this list, or of one that was sorted otherwise.")
	if cursor[0] != s.column() {
		return nil, uuid.Nil, refused
	}
	value = cursor[1]
	if s.order.Field == ByCreatedAt {
		at, err := time.Parse(time.RFC3339Nano, cursor[1])
		if err != nil || at.UTC().Year() < 1 { // Postgres knows no year 0
			return nil, uuid.Nil, refused
		}
		value = at
	}
	if organizationID, err = uuid.Parse(cursor[2]); err != nil {
		return nil, uuid.Nil, refused
	}
	return value, organizationID, nil
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

package access

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	names "github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// here selects the people who belong to the account: not those who turned out to be another person, and not those whom
// the identity provider has moved to another account.
const here = "p.merged_into IS NULL AND (p.moved_at IS NULL OR p.moved_at <= p.claimed_at)"

// People returns a page of the account's people, by name. search is words of the name, and for admins also of the email
// address.
func (s *Service) People(ctx context.Context, arguments page.Arguments, search string) (*page.Connection[*Person], error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	if strings.ContainsRune(search, 0) { // Postgres' text cannot contain NUL
		return nil, apperr.New(apperr.BadUserInput, "search has a character that no name can have.")
	}
	window, err := arguments.Window(page.Order{Values: []page.Value{page.Text("p.folded"), page.ID("p.id")}})
	if err != nil {
		return nil, err
	}
	where := func(query *bun.SelectQuery) *bun.SelectQuery {
		query = query.Where("p.account_id = ?", actor.AccountID).Where(here)
		patterns := names.Patterns(search)
		switch {
		case len(patterns) == 0:
			return query
		case actor.Role >= auth.Admin:
			return query.Where("(p.folded LIKE ALL (?0::text[]) OR p.email LIKE ALL (?0::text[]))", pg.List(patterns))
		}
		return query.Where("p.folded LIKE ALL (?::text[])", pg.List(patterns))
	}
	var found []*Person
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		found = nil
		return pg.Page(where(tx.NewSelect().Model(&found)), window).Scan(ctx)
	})
	if err != nil {
		return nil, err
	}
	total := func(ctx context.Context) (count int, err error) {
		err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
			counted, err := where(tx.NewSelect().Model((*Person)(nil))).Count(ctx)
			count = int(counted)
			return err
		})
		return count, err
	}
	return page.New(window, found, func(one *Person) page.Cursor { return page.Cursor{one.Folded, one.ID.String()} }, total), nil
}

// PeopleByIDs returns the people with these IDs that belong to the account. The ID of someone who turned out to be another
// person leads to that person.
func (s *Service) PeopleByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Person, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	byID := make(map[uuid.UUID]*Person, len(ids))
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		clear(byID)
		return tx.Send(ctx, pg.Statement{
			SQL: "SELECT " + columns.In("p") + `, w.id FROM unnest($2::uuid[]) AS wanted (id) JOIN people AS w ON w.account_id = $1 AND w.id = wanted.id
				JOIN people AS p ON p.account_id = $1 AND p.id = coalesce(w.merged_into, w.id)`,
			Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(ids)}, Prepared: true,
			Take: func(row pg.Row) {
				one := new(Person)
				behind := columns.Read(row, one)
				byID[behind.UUID(0)] = one
			},
		})
	})
	return byID, err
}

// Counts holds how many active organizations a person looks after.
type Counts struct{ Engineer, VCIO int }

const selectPeopleCounts = `
	SELECT w.id,
		(SELECT count(*) FROM organization_details AS d JOIN organizations AS o ON o.account_id = $1 AND o.id = d.organization_id AND o.active
			WHERE d.account_id = $1 AND d.engineer_id = w.id),
		(SELECT count(*) FROM organization_details AS d JOIN organizations AS o ON o.account_id = $1 AND o.id = d.organization_id AND o.active
			WHERE d.account_id = $1 AND d.vcio_id = w.id)
	FROM unnest($2::uuid[]) AS w (id)`

// CountsOf counts the active organizations of each person, in one statement.
func (s *Service) CountsOf(ctx context.Context, people []uuid.UUID) (map[uuid.UUID]Counts, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	counts := make(map[uuid.UUID]Counts, len(people))
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		clear(counts)
		return tx.Send(ctx, pg.Statement{
			SQL: selectPeopleCounts, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(people)}, Prepared: true,
			Take: func(row pg.Row) { counts[row.UUID(0)] = Counts{row.Int(1), row.Int(2)} },
		})
	})
	return counts, err
}

// lock reads a person and locks their row until the transaction ends.
func lock(ctx context.Context, tx pg.Tx, account, person uuid.UUID) (*Person, error) {
	found := new(Person)
	err := tx.NewSelect().Model(found).Where("p.account_id = ?", account).Where("p.id = ?", person).Where(here).For("NO KEY UPDATE").Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, apperr.User(apperr.NotFound, "This person does not exist.", apperr.InputPath("personId")...)
	}
	return found, err
}

// admins returns the people who can act as admins now.
func admins(ctx context.Context, tx pg.Tx, account uuid.UUID) (ids []uuid.UUID, err error) {
	var all []*Person
	err = tx.NewSelect().Model(&all).Where("p.account_id = ?", account).Where(here).Where("coalesce(p.assigned_role, p.role) = 'ADMIN'").Scan(ctx)
	for _, one := range all {
		if one.isAdmin() {
			ids = append(ids, one.ID)
		}
	}
	return ids, err
}

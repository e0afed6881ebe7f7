package history

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"
	"unsafe"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// snapshotOrder is the order of a snapshot's organizations. Cursors name the position.
func snapshotOrder(position int64) page.Order {
	return page.Order{Values: []page.Value{page.Mark(fmt.Sprint(position)), page.Text("folded"), page.ID("id")}}
}

const organizationColumns = "id, name, folded, active"

// organizationsAt selects the organizations at a position: rows of today that have not changed since, and the past of the
// others. Both parts are read in order from an index.
const organizationsAt = `(
	SELECT ` + organizationColumns + ` FROM organizations WHERE account_id = ?0 AND since <= ?1
	UNION ALL
	SELECT ` + organizationColumns + ` FROM past_organizations WHERE account_id = ?0 AND since <= ?1 AND until > ?1
) AS o`

func organizationOf(row pg.Row, position int64) Organization {
	return Organization{OrganizationID: row.UUID(0), Name: row.Text(1), Folded: row.Text(2), Active: row.Boolean(3), Position: position}
}

// Organizations returns a page of the organizations of a snapshot, by name. search is part of the name.
func (s *Service) Organizations(ctx context.Context, snapshot *Snapshot, arguments page.Arguments, search string) (*page.Connection[*Organization], error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	if strings.ContainsRune(search, 0) { // Postgres' text cannot contain NUL
		return nil, apperr.New(apperr.BadUserInput, "search has a character that no name can have.")
	}
	position := snapshot.Position
	window, err := arguments.Window(snapshotOrder(position))
	if err != nil {
		return nil, err
	}
	all := func(tx pg.ReadTx) *bun.SelectQuery {
		query := tx.NewSelect().ColumnExpr("o.id, o.name, o.folded, o.active").TableExpr(organizationsAt, actor.AccountID, position)
		for _, pattern := range name.Patterns(search) {
			query = query.Where("o.folded LIKE ?", pattern)
		}
		return query
	}
	var found []*Organization
	var counted *int // of the whole list; nil: count it on request
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		found, counted = nil, nil
		if cached := s.cached(tx, actor.AccountID, position); cached != nil {
			indexes, total, err := cached.names.Page(directory.Query{Part: search, Window: window})
			for _, index := range indexes {
				found = append(found, &cached.all[index])
			}
			counted = &total
			return err
		}
		return tx.Send(ctx, pg.Composed(pg.Page(all(tx), window), func(row pg.Row) {
			one := organizationOf(row, position)
			found = append(found, &one)
		}))
	})
	if err != nil {
		return nil, err
	}
	total := func(ctx context.Context) (count int, err error) {
		if counted != nil {
			return *counted, nil
		}
		err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
			counted, err := all(tx).Count(ctx)
			count = int(counted)
			return err
		})
		return count, err
	}
	cursor := func(one *Organization) page.Cursor {
		return page.Cursor{fmt.Sprint(position), one.Folded, one.OrganizationID.String()}
	}
	return page.New(window, found, cursor, total), nil
}

// cachedList holds the organizations of a snapshot, by name. They never change.
type cachedList struct {
	all   []Organization
	names directory.Names
}

// Version returns the only version of the list.
func (l *cachedList) Version() int64 { return 0 }

// Size returns the approximate size in bytes.
func (l *cachedList) Size() int64 {
	size := int64(l.names.Folded.Size())
	for i := range l.all {
		size += organizationBytes + int64(len(l.all[i].Name))
	}
	return size
}

const organizationBytes = int64(unsafe.Sizeof(Organization{}))

// cached returns the organizations of the snapshot at a position from memory, or nil. The cache may then read them for
// later requests, if they fit.
func (s *Service) cached(tx pg.ReadTx, account uuid.UUID, position int64) *cachedList {
	if !s.lists.Fits(0) {
		return nil
	}
	key := directory.Key{Account: account, List: "past organizations", Era: tx.Era()}
	binary.BigEndian.PutUint64(key.Owner[:], uint64(position)) //nolint:gosec // a position is not negative
	if cached, is := s.lists.Get(key).(*cachedList); is {
		s.lists.Hit()
		return cached
	}
	s.lists.Miss(key, 0, func(ctx context.Context) (directory.Directory, error) { return s.loadList(ctx, key, position) })
	return nil
}

// loadList reads the organizations of a snapshot.
func (s *Service) loadList(ctx context.Context, key directory.Key, position int64) (directory.Directory, error) {
	return directory.Load(ctx, s.db, key, func(ctx context.Context, tx pg.ReadTx) (directory.Directory, error) {
		read := &cachedList{}
		var folded []string
		size, fits := int64(0), true
		all := tx.NewSelect().ColumnExpr(organizationColumns).TableExpr(organizationsAt, key.Account, position).OrderExpr("folded, id")
		err := tx.Send(ctx, pg.Composed(all, func(row pg.Row) {
			size += organizationBytes + int64(len(row[1])+len(row[2]))
			if fits = fits && s.lists.Fits(size) && len(folded) < name.MaximumIndexed; fits {
				one := organizationOf(row, position)
				read.all, folded = append(read.all, one), append(folded, one.Folded)
			}
		}))
		if err != nil || !fits {
			return nil, err
		}
		index := name.NewIndex(folded)
		for i := range read.all {
			read.all[i].Folded = index.At(i) // shares the index's text
		}
		read.names = directory.Names{Folded: index, ID: func(i int) uuid.UUID { return read.all[i].OrganizationID }}
		return read, nil
	})
}
